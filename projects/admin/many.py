"""Acts on many rows of a list in the admin: the service for each, all of them or none."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.forms import ActionForm

from accounts.posting import answer_once
from itms_site.errors import ItmsError
from itms_site.retry import run

MOST = 200
_IN_BAR = "border border-white/50 bg-transparent px-2 py-1 rounded-default text-white placeholder-white grow lg:w-56"


def bar_input(label: str, **attributes: Any) -> forms.TextInput:
    """An input for the bar that the list shows once something is chosen."""
    return forms.TextInput({"class": _IN_BAR, "aria-label": label, "placeholder": label, **attributes})


class ReasonForm(ActionForm):
    """`idempotency_key`: a list that is sent twice acts once."""

    idempotency_key = forms.CharField(
        label="", required=False, widget=forms.HiddenInput(), initial=lambda: secrets.token_urlsafe(16)
    )
    reason = forms.CharField(label="", max_length=200, required=False, widget=bar_input("Reason, for the history"))


def reason_of(request: HttpRequest) -> str:
    return str(request.POST.get("reason", ""))


def act_on_all(
    request: HttpRequest, chosen: QuerySet[Any], act: Callable[[Any], Any], *, done: str, order: Sequence[str] = ("pk",)
) -> None:
    """`act(row)` calls a service. One refusal and nothing is done; each that is refused is named.

    `chosen` holds what the reader may see: an id from elsewhere is missing there, and refuses everything.
    `order` begins with what the services lock, so that two such acts wait for each other instead of both failing."""
    rows = list(chosen.order_by(*order)[: MOST + 1])
    wanted = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
    if len(rows) > MOST or request.POST.get("select_across") == "1":
        messages.error(request, f"Choose at most {MOST} at once, by their boxes; nothing was done.")
        return
    if {str(row.pk) for row in rows} != wanted:
        messages.error(request, "Some of what you chose is not there any more; nothing was done.")
        return
    try:
        answer_once(request, lambda: run(lambda: _all_or_none(rows, act)), remember=lambda _: {}, recall=lambda _: None)
    except _Refused as refused:
        for words in refused.words:
            messages.error(request, words)
        messages.warning(request, "Nothing was done: it is all of them or none.")
    else:
        messages.success(request, f"{len(rows)} {done}.")


class _Refused(Exception):
    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.words = words


def _all_or_none(rows: list[Any], act: Callable[[Any], Any]) -> None:
    found = []
    for row in rows:
        try:
            act(row)
        except ItmsError as error:
            found.append(f"{row}: {error.detail}")
    if found:
        raise _Refused(found)

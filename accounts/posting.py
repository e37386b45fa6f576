"""What every POST of the member pages does: act once per form, then redirect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

from accounts.actor import Actor
from accounts.services.idempotency import fingerprint, once
from itms_site.errors import NotSignedIn

R = TypeVar("R")
_KEY = re.compile(r"\A[A-Za-z0-9_-]{8,128}\Z")


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor. Raises NotSignedIn."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise NotSignedIn
    return actor


def act_once(request: HttpRequest, act: Callable[[], R], to: Callable[[R], str]) -> str:
    """Runs the service that `act` calls and returns the address to go on to.

    A form that is sent twice (double click, resend) acts once and goes on to the same address; the page there asks
    today's rights. Raises what the service raises."""
    actor = actor_of(request)
    key = request.POST.get("idempotency_key", "")
    if not _KEY.match(key):
        return to(act())
    fields = sorted(
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    )
    print_ = fingerprint(request.method or "", request.path, *[part for pair in fields for part in pair])
    return once(
        actor,
        key,
        print_,
        lambda: to(act()),
        remember=lambda url: {"to": url},
        recall=lambda stored: str(stored["to"]),
    )

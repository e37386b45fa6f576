"""One's own API tokens. A new one is shown in the answer to the form that made it and nowhere else: no address, no
session and no idempotency row ever holds it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.form_errors import put_errors
from accounts.forms import TokenForm
from accounts.models import Token, User
from accounts.posting import act_once, actor_of, answer_once
from accounts.services.tokens import create_token, revoke_token, tokens_of
from accounts.views.tabs import account_tabs
from itms_site.addresses import reverse
from itms_site.errors import Invalid, NotFound
from itms_site.web import page, redirect

Made = tuple[int, str | None]  # the row's id; the token itself, None when the form was sent before


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made")
def account_tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    made: Made | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(request, form)
        except Invalid as error:
            put_errors(form, error)
        else:
            form = TokenForm()
    rows = tokens_of(_me(request))
    context = {
        "form": form,
        "tokens": rows,
        "made": next((row for row in rows if made is not None and row.pk == made[0]), None),
        "text": made[1] if made else None,
        "sent_before": made is not None and made[1] is None,
        "right_now": timezone.now(),
        "tabs": account_tabs("account_tokens"),
    }
    return page(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _create(request: HttpRequest, form: TokenForm) -> Made:
    def act() -> Made:
        sent = form.cleaned_data
        row, text = create_token(
            actor_of(request), _me(request), name=sent["name"], can_write=sent["scope"] == "write", days=sent["days"]
        )
        return row.pk, text

    return answer_once(
        request, act, remember=lambda made: {"token": made[0]}, recall=lambda kept: (int(kept["token"]), None)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def token_revocation(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        to = act_once(request, lambda: revoke_token(actor_of(request), pk), lambda _: reverse("account_tokens"))
        messages.success(request, "The token is revoked. What used it is refused from now on.")
        return redirect(request, to)
    return page(request, "accounts/token_revocation.html", {"token": _token(request, pk)})


def _token(request: HttpRequest, pk: int) -> Token:
    found = next((row for row in tokens_of(_me(request)) if row.pk == pk), None)
    if found is None:
        raise NotFound("You have no such token.")
    return found


def _me(request: HttpRequest) -> User:
    return cast(User, actor_of(request).user)

"""Who calls: a bearer token, else the session cookie with its CSRF token."""

from __future__ import annotations

import copy
import functools
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from accounts.actor import Actor
from accounts.models import Token, Via
from accounts.services.tokens import find_token
from itms_site.cache import count
from itms_site.errors import Forbidden, NotSignedIn, TooMany
from itms_site.middleware import CsrfFailed

SAFE = {"GET", "HEAD", "OPTIONS"}
View = Callable[..., Any]


class Caller(APIKeyCookie):
    """Sets `request.actor`. Raises NotSignedIn, CsrfFailed, TooMany.

    A bearer token beats the cookie and needs no CSRF token; a bad one is refused, not passed over. What its scope
    does not include is `request.out_of_scope`: a Forbidden that `within_scope` raises when address and body have
    been judged, for a 404 comes before a 403."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, *, tokens: bool = True) -> None:
        self.tokens = tokens
        super().__init__(csrf=False)

    def __call__(self, request: HttpRequest) -> Any:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        # Another scheme is not for us: a proxy in front may ask for a password of its own.
        actor = self._by_token(request, text) if kind.lower() == "bearer" else self._by_session(request)
        count_request(actor)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise NotImplementedError("called through __call__")

    def _by_token(self, request: HttpRequest, text: str) -> Actor:
        token: Token | None = find_token(text.strip())
        if token is None:
            raise NotSignedIn("This token is not valid: unknown, expired, revoked, or its owner is deactivated.")
        if not self.tokens:
            _out_of_scope(request, "A token does not reach accounts, tokens and passwords; sign in for that.")
        elif request.method not in SAFE and not token.can_write:
            _out_of_scope(request, "This token may only read.")
        return Actor(token.user, Via.API, getattr(request, "request_id", ""))

    def _by_session(self, request: HttpRequest) -> Actor:
        user = request.user
        if not user.is_authenticated:
            raise NotSignedIn("Sign in, or send a token as Authorization: Bearer.")
        if request.method not in SAFE and _lacks_csrf_token(request):
            raise CsrfFailed("Send the CSRF token of GET /api/v1/csrf as X-CSRFToken.")
        return Actor(user, Via.API, getattr(request, "request_id", ""))


def _lacks_csrf_token(request: HttpRequest) -> bool:
    """Asked of a copy that is no POST: of a POST the check would read the body as a form, which then nobody else can,
    and whose faults are no answer to this question. The header alone counts."""
    probe = copy.copy(request)
    probe.method = "PUT"
    return bool(check_csrf(probe))


def _out_of_scope(request: HttpRequest, why: str) -> None:
    request.out_of_scope = Forbidden(why)  # type: ignore[attr-defined]


def within_scope(look_up: Callable[[HttpRequest], None]) -> Callable[[View], View]:
    """The decorator of every endpoint: no token goes beyond its scope. `look_up` raises what the address itself is
    refused with."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            refusal: Forbidden | None = getattr(request, "out_of_scope", None)
            if refusal is not None:
                look_up(request)
                raise refusal
            return view(request, *args, **kwargs)

        return call

    return decorate


class BearerDescription(HttpBearer):
    """Names the second way in the OpenAPI document; `Caller` has done the work before it is asked."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "actor", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "actor", None)


def count_request(actor: Actor) -> None:
    """REQUESTS_PER_MINUTE for each user, in windows of a minute. Raises TooMany."""
    now = int(time.time())
    counted = count(f"requests:{actor.user_id}:{now // 60}", seconds=120)
    if counted is not None and counted > settings.REQUESTS_PER_MINUTE:
        raise TooMany(f"More than {settings.REQUESTS_PER_MINUTE:,} requests in a minute.", retry_after=60 - now % 60)

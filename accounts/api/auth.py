"""Who calls: a bearer token, else the session cookie with its CSRF token."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from accounts.actor import Actor
from accounts.models import Token, Via
from accounts.services.tokens import find_token
from itms_site.errors import Forbidden, NotSignedIn, TooMany
from itms_site.middleware import CsrfFailed

SAFE = {"GET", "HEAD", "OPTIONS"}


class Caller(APIKeyCookie):
    """Sets `request.actor`. Raises NotSignedIn, CsrfFailed, Forbidden (a token that only reads), TooMany.

    A bearer token beats the cookie and needs no CSRF token; a bad one is refused, not passed over."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, *, tokens: bool = True) -> None:
        self.tokens = tokens
        super().__init__(csrf=False)

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        actor = self._by_token(request, header) if header is not None else self._by_session(request)
        count_request(actor)
        request.actor = actor  # type: ignore[attr-defined]
        return actor

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        raise NotImplementedError("called through __call__")

    def _by_token(self, request: HttpRequest, header: str) -> Actor:
        kind, _, text = header.partition(" ")
        token: Token | None = find_token(text.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise NotSignedIn("This token is not valid: unknown, expired, revoked, or its owner is deactivated.")
        if not self.tokens:
            raise Forbidden("A token does not reach accounts, tokens and passwords; sign in for that.")
        if request.method not in SAFE and not token.can_write:
            raise Forbidden("This token may only read.")
        return Actor(token.user, Via.API, getattr(request, "request_id", ""))

    def _by_session(self, request: HttpRequest) -> Actor:
        user = request.user
        if not user.is_authenticated:
            raise NotSignedIn("Sign in, or send a token as Authorization: Bearer.")
        if request.method not in SAFE and check_csrf(request):
            raise CsrfFailed("Send the CSRF token of GET /api/v1/csrf as X-CSRFToken.")
        return Actor(user, Via.API, getattr(request, "request_id", ""))


class BearerDescription(HttpBearer):
    """Names the second way in the OpenAPI document; `Caller` has done the work before it is asked."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "actor", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "actor", None)


def count_request(actor: Actor) -> None:
    """REQUESTS_PER_MINUTE for each user, in windows of a minute. Raises TooMany."""
    now = int(time.time())
    key = f"requests:{actor.user_id}:{now // 60}"
    if cache.add(key, 1, timeout=120):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # the window ended between the two calls
        return
    if count > settings.REQUESTS_PER_MINUTE:
        raise TooMany(f"More than {settings.REQUESTS_PER_MINUTE:,} requests in a minute.", retry_after=60 - now % 60)

"""Headers of every answer that Django and its libraries do not set, and which content policy an address has."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


class HeadersMiddleware:
    """What a signed-in person sees is nobody else's: no shared cache may keep it, no other site may embed it, and
    after the sign-out nothing of it stays in the browser. Static files bring a Cache-Control of their own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _ends_session(response):
            # Not "cookies": that would take those of other services on the same domain. Not "cache": no page is in it.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response


class ContentPolicyMiddleware:
    """The strict policy, with what the library's `csp_update` adds to an answer; and the admin's theme writes style
    attributes and evaluates its expressions. The library's own middleware puts the same policy together twice for each
    answer, and where DEBUG is on leaves 404 and 500 without one, for Django's technical pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        adds: dict[str, list[str]] = getattr(response, "_csp_update", None) or {}
        if request.path_info.startswith("/admin/"):
            adds = {**settings.ADMIN_POLICY_ADDS, **adds}
        response.headers.setdefault(HEADER, _policy(*((name, *sources) for name, sources in adds.items())))
        return response


@lru_cache(maxsize=16)
def _policy(*adds: tuple[str, ...]) -> str:
    policy: str = build_policy(update={name: list(sources) for name, *sources in adds})
    return policy


def _ends_session(response: HttpResponseBase) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0

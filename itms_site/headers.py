"""Headers of every answer that Django and its libraries do not set, and which content policy an address has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
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


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy, but the admin's theme writes style attributes and evaluates its expressions. With DEBUG on the
    library leaves 404 and 500 without one, for Django's technical pages: here these are our own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        found: HttpResponseBase = super().process_response(request, response)
        if HEADER not in found:
            found[HEADER] = build_policy(**asdict(self.get_policy_parts(request, found)))
        return found

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/") and not report_only:
            parts.update = {**settings.ADMIN_POLICY_ADDS, **(parts.update or {})}
        return parts


def _ends_session(response: HttpResponseBase) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0

"""Sends on to the address with its slash at the end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.utils.http import escape_leading_slashes

SAFE = {"GET", "HEAD"}


class SlashMiddleware(CommonMiddleware):
    """What is sent keeps its method and its words (308). Django's own answer would lose them, and with DEBUG on it is
    an error of the server."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and request.method not in SAFE and self.should_redirect_with_slash(request):
            there = escape_leading_slashes(request.get_full_path(force_append_slash=True))
            return HttpResponse(status=308, headers={"Location": there})
        found: HttpResponseBase = super().process_response(request, response)
        return found

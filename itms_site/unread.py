"""Reads what a refused request still sends.

gunicorn cuts a connection off, unannounced, on which more than 64 kB of a body were left unread: the client's next
request on it fails, and sometimes the refusal itself is lost."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase

from itms_site.middleware import Handler

MOST = 10_000_000  # who sends more than this is cut off
CHUNK = 65_536


class UnreadBodyMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= 400:
            _read_rest(request)
        return response


def _read_rest(request: HttpRequest) -> None:
    left = MOST
    try:
        while left > 0 and (chunk := request.read(CHUNK)):
            left -= len(chunk)
    except UnreadablePostError:
        return  # the client is gone

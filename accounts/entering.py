"""What a session keeps of the sign-in that opened it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from accounts.address import address_of
from accounts.models.session import CLIENT


def note_client(request: HttpRequest) -> None:
    """Called by every door right after `login`, so that people tell their sessions apart."""
    agent = "".join(character for character in request.headers.get("User-Agent", "") if character.isprintable())
    request.session[CLIENT] = {
        "address": address_of(request)[:60],
        "agent": agent[:200],
        "at": timezone.now().isoformat(),
    }

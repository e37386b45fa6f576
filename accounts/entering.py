"""Who has signed in, and what a session keeps of the sign-in that opened it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.address import address_of
from accounts.models import User
from accounts.models.session import CLIENT


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """As Django's `get_user`, without its question: the session was read together with its user. Everything but a
    session that is in order goes Django's way, which ends it."""
    session: Any = request.session
    user_id, user = session.get(SESSION_KEY), getattr(session, "user", None)
    in_order = (
        user is not None
        and user.is_active
        and str(user.pk) == user_id
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
    if in_order and not hasattr(request, "_cached_user"):
        request._cached_user = user  # type: ignore[attr-defined]  # where get_user keeps its answer
    return get_user(request)  # type: ignore[return-value]


def note_client(request: HttpRequest) -> None:
    """Called by every door right after `login`, so that people tell their sessions apart."""
    agent = "".join(character for character in request.headers.get("User-Agent", "") if character.isprintable())
    request.session[CLIENT] = {
        "address": address_of(request)[:60],
        "agent": agent[:200],
        "at": timezone.now().isoformat(),
    }

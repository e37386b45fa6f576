"""`request.actor`: the signed-in user as an Actor, and their time zone for the page."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.actor import Actor
from accounts.entering import user_of
from accounts.models import Via
from accounts.services.sessions import note_use
from itms_site.errors import Unavailable
from itms_site.middleware import answer
from itms_site.retry import database_away_is_unavailable


class ActorMiddleware:
    """`request.actor` is None while nobody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        via = Via.ADMIN if request.path.startswith("/admin/") else Via.WEB
        try:
            with database_away_is_unavailable():
                user = user_of(request)
                if user.is_authenticated:
                    note_use(getattr(request.session, "row", None))
        except Unavailable as error:  # the session is read here, before any view could answer
            return answer(request, error)
        if not user.is_authenticated:
            request.actor = None  # type: ignore[attr-defined]
            return self.get_response(request)
        request.actor = Actor(user, via, request.request_id)  # type: ignore[attr-defined]
        try:
            zone = zoneinfo.ZoneInfo(user.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = zoneinfo.ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)

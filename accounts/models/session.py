"""Sessions that know whose they are, so that people can see and end their own. Also the session engine
(SESSION_ENGINE): Django finds the class SessionStore in this module."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

CLIENT = "client"  # in the session's data: {address, agent} of the sign-in, `at` as ISO 8601


class Session(AbstractBaseSession):
    """A row is all that keeps somebody signed in: without it the next request is anonymous, in every process.

    user        None before sign-in
    address     where the sign-in came from; '' for sessions that were not opened by a sign-in page
    agent       the browser's own words
    started_at  the sign-in
    seen_at     within five minutes"""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="sessions")
    address = models.CharField(max_length=60, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class SessionStore(db.SessionStore):
    """`row` is the session as it was read, None for one that is new."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        client = data.get(CLIENT, {})
        row.user_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.address, row.agent = client.get("address", ""), client.get("agent", "")
        row.seen_at = timezone.now()
        row.started_at = self.row.started_at if self.row is not None else row.seen_at
        if "at" in client:
            row.started_at = datetime.datetime.fromisoformat(client["at"])
        return row

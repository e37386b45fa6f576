"""Sessions that know whose they are, so that people can see and end their own."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

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
        """That of SESSION_ENGINE, which stands above the models."""
        store: type[SessionStore] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

"""The cast of tests/world.py stays in the database from test to test: three thousand of them ask for it, and to make it
takes longer than most of them do. What each does to it is rolled back with its transaction.

Tests that want an empty database, or commit, find it emptied first. So those with the cast go first, all together."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.world import World

_COMMIT = {"transactional_db", "live_server"}


class Stage:
    def __init__(self) -> None:
        self.is_set = False

    def clear(self) -> None:
        """For what commits other rows for a whole package or module."""
        if self.is_set:
            assert User.objects.count() == len(World.present().users), "a test with the small cast has left something"
            call_command("flush", verbosity=0, interactive=False)
            self.is_set = False

    def prepare(self, request: pytest.FixtureRequest) -> None:
        """To be called before the test's transaction begins."""
        if not uses_database(request.node):
            return
        request.getfixturevalue("django_db_setup")
        blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
        wanted = wants_cast(request.node)
        if wanted != self.is_set:
            with blocker.unblock():
                assert "test" in str(connection.settings_dict["NAME"]), "this is no test database"
                self.clear()
                if wanted:
                    World.make()
            self.is_set = wanted


STAGE = Stage()


def uses_database(item: pytest.Item) -> bool:
    return "db" in _names(item) or _commits(item) or item.get_closest_marker("django_db") is not None


def wants_cast(item: pytest.Item) -> bool:
    return "small_cast" in _names(item) and not _commits(item)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(_COMMIT & _names(item)) or bool(marker and marker.kwargs.get("transaction"))


def _names(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))

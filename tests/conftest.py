"""What all tests share: a quick password hash, SQLite in a file (threads and processes need one database between
them), and a flush that lifts the append-only guards, in tests only."""

from __future__ import annotations

import shutil
import tempfile

import pytest
from django.core.management.commands import flush
from django.db import connections

from itms_site.db import triggers
from tests.world import World


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # there are no collected static files to index
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not database.get("TEST", {}).get("NAME"):
        folder = tempfile.mkdtemp(prefix="itms-tests-")
        database.setdefault("TEST", {})["NAME"] = f"{folder}/tests.sqlite3"
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_the_guards() -> None:
    original = flush.Command.handle

    def handle(self: flush.Command, **options: object) -> None:
        connection = connections[options["database"]]  # type: ignore[index]
        triggers.drop_all(connection)
        try:
            original(self, **options)
        finally:
            if triggers.missing(connection):
                triggers.install_all(connection)

    flush.Command.handle = handle  # type: ignore[method-assign]


@pytest.fixture
def world(db: None) -> World:
    """The small cast, inside a transaction that is rolled back."""
    return World.make()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same cast, committed: for threads, processes and tests of transactions."""
    return World.make()

"""What all tests share: a quick password hash, SQLite in a file (threads and processes need one database between
them), and a flush that lifts the append-only guards, in tests only."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.core.management.commands import flush
from django.db import connections

from itms_site.db import triggers
from tests import stage
from tests.world import World

# What no database takes part in, or only as any database would: bin/test runs it on the first engine alone.
ROOT = Path(__file__).parent
ON_ONE_ENGINE = [
    ROOT / "browser",
    ROOT / "budgets",
    ROOT / "transfer",
    ROOT / "search" / "test_parser.py",
    ROOT / "test_architecture.py",
    ROOT / "test_docs.py",
    ROOT / "test_markdown.py",
    ROOT / "test_settings.py",
]


# What asks the same of many pages, and was answered by a server already: MariaDB and MySQL read the same statements.
ON_ONE_SERVER = [
    ROOT / "admin" / "test_hostile.py",
    ROOT / "admin" / "test_matrix.py",
    ROOT / "api" / "test_fuzz.py",
    ROOT / "api" / "test_permission_matrix.py",
    ROOT / "issues" / "test_odd_addresses.py",
    ROOT / "seeding" / "test_seed_demo.py",
    ROOT / "test_headers.py",
    ROOT / "test_permission_matrix.py",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not stage.wants_cast(item))
    another = os.environ.get("ANOTHER_ENGINE", "")
    elsewhere = [*(ON_ONE_ENGINE if another else []), *(ON_ONE_SERVER if another == "server" else [])]
    left = [item for item in items if any(item.path.is_relative_to(place) for place in elsewhere)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def pytest_collection_finish() -> None:
    """Thousands of tests that stay to the end: the collector need not go through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # there are no collected static files to index
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not database.get("TEST", {}).get("NAME"):
        folder = tempfile.mkdtemp(prefix="itms-tests-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
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
def _staged(request: pytest.FixtureRequest) -> None:
    stage.STAGE.prepare(request)


@pytest.fixture
def _django_db_helper(_staged: None, _django_db_helper: None) -> None:
    """pytest-django's, which begins the test's transaction: the stage is set before."""


@pytest.fixture
def small_cast() -> None:
    """By this name it is known which tests need the cast in the database before they begin."""


@pytest.fixture
def world(small_cast: None, db: None) -> World:
    """The small cast, inside a transaction that is rolled back."""
    return World.present() if stage.STAGE.is_set else World.make()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same cast, committed: for threads, processes and tests of transactions."""
    return World.make()

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
from zeal.constants import initialize_app_registry
from zeal.patch import patch as watch_loads

from itms_site.db import triggers
from tests import stage
from tests.world import World

# bin/test runs the suite on several engines, and each of these on one of them.
ROOT = Path(__file__).parent
ON_ONE = {
    # What no database takes part in, or only as any would.
    "untouched": [
        "bench", "browser", "budgets", "transfer", "search/test_marking.py", "search/test_parser.py",
        "test_architecture.py", "test_docs.py", "test_markdown.py", "test_page_weight.py", "test_settings.py",
    ],
    # What asks the same of many pages or people, or comes to the database by services that are tried on each engine;
    # that every page answers there is asked on all (test_headers.py).
    "alike": [
        "accounts", "admin", "model", "projects", "seeding", "backup/test_refusals.py", "production/test_install.py",
        "api/test_errors.py", "api/test_fuzz.py", "api/test_limits.py", "api/test_odd_queries.py",
        "api/test_pages_of_lists.py", "api/test_permission_matrix.py",
        "faults/test_errors_at_every_statement.py", "issues/test_*_page.py", "issues/test_completion.py",
        "issues/test_diffs.py", "issues/test_drawn_once.py", "issues/test_loaded_row_by_row.py",
        "issues/test_odd_addresses.py", "issues/test_palette.py",
        "services/test_explaining.py", "services/test_who_may.py", "test_head.py", "test_permission_matrix.py",
        "test_reset_db.py", "test_shared_sessions.py",
    ],
}  # fmt: skip

# What acts read for each row that they are given, under its lock, and forms of the admin when they are drawn anew.
LOADED_AGAIN = [{"model": "*", "field": "get()"}, {"model": "issues.Issue", "field": "deleted_by"}]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not stage.wants_cast(item))
    elsewhere = [place for kind in os.environ.get("LEFT_TO_OTHERS", "").split() for place in ON_ONE[kind]]
    places = {path for place in elsewhere for path in ROOT.glob(place)}
    left = {item for item in items if not places.isdisjoint((item.path, *item.path.parents))}
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


def pytest_collection_finish() -> None:
    """Thousands of tests that stay to the end: the collector need not go through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # there are no collected static files to index
    # Whatever request loads related rows one by one, in any test, fails it (test_loaded_row_by_row.py has many rows).
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "zeal.middleware.zeal_middleware"]
    settings.ZEAL_ALLOWLIST = LOADED_AGAIN
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not database.get("TEST", {}).get("NAME"):
        folder = tempfile.mkdtemp(prefix="itms-tests-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        database.setdefault("TEST", {})["NAME"] = f"{folder}/tests.sqlite3"
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(autouse=True, scope="session")
def _loads_are_seen() -> None:
    initialize_app_registry()
    watch_loads()


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

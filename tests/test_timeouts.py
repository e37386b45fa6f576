"""A server that answers slowly holds no request for long."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from itms_site.db import timeouts
from itms_site.errors import Unavailable
from itms_site.retry import run


@pytest.fixture
def limited(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timeouts, "STATEMENT_SECONDS", 4)
    before = copy.deepcopy(connection.settings_dict)
    connection.close()
    timeouts.limit(connection.settings_dict)
    yield
    connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


SLOW = "SELECT SUM(SLEEP(12))"  # alone, MySQL's SLEEP would end early and without an error


@pytest.mark.skipif("connection.vendor != 'mysql'", reason="asks a server")
def test_a_slow_statement_is_ended_and_answered_503(limited: None) -> None:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(SLOW)

    began = time.monotonic()
    with pytest.raises(Unavailable):
        run(act)
    assert 3 < time.monotonic() - began < 10
    # The connection is as good as before, and strict as before.
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@sql_mode, @@innodb_lock_wait_timeout")
        mode, wait = cursor.fetchone()
    assert "NO_ZERO_DATE" in mode and wait == 5


def test_commands_are_not_limited() -> None:
    """In a process of its own: whatever has imported the WSGI application has limited its connections."""
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "itms_site.settings",
        "DATABASE_URL": "mysql://a@127.0.0.1/b",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "init_command" in done.stdout
    assert "max_statement_time" not in done.stdout and "read_timeout" not in done.stdout


def test_sqlite_has_its_own() -> None:
    settings = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"timeout": 20}}
    timeouts.limit(settings)
    assert settings["OPTIONS"] == {"timeout": 20}

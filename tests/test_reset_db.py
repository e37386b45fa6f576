"""`reset_db` drops everything and builds it anew; it asks first, and never where DEBUG is off."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent
KEY = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1Fg3Hj5Km9Xc-Va2Se4Dr6Ft8Gy0Hu"
only_mysql = pytest.mark.skipif("connection.vendor != 'mysql'", reason="asks a server")
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="looks at files")

Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def name(db: None, tmp_path: Path) -> Iterator[str]:
    """What has to be typed: a database of its own, beside that of the tests."""
    if connection.vendor == "sqlite":
        yield "own.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_reset"
    yield name
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
    other.close()


@pytest.fixture
def manage(name: str, tmp_path: Path) -> Manage:
    options = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path / name}"
    else:
        server = f"{options['HOST']}:{options['PORT'] or 3306}"
        url = f"mysql://{options['USER']}:{options['PASSWORD']}@{server}/{name}"

    def run(*command: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SECRET_KEY": KEY, "DEBUG": "on", "DATABASE_URL": url, **variables}
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def people(manage: Manage) -> int:
    """How many accounts there are; fails when there are no tables."""
    done = manage("shell", "-v0", "-c", "from accounts.models import User; print(User.objects.count())")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def seed(manage: Manage) -> None:
    done = manage("seed_bulk", "--projects", "1", "--users", "3", "--issues", "2")
    assert done.returncode == 0, done.stderr


def test_it_works(manage: Manage, name: str) -> None:
    """A database that is not there is made; one that is there is empty afterwards; both are whole."""
    for _ in range(2):
        done = manage("reset_db", "--yes")
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"{name} was dropped; building it anew.", f"{name} is ready."]
        assert people(manage) == 0
        seed(manage)
    assert people(manage) == 3
    assert manage("verify").returncode == 0


def test_it_asks(manage: Manage, name: str) -> None:
    manage("reset_db", "--yes")
    seed(manage)
    for typed in ("", "yes\n", f"{name}2\n"):
        done = manage("reset_db", typed=typed)
        assert done.returncode == 1
        assert f"This drops the database {name} on " in done.stdout
        assert "Nothing was dropped." in done.stderr
        assert people(manage) == 3
    done = manage("reset_db", typed=f"{name}\n")
    assert done.returncode == 0, done.stderr
    assert people(manage) == 0


def test_with_the_demo(manage: Manage) -> None:
    done = manage("reset_db", "--yes", "--seed")
    assert done.returncode == 0, done.stderr
    assert people(manage) > 3
    assert manage("verify").returncode == 0


def test_not_in_use(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("reset_db", "--yes")


@only_sqlite
def test_what_belongs_to_the_file(manage: Manage, tmp_path: Path) -> None:
    """A journal that stays behind would be taken for that of the next file; a file that is no database is no obstacle."""
    file = tmp_path / "own.sqlite3"
    file.write_bytes(b"this is no database " * 100)
    for end in ("wal", "shm", "journal"):
        Path(f"{file}-{end}").write_bytes(b"something old")
    done = manage("reset_db", "--yes")
    assert done.returncode == 0, done.stderr
    assert people(manage) == 0
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


@only_sqlite
def test_somebody_has_the_file_open(manage: Manage, tmp_path: Path) -> None:
    """A server would go on writing into the dropped file, unseen."""
    manage("reset_db", "--yes")
    seed(manage)
    with closing(sqlite3.connect(tmp_path / "own.sqlite3")) as server:
        server.execute("SELECT COUNT(*) FROM accounts_user").fetchall()
        done = manage("reset_db", "--yes")
        assert done.returncode == 1
        assert "Another process has own.sqlite3 open" in done.stderr
        assert server.execute("SELECT COUNT(*) FROM accounts_user").fetchone() == (3,)
    assert manage("reset_db", "--yes").returncode == 0


@only_mysql
def test_somebody_is_at_work(manage: Manage, name: str) -> None:
    """An open transaction on the database: said after ten seconds instead of waiting for ever."""
    manage("reset_db", "--yes")
    seed(manage)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT COUNT(*) FROM {name}.accounts_user")
        done = manage("reset_db", "--yes")
        cursor.execute("ROLLBACK")
    other.close()
    assert done.returncode == 1
    assert f"Somebody is using {name} just now" in done.stderr

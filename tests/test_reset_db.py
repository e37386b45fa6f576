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
from django.db.utils import ProgrammingError
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent
KEY = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1Fg3Hj5Km9Xc-Va2Se4Dr6Ft8Gy0Hu"
only_mysql = pytest.mark.skipif("connection.vendor != 'mysql'", reason="asks a server")
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="looks at files")

Manage = Callable[..., subprocess.CompletedProcess[str]]
Query = Callable[[str], list[object]]


@pytest.fixture
def name(db: None) -> Iterator[str]:
    """What has to be typed: a database of its own, beside that of the tests."""
    if connection.vendor == "sqlite":
        yield "own.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_reset"
    yield name
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")


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


@pytest.fixture
def query(name: str, tmp_path: Path) -> Query:
    """Asks that database, around Django; the first column."""

    def run(sql: str) -> list[object]:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(tmp_path / name)) as file:
                found = [row[0] for row in file.execute(sql)]
                file.commit()
            return found
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute(f"USE {name}")
            cursor.execute(sql)
            return [row[0] for row in cursor.fetchall()]

    return run


@pytest.fixture
def marked(query: Query, name: str) -> None:
    """The database is there and holds something to lose."""
    if connection.vendor == "mysql":
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    query("CREATE TABLE marker (id INTEGER PRIMARY KEY)")
    query("INSERT INTO marker VALUES (7)")


def test_it_works(manage: Manage, query: Query, name: str, marked: None) -> None:
    done = manage("reset_db", typed=f"{name}\n")
    assert done.returncode == 0, done.stderr
    assert f"This drops the database {name} on " in done.stdout
    assert done.stdout.endswith(f"{name} was dropped; building it anew.\n{name} is ready.\n")
    with pytest.raises((sqlite3.OperationalError, ProgrammingError)):
        query("SELECT id FROM marker")
    assert query("SELECT COUNT(*) FROM accounts_user") == [0]
    # Whole, triggers included.
    assert manage("verify").returncode == 0


@pytest.mark.parametrize("typed", ["", "yes\n", "own\n"])
def test_it_asks(manage: Manage, query: Query, name: str, marked: None, typed: str) -> None:
    done = manage("reset_db", typed=typed)
    assert done.returncode == 1
    assert f"Type {name} to go on: " in done.stdout
    assert "Nothing was dropped." in done.stderr
    assert query("SELECT id FROM marker") == [7]


def test_with_the_demo(manage: Manage, query: Query) -> None:
    """From nothing: the database is not even there."""
    done = manage("reset_db", "--yes", "--seed")
    assert done.returncode == 0, done.stderr
    assert query("SELECT COUNT(*) FROM accounts_user WHERE username = 'lead1'") == [1]


def test_not_in_use(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("reset_db", "--yes")


@only_sqlite
def test_what_belongs_to_the_file(manage: Manage, query: Query, tmp_path: Path) -> None:
    """A journal that stays behind would be taken for that of the next file; a file that is none is no obstacle."""
    file = tmp_path / "own.sqlite3"
    file.write_bytes(b"this is no database " * 100)
    for end in ("wal", "shm", "journal"):
        Path(f"{file}-{end}").write_bytes(b"something old")
    done = manage("reset_db", "--yes")
    assert done.returncode == 0, done.stderr
    assert query("SELECT COUNT(*) FROM accounts_user") == [0]
    assert query("PRAGMA integrity_check") == ["ok"]
    assert query("PRAGMA journal_mode") == ["wal"]


@only_sqlite
def test_somebody_has_the_file_open(manage: Manage, query: Query, marked: None, tmp_path: Path) -> None:
    """A server would go on writing into the dropped file, unseen."""
    query("PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(tmp_path / "own.sqlite3")) as server:
        server.execute("SELECT id FROM marker").fetchall()
        done = manage("reset_db", "--yes")
        assert done.returncode == 1
        assert "Another process has own.sqlite3 open" in done.stderr
        assert server.execute("SELECT id FROM marker").fetchone() == (7,)


@only_mysql
def test_somebody_is_at_work(manage: Manage, query: Query, name: str, marked: None) -> None:
    """An open transaction on the database: said after ten seconds instead of waiting for ever."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT id FROM {name}.marker")
        done = manage("reset_db", "--yes")
        cursor.execute("ROLLBACK")
    assert done.returncode == 1
    assert f"Somebody is using {name} just now" in done.stderr
    assert query("SELECT id FROM marker") == [7]

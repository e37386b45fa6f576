"""`manage.py reset_db`: drops the database with everything in it and builds it anew. Only under DEBUG."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.utils import OperationalError


class Command(BaseCommand):
    help = "Drops the database with everything in it and builds it anew. Asks first; refuses when DEBUG is off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--seed", action="store_true", help="fill it with the demo data afterwards")

    def handle(self, *args: Any, yes: bool, seed: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("DEBUG is off: reset_db drops no database of a system in use.")
        name = Path(connection.settings_dict["NAME"]).name
        if not yes:
            self._ask(name)
        if connection.vendor == "sqlite":
            _drop_file(Path(connection.settings_dict["NAME"]))
        else:
            _drop_schema(connection.settings_dict["NAME"])
        self.stdout.write(f"{name} was dropped; building it anew.")
        call_command("migrate", verbosity=0, interactive=False, skip_checks=False)
        if seed:
            call_command("seed_demo")
        self.stdout.write(f"{name} is ready.")

    def _ask(self, name: str) -> None:
        where = connection.settings_dict["HOST"] or "this machine"
        self.stdout.write(f"This drops the database {name} on {where} with everything in it.")
        try:
            typed = input(f"Type {name} to go on: ")
        except EOFError:
            typed = ""
        if typed.strip() != name:
            raise CommandError("Nothing was dropped.")


def _drop_file(path: Path) -> None:
    connection.close()
    with contextlib.suppress(sqlite3.DatabaseError, FileNotFoundError):
        path.resolve(strict=True)
        _only_user(path)
    # What belongs to the file goes first: a journal without its file would be taken for that of the next one.
    for file in (*(Path(f"{path}-{end}") for end in ("wal", "shm", "journal")), path):
        file.unlink(missing_ok=True)


def _only_user(path: Path) -> None:
    """Another process that has the file open would go on writing into the dropped one, unseen.

    Raises CommandError. A file that is no database has no users."""
    other = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        # Leaving WAL needs the file for oneself alone; readers and idle connections count.
        other.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise CommandError(f"Another process has {path.name} open (a server?). End it first.") from None
        raise
    finally:
        other.close()


def _drop_schema(name: str) -> None:
    connection.close()
    quoted = connection.ops.quote_name(name)
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SET SESSION lock_wait_timeout = 10")
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
            cursor.execute(f"CREATE DATABASE {quoted} CHARACTER SET utf8mb4")
    except OperationalError as error:
        if error.args[0] == 1205:
            raise CommandError(
                f"Somebody is using {name} just now. Nothing more was dropped; end them first."
            ) from None
        raise CommandError(f"{name} could not be dropped: {error}") from None
    connection.close()

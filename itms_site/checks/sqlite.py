"""What a connection to SQLite must be like."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from django.core.checks import CheckMessage
from django.db.backends.base.base import BaseDatabaseWrapper

from itms_site.checks.messages import error, error_in_use

# 3.37 examines NOT NULL and CHECK in integrity_check as `verify` needs it, and is what current systems have at least.
LEAST = (3, 37, 0)
HINT = "It is set by itms_site/settings.py for every connection; is something between that changes it?"


@dataclass(frozen=True)
class Facts:
    """in_memory  a database that ends with its process; it can have no write-ahead log
    migrated   the first migration, which switches the log on, has run"""

    version: tuple[int, ...]
    journal_mode: str
    synchronous: int
    foreign_keys: int
    recursive_triggers: int
    in_memory: bool
    migrated: bool


def read_facts(connection: BaseDatabaseWrapper) -> Facts:
    def pragma(name: str) -> str:
        with connection.cursor() as cursor:
            return str(cursor.execute(f"PRAGMA {name}").fetchone()[0])

    mode = pragma("journal_mode")
    return Facts(
        version=sqlite3.sqlite_version_info,
        journal_mode=mode,
        synchronous=int(pragma("synchronous")),
        foreign_keys=int(pragma("foreign_keys")),
        recursive_triggers=int(pragma("recursive_triggers")),
        in_memory=mode == "memory",
        migrated="django_migrations" in connection.introspection.table_names(),
    )


def problems(facts: Facts) -> list[CheckMessage]:
    found = []
    if facts.version < LEAST:
        have = ".".join(str(part) for part in facts.version)
        found.append(
            error(31, f"SQLite is {have}; ITMS needs 3.37 at least.", "Use a newer Python or system, or MariaDB.")
        )
    if facts.journal_mode != "wal" and facts.migrated and not facts.in_memory:
        found.append(
            error_in_use(
                32,
                f"SQLite's journal_mode is {facts.journal_mode}, not wal: readers would wait for writers.",
                "Run manage.py migrate. A folder on a network has no write-ahead log: put the file on a local disk.",
            )
        )
    if facts.synchronous < 2:
        found.append(
            error_in_use(33, "SQLite's synchronous is not FULL: a power failure may take confirmed work away.", HINT)
        )
    if not facts.foreign_keys:
        found.append(error_in_use(34, "SQLite's foreign_keys are off: rows may refer to nothing.", HINT))
    if not facts.recursive_triggers:
        found.append(
            error_in_use(
                35, "SQLite's recursive_triggers are off: INSERT OR REPLACE can rewrite the append-only history.", HINT
            )
        )
    return found

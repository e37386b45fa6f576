"""Checks of the database: by engine, then the triggers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.checks import CheckMessage
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from itms_site.checks import mysql, sqlite
from itms_site.checks.messages import error
from itms_site.db import triggers

_installing: ContextVar[bool] = ContextVar("installing_triggers", default=False)


@contextmanager
def about_to_install() -> Iterator[None]:
    """Checks that run inside are those of `migrate`, which will install what is missing."""
    token = _installing.set(True)
    try:
        yield
    finally:
        _installing.reset(token)


def check_database(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor == "sqlite":
            found += sqlite.problems(sqlite.read_facts(connection))
        else:
            found += mysql.problems(mysql.read_facts(connection))
        found += check_triggers(connection)
    return found


def check_triggers(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Missing triggers matter once all migrations have run: `migrate` itself is what installs them, and must be able
    to. The right to create them matters as long as there are some to create."""
    lost = triggers.missing(connection)
    if not lost:
        return []
    if connection.vendor == "mysql":
        facts = mysql.read_facts(connection)
        if trouble := mysql.cannot_create_triggers(facts):
            return [trouble]
    if _installing.get() or _migrations_wait(connection):
        return []
    some = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
    return [
        error(
            41,
            f"The database lacks triggers, or has them in another wording: {some}. "
            "Nothing guards history and rules there.",
            "Run manage.py migrate, which installs them, then manage.py verify.",
        )
    ]


def _migrations_wait(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

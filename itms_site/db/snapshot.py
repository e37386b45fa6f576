"""One consistent look at the database, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything inside is read as of one moment. Inside a transaction of the caller (tests) it is that
    transaction's view."""
    with _any_bytes():
        if connection.in_atomic_block:
            yield
        else:
            yield from _transaction()


def _transaction() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        else:
            # Not IMMEDIATE as elsewhere: that would keep every writer out until the end.
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def _any_bytes() -> Iterator[None]:
    """SQLite keeps whatever bytes it is given as text: those that are no text are to be named, not to end the run."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    usual = connection.connection.text_factory
    connection.connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        connection.connection.text_factory = usual


def as_stored(alias: str, column: str) -> str:
    """The column as an expression that sqlite3 does not convert: two spellings of one moment are two values."""
    plain = f"{alias}.`{column}`"
    return f"+{plain}" if connection.vendor == "sqlite" else plain

"""The database in pieces of a bounded size. Plain SQL: what a model would convert or hide
is seen as it is stored.

Identifiers and integers stand in the statements themselves, so `%` is an ordinary character in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from issues.history.verify.report import Progress

PIECE = 2_000
Row = tuple[Any, ...]


def rows(sql: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def binary(expression: str) -> str:
    """For comparisons byte for byte: MySQL's usual collations take a for A and é for e."""
    return expression if connection.vendor == "sqlite" else f"CAST({expression} AS BINARY)"


def same(left: str, right: str) -> str:
    """Equal, nothing being equal to nothing."""
    return f"{left} {'IS' if connection.vendor == 'sqlite' else '<=>'} {right}"


@dataclass(frozen=True)
class Piece:
    """Ids above `low` up to and including `high`; None is no bound, so the pieces together leave no id out."""

    low: int | None
    high: int | None

    def holds(self, column: str) -> str:
        bounds = []
        if self.low is not None:
            bounds.append(f"{column} > {self.low}")
        if self.high is not None:
            bounds.append(f"{column} <= {self.high}")
        return f"({' AND '.join(bounds) or '1 = 1'})"


def pieces(progress: Progress, what: str, table: str, key: str = "id", only: str = "1 = 1") -> Iterator[Piece]:
    """Walks through the ids of `table` in the order of `key`, telling `progress`."""
    total = left = rows(f"SELECT COUNT(*) FROM {table} t WHERE {only}")[0][0]
    progress.begin(what, total)
    low = None
    while True:
        above = Piece(low, None).holds(f"t.{key}")
        last = (
            rows(f"SELECT t.{key} FROM {table} t WHERE {above} AND {only} ORDER BY t.{key} LIMIT 1 OFFSET {PIECE - 1}")
            if left > PIECE
            else []
        )
        high = last[0][0] if last else None
        yield Piece(low, high)
        progress.advance(min(PIECE, left))
        left -= PIECE
        if high is None:
            return
        low = high


def scan(progress: Progress, what: str, table: str, sql: str, key: str = "id", only: str = "1 = 1") -> Iterator[Row]:
    """The rows that `sql` finds, asked piece by piece of `table`, which it calls t; `{piece}` in it is replaced by
    the condition for the piece."""
    for piece in pieces(progress, what, table, key, only):
        yield from rows(sql.replace("{piece}", f"{piece.holds(f't.{key}')} AND {only}"))

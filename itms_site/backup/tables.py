"""What belongs in a backup, and how a row is written: the same bytes for the same content on every engine, so that
two databases are equal when the digests of their tables are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from itms_site.db.snapshot import as_stored

PIECE = 2_000
_encode = json.JSONEncoder(separators=(",", ":")).encode


class BackupError(Exception):
    """What keeps a backup from being taken or restored, in a sentence that says what to do."""


class Tell(Protocol):
    """Told how far a long act is."""

    def begin(self, what: str, total: int) -> None: ...

    def advance(self, count: int) -> None: ...


@dataclass(frozen=True)
class Table:
    """columns  all that are stored, in the order of a row
    key      the primary key, which is one of them"""

    name: str
    columns: tuple[str, ...]
    key: str
    _as_written: tuple[tuple[int, Callable[[Any], Any]], ...]

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {self.name}")
            return int(cursor.fetchone()[0])

    def pieces(self) -> Iterator[list[str]]:
        """The rows by their key, each as one line of JSON; a bounded number of them at a time."""
        columns = ", ".join(as_stored("t", column) for column in self.columns)
        key = f"t.{connection.ops.quote_name(self.key)}"
        position = self.columns.index(self.key)
        begin = f"SELECT {columns} FROM {self.name} t"
        end = f"ORDER BY {key} LIMIT {PIECE}"
        sql, parameters = f"{begin} {end}", list[Any]()
        while True:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                rows = cursor.fetchall()
            if rows:
                yield [self._line(row) for row in rows]
            if len(rows) < PIECE:
                return
            sql, parameters = f"{begin} WHERE {key} > %s {end}", [rows[-1][position]]

    def _line(self, row: tuple[Any, ...]) -> str:
        values = list(row)
        for position, written in self._as_written:
            values[position] = written(values[position])
        return _encode(values)


def tables() -> list[Table]:
    """Every table of every installed model, but sessions, and what triggers make anew of the other tables."""
    found = {model._meta.db_table: _table(model) for model in _models() if not _is_left_out(model)}
    return list(found.values())


def left_out() -> list[str]:
    return [model._meta.db_table for model in _models() if _is_left_out(model)]


def migrations() -> dict[str, list[str]]:
    """App → its migrations that this database has."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _models() -> list[type[models.Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def _is_left_out(model: type[models.Model]) -> bool:
    return issubclass(model, AbstractBaseSession) or getattr(model, "kept_by_triggers", False)


def _table(model: type[models.Model]) -> Table:
    fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
    as_written = [(position, written) for position, field in enumerate(fields) if (written := _written(field))]
    assert model._meta.pk is not None
    columns = tuple(str(field.column) for field in fields)
    return Table(model._meta.db_table, columns, str(model._meta.pk.column), tuple(as_written))


def _written(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes the engines' different values of one content the same; None where they are."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateField):  # DateTimeField is one
        return _moment
    if isinstance(field, models.BinaryField | models.DecimalField | models.FloatField | models.DurationField):
        raise NotImplementedError(f"{field} has values that a backup cannot write yet.")
    return None


def _moment(value: Any) -> str | None:
    """As Django writes it into SQLite: without a fraction that is zero."""
    return None if value is None else str(value).removesuffix(".000000")


@lru_cache(maxsize=10_000)
def _json(text: str | None) -> str | None:
    """MySQL keeps the members of an object in an order and with blanks of its own."""
    if text is None:
        return None
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:  # no JSON: SQLite was made to take it; `verify` is what complains
        return text

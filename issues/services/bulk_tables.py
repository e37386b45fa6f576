"""Many rows at once, with the keys that the caller gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

BATCH = 2_000


class Rows:
    """Collects rows of one table and inserts them by the thousand.

    columns   those that `add` is given, in its order; every other column gets the default of its field"""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        fields = {field.column: field for field in model._meta.concrete_fields}
        rest = [field for column, field in fields.items() if column not in columns and not field.primary_key]
        self._rest = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
        names = [*columns, *(str(field.column) for field in rest)]
        unknown = set(columns) - set(fields)
        assert not unknown, f"{model._meta.label} has no {unknown}"
        quoted = ", ".join(connection.ops.quote_name(name) for name in names)
        places = ", ".join(["%s"] * len(names))
        self._sql = f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({places})"
        self._waiting: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self._waiting.append(values + self._rest)
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            with connection.cursor() as cursor:
                cursor.executemany(self._sql, self._waiting)
            self._waiting.clear()


def next_id(model: type[models.Model]) -> int:
    """One above the greatest key of the table."""
    greatest: int | None = model._default_manager.aggregate(greatest=models.Max("pk"))["greatest"]
    return (greatest or 0) + 1

"""A list in the order of an index, read by that index.

MariaDB and MySQL choose between walking through an index until the page is full, and collecting every row to sort it.
Their estimate knows nothing of how soon the page is full, and where a list joins the projects that may be seen, it
begins there and sorts a million issues for fifty. So lists whose order an index has name it; and so do those of given
ids, for which MariaDB walks through all issues of each project that may be seen."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.datastructures import BaseTable

M = TypeVar("M", bound=Model)
IDS = "PRIMARY"


def walking(rows: QuerySet[M], index: str) -> QuerySet[M]:
    """The same rows, read by the index of that name where the engine lets one say so. SQLite is left its own choice:
    it refuses a statement that cannot use the index, and walks anyway."""
    rows = rows.all()
    if connection.vendor == "mysql":
        alias = str(rows.query.get_initial_alias())
        rows.query.alias_map[alias] = _Walked(rows.model._meta.db_table, alias, index)
    return rows


class _Walked(BaseTable):
    def __init__(self, table_name: str, alias: str, index: str) -> None:
        super().__init__(table_name, alias)
        self.index = index

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection)
        return f"{sql} FORCE INDEX ({connection.ops.quote_name(self.index)})", parameters

    def relabeled_clone(self, change_map: dict[str | None, str]) -> _Walked:
        return _Walked(self.table_name, change_map.get(self.table_alias) or str(self.table_alias), self.index)

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.index)

"""A list in the order of an index, read by that index.

MariaDB and MySQL choose between walking through an index until the page is full, and collecting every row to sort it.
Their estimate knows nothing of how soon the page is full, and where a list joins the projects that may be seen, it
begins there and sorts a million issues for fifty. So lists whose order an index has name it; and so do those of given
ids, for which MariaDB walks through all issues of each project that may be seen."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.constants import INNER
from django.db.models.sql.datastructures import BaseTable, Join

M = TypeVar("M", bound=Model)
IDS = "PRIMARY"


def walking(rows: QuerySet[M], index: str) -> QuerySet[M]:
    """The same rows, read by the index of that name where the engine lets one say so. SQLite is left its own choice:
    it refuses a statement that cannot use the index, and walks anyway."""
    rows = _hinted(rows, "FORCE", index)
    if connection.vendor == "mysql":
        _begin_with_first(rows)
    return rows


def not_by(rows: QuerySet[M], *indexes: str) -> QuerySet[M]:
    """The same rows, read by any index but these, of which the engine thinks better than they are."""
    return _hinted(rows, "IGNORE", *indexes)


def _begin_with_first(rows: QuerySet[M]) -> None:
    """What is joined so far is looked up for each row that was walked to. MySQL believes that few projects are left,
    begins with these, and would walk through the whole index for each of them."""
    for alias, join in rows.query.alias_map.items():
        if isinstance(join, Join) and join.join_type == INNER:
            straight = join.relabeled_clone({})
            straight.join_type = "STRAIGHT_JOIN"
            rows.query.alias_map[alias] = straight


def _hinted(rows: QuerySet[M], verb: str, *indexes: str) -> QuerySet[M]:
    rows = rows.all()
    if connection.vendor == "mysql":
        alias = str(rows.query.get_initial_alias())
        rows.query.alias_map[alias] = _Hinted(rows.model._meta.db_table, alias, (verb, *indexes))
    return rows


def by_ids(rows: QuerySet[M], *, walks: str | None) -> tuple[list[M], int]:
    """The rows of an ordered and limited queryset, of which the ids are read before all else: what it joins to show is
    where the database would begin, to sort whole tables. `walks`: the index that is in this order, where few of the
    rows are passed over. Two queries; how many the first one found comes with the rows, of which some may have gone by
    the second."""
    ids = rows.select_related(None).defer(None).values_list("pk", flat=True)
    found = list(walking(ids, walks) if walks else ids)
    shown = rows.all()
    shown.query.clear_limits()
    read = {row.pk: row for row in shown.filter(pk__in=found).order_by()} if found else {}
    return [read[pk] for pk in found if pk in read], len(found)


class _Hinted(BaseTable):
    """`hint`: FORCE or IGNORE, and the names of indexes"""

    def __init__(self, table_name: str, alias: str, hint: tuple[str, ...]) -> None:
        super().__init__(table_name, alias)
        self.hint = hint

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection)
        verb, *indexes = self.hint
        return f"{sql} {verb} INDEX ({', '.join(map(connection.ops.quote_name, indexes))})", parameters

    def relabeled_clone(self, change_map: dict[str | None, str]) -> _Hinted:
        return _Hinted(self.table_name, change_map.get(self.table_alias) or str(self.table_alias), self.hint)

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.hint)

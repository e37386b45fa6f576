"""`rows.filter(is_listed("pk", ids))`: `pk__in` for thousands of ids, which Django would prepare one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.lookups import Lookup


def is_listed(column: str, ids: Iterable[int]) -> _Listed:
    """Whether the column holds one of the ids, of which there is at least one."""
    return _Listed(F(column), [int(one) for one in ids])


class _Listed(Lookup):
    lookup_name = "listed"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        sql, parameters = self.process_lhs(compiler, connection)
        return f"{sql} IN ({', '.join(map(str, self.rhs))})", parameters

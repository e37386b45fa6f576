"""Heads, Changes and numbers: 1, 2, 3 … without a gap, and every Change has left its history."""

from __future__ import annotations

from collections.abc import Iterator

from issues.history.verify.naming import Scope
from issues.history.verify.reading import rows, scan
from issues.history.verify.replaying import KINDS
from issues.history.verify.report import Difference, Progress, ranges_of


def heads(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Each head belongs to a project, has no Change open, and stands where its Changes and issues end."""
    changes = _counts("accounts_change", "head_id", "seq", scope)
    numbers = _counts("issues_issue", "project_id", "number", scope)
    found = rows(
        "SELECT h.id, h.last_seq, h.last_number, h.open_change, p.id FROM accounts_head h"
        f" LEFT JOIN projects_project p ON p.id = h.id WHERE {scope.only('h.id')} ORDER BY h.id"
    )
    progress.begin("heads", len(found))
    for head, last_seq, last_number, open_change, project in found:
        name = scope.project(head)
        if project is None:
            yield Difference(f"head {head}", "it belongs to no project")
        if open_change is not None:
            yield Difference(name, f"its head has change {open_change} open")
        yield from _series(f"{name} changes", last_seq, changes.get(head), "accounts_change", "head_id", "seq", head)
        yield from _series(
            f"{name} numbers", last_number, numbers.get(head), "issues_issue", "project_id", "number", head
        )
        progress.advance(1)


def empty_changes(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """A Change of a project that no history row belongs to."""
    none = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {kind.history} h WHERE h.change_id = t.id)" for kind in reversed(KINDS)
    )
    sql = f"SELECT t.id, t.verb FROM accounts_change t WHERE {{piece}} AND t.head_id IS NOT NULL AND {none}"
    for pk, verb in scan(progress, "changes", "accounts_change", sql, only=scope.only("t.head_id")):
        yield Difference(scope.change(pk), f"no history row belongs to this {verb}")


def _counts(table: str, group: str, column: str, scope: Scope) -> dict[int, tuple[int, int, int, int]]:
    """Group → how many, how many different ones, the least, the greatest."""
    found = rows(
        f"SELECT {group}, COUNT(*), COUNT(DISTINCT {column}), MIN({column}), MAX({column}) FROM {table} t"
        f" WHERE {group} IS NOT NULL AND {scope.only(group)} GROUP BY {group}"
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}


def _series(
    name: str, last: int, counts: tuple[int, int, int, int] | None, table: str, group: str, column: str, head: int
) -> Iterator[Difference]:
    count, distinct, least, greatest = counts or (0, 0, 1, 0)
    if greatest != last:
        yield Difference(name, f"its head says {last}, the greatest is {greatest}")
    if count != distinct:
        yield Difference(name, f"{count - distinct} of {count} are there twice")
    if distinct and (least, greatest) != (1, distinct):
        there = {row[0] for row in rows(f"SELECT {column} FROM {table} WHERE {group} = {head}")}
        missing, below = sorted(set(range(1, greatest + 1)) - there), sorted(n for n in there if n < 1)
        if missing:
            yield Difference(name, f"{ranges_of(missing)} is missing")
        if below:
            yield Difference(name, f"{ranges_of(below)} is below 1")

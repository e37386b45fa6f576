"""Orders that an index holds only in pieces. By due day: first the issues that have one, behind them those without, by
their id. And where a query does not say whether open or closed issues are asked for, an index that keeps these apart.

Each piece is walked through by itself until the page is full; the rows of those that lie side by side are merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import DateField, F, QuerySet, Value

from issues.models import Issue
from issues.search.frame import Frame
from issues.selectors.matching import FAR
from itms_site.db.walking import walking
from itms_site.paging import Key, Page, first_of

DUE = "due_sort"


class Piece(NamedTuple):
    """by       the index which holds it in the list's order; None: the database chooses
    is_open  only open issues, or closed ones; None: what the query says
    has_due  only those with a due day, or without; None: all"""

    by: str | None
    is_open: bool | None = None
    has_due: bool | None = None


Stage = tuple[Piece, ...]


def stages_of(frame: Frame, order: Sequence[Key], *, in_project: bool) -> list[Stage]:
    """What is read one after another, each in pieces that lie side by side; empty where no index holds the order so."""
    if frame.deleted or len(order) != 2:
        return []
    column = order[0].column
    if column == DUE and not frame.few:
        index = "issue_open_due" if in_project else "issue_all_open_due"
        dated, undated = (_halves(frame, index, has_due) for has_due in (True, False))
        return [undated, dated] if order[0].descending else [dated, undated]
    if frame.is_open is not None:
        return []
    if column == "priority_rank" and not frame.few:
        return [_halves(frame, "issue_open_priority" if in_project else "issue_all_open_priority")]
    if column == "updated_at" and "assignee" in frame.few:
        return [_halves(frame, "issue_of_assignee" if in_project else "issue_assigned")]
    return [_halves(frame, "issue_reported")] if column == "updated_at" and "author" in frame.few else []


def _halves(frame: Frame, index: str, has_due: bool | None = None) -> Stage:
    if frame.is_open is not None:
        return (Piece(index, None, has_due),)
    return tuple(Piece(index, is_open, has_due) for is_open in (True, False))


def rows_in(rows: QuerySet[Issue], piece: Piece) -> QuerySet[Issue]:
    """Those of the rows that lie in the piece, read by its index."""
    if piece.by:
        rows = walking(rows, piece.by)
    if piece.is_open is not None:
        rows = rows.filter(is_open=piece.is_open)
    if piece.has_due is None:
        return rows
    day = F("due_date") if piece.has_due else Value(FAR, output_field=DateField())
    return rows.filter(due_date__isnull=not piece.has_due).annotate(**{DUE: day})


def order_in(piece: Piece, order: Sequence[Key]) -> Sequence[Key]:
    """What is left to order by: all that have no due day are due alike."""
    return order[1:] if piece.has_due is False else order


def cursor_in(piece: Piece, order: Sequence[Key], cursor: Sequence[Any]) -> Sequence[Any] | None:
    """Behind what the piece is read on: nothing where the cursor lies in a stage before it; None where all of the piece
    lies before the cursor."""
    if not cursor or piece.has_due is None:
        return cursor
    stands_with_dated = str(cursor[0]) != FAR.isoformat()
    if stands_with_dated == piece.has_due:
        return cursor if piece.has_due else cursor[1:]
    return [] if stands_with_dated != order[0].descending else None


def page_once(rows: Sequence[Any], order: Sequence[Key], limit: int) -> Page[Any]:
    """The page of rows that were read in pieces, one more than `limit` where there are more. One that somebody moved
    from a piece that was read to one that was not yet stands at its first place alone."""
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.pk, row)
    return first_of(list(first.values()), order, limit, found=len(rows))


def merged(each: Iterable[Iterable[Any]], order: Sequence[Key]) -> list[Any]:
    """The rows of pieces that lie side by side, in the list's order."""
    rows = [row for rows in each for row in rows]
    for key in reversed(order):
        rows.sort(key=lambda row, column=key.column: getattr(row, column), reverse=key.descending)  # type: ignore[misc]
    return rows

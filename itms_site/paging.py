"""Keyset pages: the next page begins after the last row seen, so page 200 costs what page 1 costs and rows that
are added meanwhile shift nothing.

A cursor is the values of the order's columns in the last row, as URL-safe base64 of JSON. It grants nothing: the
query that it continues is filtered by the reader's own rights."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import DateField, DateTimeField, IntegerField, Model, Q, QuerySet

from itms_site.errors import Invalid

M = TypeVar("M", bound=Model)
T = TypeVar("T")
_DAY = re.compile(r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z", re.ASCII)


@dataclass(frozen=True)
class Key:
    """One column of an order, never NULL. The last of an order is unique, so that rows stand in one order only."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[T]):
    """items   at most `limit` rows
    next    the cursor of the page after it, None on the last one"""

    items: list[T]
    next: str | None


def page_of(rows: QuerySet[M], order: Sequence[Key], *, limit: int, after: str | None = None) -> Page[M]:
    """One page in one query. Raises Invalid for a cursor that does not belong to this order."""
    if after:
        rows = beyond(rows, order, read_cursor(rows, order, after))
    return first_of(list(in_order(rows, order)[: limit + 1]), order, limit)


def in_order(rows: QuerySet[M], order: Sequence[Key]) -> QuerySet[M]:
    return rows.order_by(*[f"-{key.column}" if key.descending else key.column for key in order])


def beyond(rows: QuerySet[M], order: Sequence[Key], values: Sequence[Any]) -> QuerySet[M]:
    """Those behind the row that has these values of the order's columns."""
    return rows.filter(_beyond(order, values))


def first_of(items: list[T], order: Sequence[Key], limit: int, *, found: int | None = None) -> Page[T]:
    """The page of rows that were read in that order, one more than `limit` where there are more. `found`: how many
    there were before some of them went."""
    more, items = (len(items) if found is None else found) > limit, items[:limit]
    return Page(items, cursor_of(items[-1], order) if more and items else None)


def cursor_of(row: Any, order: Sequence[Key]) -> str:
    values = [_plain(getattr(row, key.column)) for key in order]
    raw = json.dumps([[key.column for key in order], values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(rows: QuerySet[Any], order: Sequence[Key], cursor: str) -> list[Any]:
    """The values of the order's columns in the row after which the page begins. Raises Invalid for a cursor that does
    not belong to this order."""
    values = _decode(cursor, order)
    if not all(_fits(rows, key.column, value) for key, value in zip(order, values, strict=True)):
        raise _foreign()
    return values


def _decode(cursor: str, order: Sequence[Key]) -> list[Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        columns, values = json.loads(raw)
        if columns != [key.column for key in order] or len(values) != len(order):
            raise ValueError
        return [_typed(value) for value in values]
    except (ValueError, TypeError, OverflowError, binascii.Error, UnicodeError, RecursionError):
        raise _foreign() from None


def _foreign() -> Invalid:
    return Invalid.one("cursor", "This cursor does not belong to this list; begin at its first page.", "cursor")


def _fits(rows: QuerySet[Any], column: str, value: Any) -> bool:
    """Whether the value has the type of the column: a cursor that somebody made up may compare anything."""
    annotation = rows.query.annotations.get(column)
    field = rows.model._meta.get_field(column) if annotation is None else annotation.output_field
    if isinstance(field, DateTimeField):
        return isinstance(value, datetime.datetime)
    if isinstance(field, DateField):
        if isinstance(value, str) and annotation is not None:
            return _is_day(value)  # MySQL gives what it computes from a date and a word as a word
        return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return isinstance(value, int if isinstance(field, IntegerField) else str)


def _is_day(value: str) -> bool:
    try:
        return _DAY.match(value) is not None and datetime.date.fromisoformat(value) is not None
    except ValueError:  # the 31st of February
        return False


def _beyond(order: Sequence[Key], values: Sequence[Any]) -> Q:
    """(a > x) or (a = x and b > y) or …, with < where descending; the first column bounds the scan."""
    found, equal = Q(), Q()
    for key, value in zip(order, values, strict=True):
        found |= equal & Q(**{f"{key.column}__{'lt' if key.descending else 'gt'}": value})
        equal &= Q(**{key.column: value})
    first = order[0]
    return Q(**{f"{first.column}__{'lte' if first.descending else 'gte'}": values[0]}) & found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return {"t": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    return value


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"t"}:
            moment = datetime.datetime.fromisoformat(value["t"])
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(datetime.UTC)
        if set(value) == {"d"}:
            return datetime.date.fromisoformat(value["d"])
        raise ValueError
    if isinstance(value, str) and len(value) <= 255 and "\x00" not in value:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise ValueError

"""Keys that compare a day or a time."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db.models import Q

from issues.search import dates
from issues.search.context import Context
from issues.search.nodes import Value

_SLACK = datetime.timedelta(days=1)
HINT = "Write a day as 2026-01-31, a range as 2026-01-01..2026-01-31, or today, this-week, -7d and the like."
End = datetime.date | datetime.datetime


def updated_since(begin: End) -> Q:
    """What was reported, closed or changed since then has been updated since. Said beside the question, it ends the
    walk through a list in the order of change. The slack is for a clock that was set back."""
    try:
        return Q(updated_at__gte=begin - _SLACK)
    except OverflowError:  # the first day of all
        return Q()


def time_q(key: str, column: str, *, nullable: bool = False) -> Callable[[Context, Value], Q]:
    """A column of times that lie in the past. Days begin in the actor's zone."""

    def bounds(period: dates.Period, context: Context) -> tuple[End, End]:
        return period.bounds(context.zone)

    follows = updated_since if column != "updated_at" else None
    return _when(key, column, bounds, nullable=nullable, backwards=True, follows=follows)


def day_q(key: str, column: str, *, nullable: bool = False) -> Callable[[Context, Value], Q]:
    """A column of days."""

    def bounds(period: dates.Period, context: Context) -> tuple[End, End]:
        return period.first, period.last + datetime.timedelta(days=1)

    return _when(key, column, bounds, nullable=nullable, backwards=False)


def _when(
    key: str,
    column: str,
    bounds: Callable[[dates.Period, Context], tuple[End, End]],
    *,
    nullable: bool,
    backwards: bool,
    follows: Callable[[End], Q] | None = None,
) -> Callable[[Context, Value], Q]:
    def q(context: Context, value: Value) -> Q:
        if nullable and not value.quoted and value.text.casefold() == "none":
            return Q(**{f"{column}__isnull": True})
        limits: dict[str, End] = {}
        for side, text in _ends(value).items():
            period = dates.read_period(text, context.today, backwards=backwards, point=value.op != "")
            if period is None:
                return context.unknown(key, value, HINT, dates.WORDS)
            begin, end = bounds(period, context)
            limits |= {
                "": {"gte": begin, "lt": end},
                ">": {"gte": end},
                ">=": {"gte": begin},
                "<": {"lt": begin},
                "<=": {"lt": end},
            }[side]
        if not limits:
            return context.unknown(key, value, HINT, dates.WORDS)
        found = Q(**{f"{column}__{lookup}": limit for lookup, limit in limits.items()})
        return found & follows(limits["gte"]) if follows is not None and "gte" in limits else found

    return q


def _ends(value: Value) -> dict[str, str]:
    """Comparison → what is compared with. A range is two of them, or one where an end is open."""
    if value.op != "..":
        return {value.op: value.low}
    return {op: end for op, end in ((">=", value.low), ("<=", value.high)) if end not in ("", "*")}

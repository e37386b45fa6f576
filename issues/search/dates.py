"""What people write for a day: `2026-01-31`, `2026-01`, `today`, `this-week`, `-7d` …"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

WORDS = (
    "today", "yesterday", "tomorrow",
    "this-week", "last-week", "next-week",
    "this-month", "last-month", "next-month",
    "this-year", "last-year", "next-year",
)  # fmt: skip
YEARS = range(1900, 3000)  # what every one of the databases and every time zone can reckon with
_ISO = re.compile(r"\A(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z", re.ASCII)
_AMOUNT = re.compile(r"\A([+-]?)(\d{1,5})([dwmy])\Z", re.ASCII)
_STEP = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included; or one moment, its zone None if none was written."""

    first: datetime.date
    last: datetime.date
    moment: datetime.datetime | None = None

    def bounds(self, zone: datetime.tzinfo) -> tuple[datetime.datetime, datetime.datetime]:
        """Beginning and exclusive end, in the zone's midnights."""
        if self.moment is not None:
            moment = self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone)
            return moment, moment + datetime.timedelta(microseconds=1)
        after = self.last + datetime.timedelta(days=1)
        return _midnight(self.first, zone), _midnight(after, zone)


def read_period(text: str, today: datetime.date, *, backwards: bool = False, point: bool = False) -> Period | None:
    """None when it is no day.

    `-7d` is the week up to today, `7d` the one to come; `backwards`: a number without sign lies in the past.
    As a `point`, which is what comparisons ask for, it is that far day alone."""
    text = text.strip().casefold().replace("_", "-")
    try:
        period = _word(text, today) or _iso(text) or _amount(text, today, backwards, point) or _moment(text)
    except (ValueError, OverflowError):
        return None
    if period is None or period.first.year not in YEARS or period.last.year not in YEARS:
        return None
    return period


def _word(text: str, today: datetime.date) -> Period | None:
    if text in ("yesterday", "today", "tomorrow"):
        day = today + datetime.timedelta(days=("yesterday", "today", "tomorrow").index(text) - 1)
        return Period(day, day)
    which, _, unit = text.partition("-")
    if which not in _STEP or unit not in ("week", "month", "year"):
        return None
    if unit == "week":
        monday = today + datetime.timedelta(weeks=_STEP[which], days=-today.weekday())
        return Period(monday, monday + datetime.timedelta(days=6))
    if unit == "month":
        first = _months_on(today.replace(day=1), _STEP[which])
        return Period(first, _end_of_month(first.year, first.month))
    year = today.year + _STEP[which]
    return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))


def _iso(text: str) -> Period | None:
    found = _ISO.match(text)
    if not found:
        return None
    year = int(found[1])
    if found[3]:
        day = datetime.date(year, int(found[2]), int(found[3]))
        return Period(day, day)
    if found[2]:
        return Period(datetime.date(year, int(found[2]), 1), _end_of_month(year, int(found[2])))
    return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))


def _amount(text: str, today: datetime.date, backwards: bool, point: bool) -> Period | None:
    found = _AMOUNT.match(text)
    if not found:
        return None
    past = found[1] == "-" or (not found[1] and backwards)
    number = -int(found[2]) if past else int(found[2])
    if found[3] in "dw":
        far = today + datetime.timedelta(days=number * (7 if found[3] == "w" else 1))
    else:
        far = _months_on(today, number * (12 if found[3] == "y" else 1))
    if point:
        return Period(far, far)
    return Period(min(far, today), max(far, today))


def _moment(text: str) -> Period | None:
    if "t" not in text and " " not in text:
        return None
    # A + of an address that was decoded once too often arrives as a blank.
    text = text.replace(" ", "+", 1) if "t" in text else text
    moment = datetime.datetime.fromisoformat(text.upper())
    return Period(moment.date(), moment.date(), moment)


def _months_on(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month, or the month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, _end_of_month(year, month + 1).day))


def _end_of_month(year: int, month: int) -> datetime.date:
    if not 1 <= year <= 9999:
        raise ValueError("year")
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=zone)

"""Moments as people write them in addresses."""

from __future__ import annotations

import datetime

from django.utils.dateparse import parse_date, parse_datetime

from itms_site.errors import Invalid


def parse_moment(text: str) -> datetime.datetime:
    """RFC 3339 time, with or without seconds, or a day (its last microsecond, UTC). Without a zone it is UTC.

    Raises Invalid."""
    wrong = Invalid.one("as_of", f"“{text}” is not a time. Write it as 2026-01-31T12:00Z.", "as_of")
    text = text.upper()  # RFC 3339 has t and z, too
    if not text.isascii():  # the parsers take digits of any script
        raise wrong
    try:
        day = parse_date(text)
        moment = (
            datetime.datetime.combine(day, datetime.time.max)
            if day is not None
            else parse_datetime(text.replace(" ", "+", 1) if "T" in text else text)
        )
    except ValueError:
        raise wrong from None
    if moment is None:
        raise wrong
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise wrong from None

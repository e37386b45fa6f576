"""Time travel: an issue as it was at a moment or in a version, with today's rights."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from issues.history.states import states_of
from issues.models import Issue
from itms_site.errors import Invalid, NotFound


def parse_moment(text: str) -> datetime.datetime:
    """RFC 3339 time, with or without seconds, or a day (its last microsecond, UTC). Without a zone it is UTC.

    Raises Invalid."""
    wrong = Invalid.one("as_of", f"“{text}” is not a time. Write it as 2026-01-31T12:00Z.", "as_of")
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


def version_at(issue: Issue, moment: datetime.datetime) -> int:
    """The issue's version at that moment, the Change of exactly then included. Raises NotFound before its creation."""
    row = (
        issue.history.filter(id=issue.pk, history_date__lte=moment)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    if row is None:
        raise NotFound(f"{issue.key} did not exist then.")
    return int(row)


def issue_at(issue: Issue, version: int) -> tuple[Any, dict[str, Any]]:
    """The history row of that version and its state. Raises NotFound."""
    row = issue.history.filter(id=issue.pk, version=version).select_related("change__actor").first()
    if row is None:
        raise NotFound(f"{issue.key} has no version {version}.")
    return row, states_of([row])[0]

"""Issues in the form that the components of lists and pages want."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from accounts.person import Person
from issues.models import OPEN_STATUSES, Issue
from issues.selectors.listed import LabelShown
from issues.selectors.passages import Passage
from issues.views.addresses import issue_url


class Row(NamedTuple):
    """One line of a list. Equal rows look the same, at the same time. `may` is what the reader may do with it, in
    letters: s for its status and other properties, a for who works on it, d for its deletion; `found` is where the
    words of the query stand."""

    key: str
    url: str
    title: str
    status: str
    priority: str
    type: str
    labels: tuple[LabelShown, ...]
    assignee: Person | None
    due_date: datetime.date | None
    is_overdue: bool
    comment_count: int
    updated_at: datetime.datetime
    may: str = ""
    found: Passage | None = None


def row_of(
    issue: Any,
    *,
    url: str | None = None,
    may: str = "",
    found: Passage | None = None,
    today: datetime.date | None = None,
) -> Row:
    """`issue` is a ListedIssue, an Issue that `decorate` has seen, or a row of its history that was given the same.
    `today` is the reader's day, looked up for each row unless it is given."""
    return Row(
        key=issue.key,
        url=url or issue_url(issue),
        title=issue.title,
        status="DELETED" if issue.deleted_at else issue.status,
        priority=issue.priority,
        type=issue.type,
        labels=tuple(issue.label_list),
        assignee=who if isinstance(who := issue.assignee, Person | None) else Person(who.username, who.name),
        due_date=issue.due_date,
        is_overdue=is_overdue(issue, today),
        comment_count=issue.comment_count,
        updated_at=issue.updated_at,
        may=may,
        found=found,
    )


def is_overdue(issue: Issue, today: datetime.date | None = None) -> bool:
    """Its due date is past in the reader's time zone, and it is still open."""
    if issue.due_date is None or issue.status not in OPEN_STATUSES:
        return False
    return issue.due_date < (today or timezone.localdate())


def moment_words(moment: datetime.datetime) -> str:
    """ "31 Jan 2026, 12:00 UTC", as addresses of the past are written; a whole day is just the day."""
    at = moment.astimezone(datetime.UTC)
    day = f"{at.day} {at:%b %Y}"
    if at.time() == datetime.time.max:
        return f"the end of {day}"
    return f"{day}, {at:%H:%M:%S}" + " UTC" if at.second else f"{day}, {at:%H:%M} UTC"

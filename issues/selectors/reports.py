"""What the reports of a project count. Deleted issues are in none of them."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from issues.models import Issue
from issues.search.when import updated_since
from itms_site.db.walking import walking
from projects.models import Project

WEEKS = 12
ASSIGNEE = "assignee__username"


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, in the reader's time zone. closed: those that are closed still."""

    first: datetime.date
    last: datetime.date
    created: int
    closed: int


Counts = dict[str | None, tuple[int, int]]


def counts_by(project: Project, *fields: str) -> list[Counts]:
    """For each of the fields (type, priority, ASSIGNEE): value → (open issues, closed ones). One query."""
    by = "issue_of_assignee" if fields == (ASSIGNEE,) else "issue_updated"
    rows = _issues(project, by).order_by().values_list("is_open", *fields).annotate(n=Count("pk"))
    counted = [Counter[tuple[str | None, bool]]() for _ in fields]
    for is_open, *values, n in rows:
        for counter, value in zip(counted, values, strict=True):
            counter[value, is_open] += n
    return [{value: (each[value, True], each[value, False]) for value, _ in each} for each in counted]


def weeks_of(project: Project, today: datetime.date) -> list[Week]:
    """The last twelve weeks, the newest first. One query."""
    monday = today - datetime.timedelta(days=today.weekday())
    firsts = [monday - datetime.timedelta(weeks=n) for n in range(WEEKS)]
    each = {}
    for n, first in enumerate(firsts):
        start, end = _midnight(first), _midnight(first + datetime.timedelta(weeks=1))
        for name in ("created", "closed"):
            during = Q(**{f"{name}_at__gte": start, f"{name}_at__lt": end})
            each[f"{name}{n}"] = Count("pk", filter=during)
    # What was reported or closed in these weeks has been updated since.
    found = _issues(project, "issue_updated").filter(updated_since(_midnight(firsts[-1]))).aggregate(**each)
    return [
        Week(first, first + datetime.timedelta(days=6), found[f"created{n}"], found[f"closed{n}"])
        for n, first in enumerate(firsts)
    ]


def _issues(project: Project, by: str) -> QuerySet[Issue]:
    """`by`: the index that they are read by; MariaDB would read the issues of all projects."""
    return walking(Issue.objects.filter(project=project, deleted_at=None), by)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))

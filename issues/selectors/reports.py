"""What the reports of a project count. Deleted issues are in none of them."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from issues.models import Issue
from projects.models import Project

WEEKS = 12


@dataclass(frozen=True)
class Week:
    """Monday to Sunday, in the reader's time zone. closed: those that are closed still."""

    first: datetime.date
    last: datetime.date
    created: int
    closed: int


def counts_of(project: Project, field: str) -> dict[str | None, tuple[int, int]]:
    """Each value of `field` (type, priority, assignee__username) → (open issues, closed ones). One query."""
    rows = _issues(project).order_by().values_list(field, "is_open").annotate(n=Count("pk"))
    counted = Counter({(value, is_open): n for value, is_open, n in rows})
    return {value: (counted[value, True], counted[value, False]) for value in {value for value, _ in counted}}


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
    found = _issues(project).aggregate(**each)
    return [
        Week(first, first + datetime.timedelta(days=6), found[f"created{n}"], found[f"closed{n}"])
        for n, first in enumerate(firsts)
    ]


def _issues(project: Project) -> QuerySet[Issue]:
    return Issue.objects.filter(project=project, deleted_at=None)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))

"""The issues before and after one, by number, as rows that `choices_of` reads along in its one query."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from issues.models import Issue
from itms_site.db.walking import walking


def neighbour_rows(issue: Issue) -> list[QuerySet[Issue, Any]]:
    """Two rows, `before` and `after`, with the number in their last column; 0 where there is none. Deleted ones are
    passed over."""
    # By name, for a dozen indexes begin with the project: to weigh them takes the database longer than to read the row.
    same = walking(Issue.objects.filter(project_id=issue.project_id, deleted_at=None), "issue_number_unique")
    before = same.filter(number__lt=issue.number).order_by("-number")
    after = same.filter(number__gt=issue.number).order_by("number")
    return [_row(issue, "before", before), _row(issue, "after", after)]


def _row(issue: Issue, kind: str, found: QuerySet[Issue]) -> QuerySet[Issue, Any]:
    number = Coalesce(Subquery(found.values("number")[:1]), Value(0))
    row = Issue.objects.filter(pk=issue.pk).order_by()
    return row.annotate(kind=Value(kind), a=Value(""), b=Value(""), n=number).values_list("kind", "a", "b", "n")

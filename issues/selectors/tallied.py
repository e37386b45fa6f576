"""How many issues a query finds, where the project's tally says so."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from issues.derived import COLUMNS
from issues.models import IssueTally
from issues.search import Compiled
from itms_site.db.prepared import Prepared
from projects.models import Project


def tallied(query: Compiled, project: Project | None) -> dict[str, int] | None:
    """Status → how many issues. None when it does not: for queries that ask for more than statuses, and over several
    projects. One query."""
    if project is None or query.frame.statuses is None:
        return None
    for counts in _tally.fetch(given=[project.pk]):
        found = {status.value: int(n) for status, n in zip(COLUMNS, counts, strict=True)}
        return {status: n for status, n in found.items() if status in query.frame.statuses}
    return None  # somebody took the row away by hand: `verify` tells, and the list counts


def _tally_of(project_id: int) -> QuerySet[IssueTally, Any]:
    return IssueTally.objects.filter(pk=project_id).values_list(*COLUMNS.values())


_tally = Prepared(_tally_of)

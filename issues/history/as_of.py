"""Time travel: an issue as it was at a moment or in a version, with today's rights."""

from __future__ import annotations

import datetime
from typing import Any

from issues.history.states import states_of
from issues.models import Issue
from itms_site.errors import NotFound


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

"""The history of one issue: what each version changed, by whom, when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.history import differences
from accounts.models import Change
from issues.history.states import states_of
from issues.models import Issue
from itms_site.db.prepared import Prepared
from itms_site.errors import FieldChange


@dataclass(frozen=True)
class Entry:
    """One version: its Change and the fields that people set in it."""

    version: int
    change: Change
    changes: list[FieldChange]
    state: dict[str, Any]

    @property
    def at(self) -> datetime.datetime:
        return self.change.at


def _rows_of(most: int, issue_id: int, first: int, *until: datetime.datetime) -> QuerySet[Any]:
    found = Issue.history.filter(id=issue_id, version__gte=first)
    if until:
        found = found.filter(history_date__lte=until[0])
    return found.select_related("change__actor").order_by("version")[:most]  # type: ignore[no-any-return]


_rows = Prepared(_rows_of)


def entries_of(
    issue: Issue, *, after_version: int = 0, limit: int = 1000, until: datetime.datetime | None = None
) -> list[Entry]:
    """Oldest first, from the version after `after_version`, at most `limit`. Four queries at most.

    The first version's changes have `old` None for every field that was given a value."""
    most = limit + (1 if after_version else 0)
    rows = _rows.fetch(most, given=[issue.pk, after_version, *([until] if until is not None else [])])
    states = states_of(rows)
    found = []
    for index, row in enumerate(rows):
        if row.version == after_version:
            continue
        before = states[index - 1] if index else dict.fromkeys(states[index])
        changes = [change for change in differences(before, states[index]) if index or change.new not in (None, "", [])]
        found.append(Entry(row.version, row.change, changes, states[index]))
    return found

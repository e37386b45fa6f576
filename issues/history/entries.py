"""The history of one issue: what each version changed, by whom, when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.history import differences
from accounts.person import Person, columns_of, person_of
from issues.history.states import states_of
from issues.models import Issue
from itms_site.db.prepared import Prepared
from itms_site.errors import FieldChange


class Told(NamedTuple):
    """What an entry tells of its Change. `actor` None is the system."""

    at: datetime.datetime
    verb: str
    via: str
    reason: str
    request_id: str
    actor: Person | None


class VersionRow(NamedTuple):
    """A row of the history of issues: what people set, and the Change that wrote it."""

    version: int
    change_id: int
    title: str
    description: str
    type: str
    priority: str
    status: str
    due_date: datetime.date | None
    assignee_id: int | None
    label_ids: list[int]


@dataclass(frozen=True)
class Entry:
    """One version: its Change and the fields that people set in it."""

    version: int
    change: Told
    changes: list[FieldChange]
    state: dict[str, Any]

    @property
    def at(self) -> datetime.datetime:
        return self.change.at


_OWN = VersionRow._fields
_OF_CHANGE = Told._fields[:-1]


def _rows_of(most: int, issue_id: int, first: int, *until: datetime.datetime) -> QuerySet[Any]:
    found = Issue.history.filter(id=issue_id, version__gte=first)
    if until:
        found = found.filter(history_date__lte=until[0])
    columns = (*_OWN, *(f"change__{name}" for name in _OF_CHANGE), *columns_of("change__actor"))
    return found.order_by("version").values_list(*columns)[:most]  # type: ignore[no-any-return]


_rows = Prepared(_rows_of)


def newest_rows(issue: Issue) -> tuple[VersionRow, VersionRow] | None:
    """The rows of the version before the issue's and of its own; None for the first. One query."""
    found = _rows.fetch(2, given=[issue.pk, issue.version - 1])
    rows = [VersionRow(*values[: len(_OWN)]) for values in found]
    return (rows[0], rows[1]) if [row.version for row in rows] == [issue.version - 1, issue.version] else None


def entries_of(
    issue: Issue, *, after_version: int = 0, limit: int = 1000, until: datetime.datetime | None = None
) -> list[Entry]:
    """Oldest first, from the version after `after_version`, at most `limit`. Four queries at most.

    The first version's changes have `old` None for every field that was given a value."""
    most = limit + (1 if after_version else 0)
    found = _rows.fetch(most, given=[issue.pk, after_version, *([until] if until is not None else [])])
    rows = [VersionRow(*values[: len(_OWN)]) for values in found]
    states = states_of(rows)
    entries = []
    for index, row in enumerate(rows):
        if row.version == after_version:
            continue
        *said, username, first, last = found[index][len(_OWN) :]
        before = states[index - 1] if index else dict.fromkeys(states[index])
        changes = [change for change in differences(before, states[index]) if index or change.new not in (None, "", [])]
        change = Told._make((*said, person_of(username, first, last)))
        entries.append(Entry(row.version, change, changes, states[index]))
    return entries

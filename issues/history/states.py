"""The states of issues in the words of the API: user names, and label names as they were then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.history import row_at
from accounts.selectors import usernames
from issues.models import Issue
from itms_site.db.prepared import Prepared
from projects.models import Label

FIELDS = ("title", "description", "type", "priority", "status", "assignee", "due_date", "labels")
IN_ITS_ROW = tuple(name for name in FIELDS if name != "labels")


def issue_state(issue: Issue, *, labels: Sequence[str], assignee: str | None) -> dict[str, Any]:
    """What people set, of an Issue or a row of its history, with names looked up by the caller."""
    return {
        "title": issue.title,
        "description": issue.description,
        "type": issue.type,
        "priority": issue.priority,
        "status": issue.status,
        "assignee": assignee,
        "due_date": issue.due_date.isoformat() if issue.due_date else None,
        "labels": sorted(labels, key=str.casefold),
    }


def present_state(issue: Issue, fields: Collection[str] = FIELDS) -> dict[str, Any]:
    """The state of the issue as it is now, or these fields of it. One query each for labels and an assignee."""
    labels = _labels_now.fetch(given=[issue.pk]) if "labels" in fields else []
    names = usernames(_ids([issue])) if "assignee" in fields else {}
    state = issue_state(issue, labels=[name for (name,) in labels], assignee=names.get(issue.assignee_id or 0))
    return {name: value for name, value in state.items() if name in fields}


def _labels_of(issue_id: int) -> QuerySet[Label, Any]:
    return Label.objects.filter(issue_labels__issue_id=issue_id).values_list("name")


_labels_now = Prepared(_labels_of)


def state_at_version(issue: Issue, version: int) -> dict[str, Any] | None:
    """The state at that version; None if there was none."""
    row = row_at(issue, version)
    return states_of([row])[0] if row is not None else None


def before_it(old: Any, new: Any, fields: Collection[str] = FIELDS) -> dict[str, Any]:
    """What the history row `new` changed of the one before it, as it was, to be written again: labels by the names that
    they have now, without those that were deleted. A query where a name is among it. Two issues serve as well, for the
    fields that stand in their own row."""
    columns = {"assignee": "assignee_id", "labels": "label_ids"}
    changed = [
        name for name in fields if getattr(old, columns.get(name, name)) != getattr(new, columns.get(name, name))
    ]
    if not changed:
        return {}
    labels = _living(old.label_ids) if "labels" in changed else []
    assignee = usernames(_ids([old])).get(old.assignee_id or 0) if "assignee" in changed else None
    state = issue_state(old, labels=labels, assignee=assignee)
    return {name: state[name] for name in changed}


def _living(label_ids: Collection[int]) -> list[str]:
    return list(Label.objects.filter(pk__in=label_ids, slot=0).values_list("name", flat=True))


def states_of(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """One state for each history row, in their order; at most three queries for all of them."""
    names = usernames(_ids(rows))
    labels = LabelNames({label for row in rows for label in row.label_ids})
    return [
        issue_state(
            row,
            labels=labels.at(row.label_ids, row.change_id),
            assignee=names.get(row.assignee_id or 0),
        )
        for row in rows
    ]


def _named_labels(*ids: int) -> QuerySet[Any, Any]:
    return Label.history.filter(id__in=ids).order_by("version").values_list("id", "change_id", "name")  # type: ignore[no-any-return]


_named = Prepared(_named_labels)


class LabelNames:
    """What labels were called when a Change was made."""

    def __init__(self, label_ids: set[int]) -> None:
        self.names: dict[int, list[tuple[int, str]]] = {}
        if label_ids:
            for label_id, change_id, name in _named.fetch(given=sorted(label_ids)):
                self.names.setdefault(label_id, []).append((change_id, name))

    def at(self, label_ids: Iterable[int], change_id: int) -> list[str]:
        """The names at that Change. A project's Changes have ascending ids: its head is locked for each."""
        found = []
        for label_id in label_ids:
            versions = self.names[label_id]
            name = versions[0][1]
            for changed_by, newer in versions:
                if changed_by <= change_id:
                    name = newer
            found.append(name)
        return found


def _ids(rows: Iterable[Any]) -> set[int]:
    return {row.assignee_id for row in rows if row.assignee_id}

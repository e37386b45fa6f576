"""Versions of whatever has a history, in one form: what each changed, and what it is about.

For the back-office: the reader manages the project, so deleted things are told. The words of a deleted comment are
told to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.history import differences
from accounts.models import Change, Tracked
from accounts.selectors import usernames
from issues.history.states import states_of
from issues.models import Comment, Issue
from itms_site.errors import FieldChange
from projects.history import project_state
from projects.models import Label, Membership, Project

KINDS: dict[type[Tracked], str] = {
    Project: "project",
    Membership: "membership",
    Label: "label",
    Issue: "issue",
    Comment: "comment",
}
AT_ONCE = 100
GONE = "(deleted: shown to nobody)"


@dataclass(frozen=True)
class Version:
    """type     + created, ~ changed, - deleted or ended
    changes  the fields that differ from the version before; of the first one, those that were given a value"""

    row: Any
    change: Change
    type: str
    changes: list[FieldChange]

    @property
    def number(self) -> int:
        return int(self.row.version)


def versions_of(instance: Tracked, *, before: int | None = None, limit: int = 50) -> list[Version]:
    """Newest first, at most `limit`. At most five queries."""
    rows = type(instance).history.filter(id=instance.pk).select_related("change__actor")  # type: ignore[attr-defined]
    if before is not None:
        rows = rows.filter(version__lt=before)
    found = list(rows.order_by("-version")[: limit + 1])
    told = [*states(type(instance), found), {}]
    return [
        Version(row, row.change, row.history_type, _told(told[at + 1], told[at]))
        for at, row in enumerate(found[:limit])
    ]


def changes_of_rows(model: type[Tracked], rows: Sequence[Any]) -> list[list[FieldChange]]:
    """What each of these history rows changed, in their order. Four queries for each hundred of rows."""
    found: list[list[FieldChange]] = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        where = Q(pk__in=[])
        for row in some:
            if row.version > 1:
                where |= Q(id=row.id, version=row.version - 1)
        before = list(model.history.filter(where))  # type: ignore[attr-defined]
        told = states(model, [*some, *before])
        old = {(row.id, row.version): state for row, state in zip(before, told[len(some) :], strict=True)}
        found += [_told(old.get((row.id, row.version - 1), {}), state) for row, state in zip(some, told, strict=False)]
    return found


def states(model: type[Tracked], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What people see of each history row, in their order. At most three queries for all of them."""
    if model is Issue:
        return [
            {**state, "deleted": row.deleted_at is not None} for row, state in zip(rows, states_of(rows), strict=True)
        ]
    if model is Comment:
        return _comment_states(rows)
    if model is Project:
        return [{**project_state(row), "deleted": row.deleted_at is not None} for row in rows]
    if model is Membership:
        names = usernames({row.user_id for row in rows})
        return [{"user": names[row.user_id], "role": row.role, "ended": row.slot != 0} for row in rows]
    return [{"name": row.name, "colour": row.colour, "deleted": row.slot != 0} for row in rows]


def _comment_states(rows: Iterable[Any]) -> list[dict[str, Any]]:
    rows = list(rows)
    gone = set(
        Comment.objects.filter(pk__in={r.id for r in rows}, deleted_at__isnull=False).values_list("pk", flat=True)
    )
    return [{"body": GONE if row.id in gone else row.body, "deleted": row.deleted_at is not None} for row in rows]


def _told(old: dict[str, Any], new: dict[str, Any]) -> list[FieldChange]:
    return [c for c in differences(old, new) if old or c.new not in (None, "", [], False)]

"""From the names that people write to rows: labels and assignees of one project.

A name that does not fit is refused in the same words whether it exists elsewhere or not."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from issues.models import Priority, Type
from itms_site.db.text import canonical
from itms_site.errors import FieldError, Invalid
from projects.models import Label, Membership, Project
from projects.roles import ASSIGNABLE


def find_labels(project: Project, names: Iterable[str]) -> list[Label]:
    """Raises Invalid naming each label that the project does not have."""
    wanted = {canonical(name.strip()): name for name in names}
    if not wanted:
        return []
    found = {
        label.name_canonical: label
        for label in Label.objects.filter(project=project, slot=0, name_canonical__in=wanted)
    }
    missing = [name for key, name in wanted.items() if key not in found]
    if missing:
        raise Invalid(
            *[FieldError("labels", "no_such_label", f"{project.key} has no label “{name}”.") for name in missing]
        )
    return [found[key] for key in wanted]


def find_assignee(project: Project, username: str) -> Membership:
    """Raises Invalid unless it is an active Lead or Developer of the project."""
    found = Membership.objects.filter(
        project=project,
        slot=0,
        role__in=ASSIGNABLE,
        user__is_active=True,
        user__username_canonical=canonical(username.strip()),
    ).select_related("user")
    membership = found.first()
    if membership is None:
        raise Invalid.one(
            "assignee", f"“{username}” is no active Lead or Developer of {project.key}.", "no_such_assignee"
        )
    return membership


def check_choice(field: str, value: str) -> None:
    choices = {"type": Type.values, "priority": Priority.values}[field]
    if value not in choices:
        raise Invalid.one(field, f"“{value}” is not a {field}. Choose {', '.join(choices)}.", "choice")


def parse_day(value: str | None) -> datetime.date | None:
    """ISO date. Raises Invalid."""
    if value in (None, ""):
        return None
    try:
        day = datetime.date.fromisoformat(str(value))
        if day.isoformat() == str(value):  # 20260131 and 2026-W05-6 are ISO dates too
            return day
        raise ValueError
    except ValueError:
        raise Invalid.one("due_date", f"“{value}” is not a date. Write it as 2026-01-31.", "date") from None

"""Versions of projects, members and labels: in the words of the API, and as they were at a moment.

Rights are today's: what is asked for here came through the selectors."""

from __future__ import annotations

import copy
import datetime
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.history import row_at
from itms_site.errors import NotFound
from projects.models import Label, Membership, Project

T = TypeVar("T", Project, Membership, Label)


def project_state(row: Any) -> dict[str, Any]:
    """What people set, of a Project or a row of its history: {key, name, description, is_public, archived}."""
    return {
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "is_public": row.is_public,
        "archived": row.archived_at is not None,
    }


def state_at(project: Project, version: int) -> dict[str, Any] | None:
    """The state at that version; None if there was none."""
    row = row_at(project, version)
    return project_state(row) if row is not None else None


def member_in(member: Membership, version: int) -> Membership:
    """A copy, to be read, with the role that it had in that version."""
    return _with(member, row_at(member, version), "role", "version")


def label_in(label: Label, version: int) -> Label:
    """A copy, to be read, with what it was in that version."""
    return _with(label, row_at(label, version), "name", "colour", "version")


def version_at(project: Project, moment: datetime.datetime) -> int:
    """The version of that moment, the Change of exactly then included. Raises NotFound before its creation."""
    rows = project.history.filter(id=project.pk, history_date__lte=moment).order_by("-version")
    version = rows.values_list("version", flat=True).first()
    if version is None:
        raise NotFound(f"{project.key} did not exist then.")
    return int(version)


def project_in(project: Project, version: int) -> Project:
    """A copy, to be read, with what it was in that version. Raises NotFound."""
    row = row_at(project, version)
    if row is None:
        raise NotFound(f"{project.key} has no version {version}.")
    return _as_in(project, row)


def projects_at(projects: QuerySet[Project], moment: datetime.datetime) -> QuerySet[Project]:
    """Those that were there at that moment. `as_they_were` then says what they were."""
    there = projects.filter(created_at__lte=moment)
    return there.annotate(deleted_then=_then(Project, "deleted_at", moment)).filter(deleted_then__isnull=True)


def as_they_were(projects: list[Project], moment: datetime.datetime) -> list[Project]:
    """Copies, to be read, with what they were at that moment. One query."""
    rows = Project.history.filter(id__in=[project.pk for project in projects], history_date__lte=moment)
    then = {row.id: row for row in rows.order_by("version")}
    return [_as_in(project, then[project.pk]) for project in projects]


def members_at(project: Project, moment: datetime.datetime) -> QuerySet[Membership]:
    """The memberships of then with their users; `role_then` is the role."""
    rows = Membership.objects.filter(project=project, joined_at__lte=moment).select_related("user")
    rows = rows.annotate(slot_then=_then(Membership, "slot", moment), role_then=_then(Membership, "role", moment))
    return rows.filter(slot_then=0)


def labels_at(project: Project, moment: datetime.datetime) -> QuerySet[Label]:
    """The labels of then: `name_then`, `colour_then`, and by `canonical_then` they are ordered."""
    rows = Label.objects.filter(project=project).annotate(
        slot_then=_then(Label, "slot", moment),
        name_then=_then(Label, "name", moment),
        colour_then=_then(Label, "colour", moment),
        canonical_then=_then(Label, "name_canonical", moment),
    )
    return rows.filter(slot_then=0).order_by("canonical_then")


def _then(model: Any, column: str, moment: datetime.datetime) -> Subquery:
    """The column in the last version until that moment, NULL before the first."""
    rows = model.history.filter(id=OuterRef("pk"), history_date__lte=moment).order_by("-version")
    return Subquery(rows.values(column)[:1])


def _as_in(project: Project, row: Any) -> Project:
    return _with(project, row, "key", "name", "description", "is_public", "archived_at", "deleted_at", "version")


def _with(now: T, row: Any, *names: str) -> T:
    found = copy.copy(now)
    for name in names:
        setattr(found, name, getattr(row, name))
    return found

"""Labels of a project: create, rename, recolour. Deleting and merging touch issues: see issues/services/."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import IntegrityError

from accounts.actor import Actor
from accounts.history import require_version
from accounts.services.ledger import Record
from accounts.services.shape import only
from itms_site.db.text import canonical, clean_line
from itms_site.errors import NotFound, Taken
from itms_site.retry import transactional
from projects.models import Label, Project
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.services.acting import acting


class LabelFields(TypedDict, total=False):
    name: str
    colour: str


@transactional
def create_label(actor: Actor, project_id: int, *, name: str, colour: str = "", **importing: Any) -> Label:
    """Raises Forbidden, Archived, Taken, Invalid."""
    with acting(actor, "label.create", project_id, **importing) as (record, project):
        require(record.actor, Perm.MANAGE_LABELS, project)
        require_writable(project)
        label = Label(project=project, name=name, colour=colour)
        _free(project, name)
        try:
            record.create(label)
        except IntegrityError:
            raise _taken(project, name) from None
    return label


@transactional
def edit_label(
    actor: Actor,
    project_id: int,
    label_id: int,
    fields: LabelFields,
    *,
    version: int | None = None,
    reason: str = "",
) -> Label:
    """Renames or recolours. The issues that bear it keep their version: this is the label's Change alone.

    `version` None: whatever it is now. Raises NotFound, Forbidden, Stale, Archived, Taken, Invalid."""
    only(fields, ("name", "colour"))
    with acting(actor, "label.edit", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_LABELS, project)
        label = living_label(project, label_id)
        require_version(label, version, ("name", "colour"))
        wanted: dict[str, Any] = {name: clean_line(str(value)) for name, value in fields.items()}
        if "colour" in wanted:
            wanted["colour"] = wanted["colour"].lower()
        changed = {name: value for name, value in wanted.items() if getattr(label, name) != value}
        if not changed:
            return label
        require_writable(project)
        if "name" in changed and canonical(str(changed["name"])) != label.name_canonical:
            _free(project, str(changed["name"]))
        try:
            record.update(label, **changed)
        except IntegrityError:
            raise _taken(project, label.name) from None
    return label


def living_label(project: Project, label_id: int) -> Label:
    """Raises NotFound."""
    label = Label.objects.filter(project=project, pk=label_id, slot=0).first()
    if label is None:
        raise NotFound(f"{project.key} has no such label any more.")
    return label


def end(record: Record, label: Label) -> None:
    """Inner: the acts are in issues/services (deleting_label, merging_labels), which take it off all issues first."""
    record.update(label, slot=label.pk, history_type="-")


def _free(project: Project, name: str) -> None:
    if Label.objects.filter(project=project, name_canonical=canonical(name.strip()), slot=0).exists():
        raise _taken(project, name)


def _taken(project: Project, name: str) -> Taken:
    return Taken("name", f"{project.key} has a label “{name}” already.")

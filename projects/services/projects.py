"""Creating a project and changing what it says about itself."""

from __future__ import annotations

from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.actor import Actor
from accounts.history import settle
from accounts.services.ledger import Record, new_head, recording
from accounts.services.shape import only
from itms_site.db.text import clean_block, clean_line
from itms_site.errors import Forbidden, Invalid, Taken
from itms_site.retry import transactional
from projects.history import project_state, state_at
from projects.models import Membership, Project, ProjectKey
from projects.models.project import KEY, RESERVED_KEYS
from projects.roles import Perm, Role
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.grants import grant

FIELDS = ("key", "name", "description", "is_public", "archived")
KEY_TAKEN = "This key is taken, was used before or is reserved. Choose another one."


class ProjectFields(TypedDict, total=False):
    key: str
    name: str
    description: str
    is_public: bool
    archived: bool


@transactional
def create_project(
    actor: Actor, *, key: str, name: str, description: str = "", is_public: bool = True, **importing: Any
) -> Project:
    """A new project with `actor` as its Lead. `importing` takes `at`, the moment in the source.

    Raises Invalid, Taken (the key)."""
    if actor.user is None:
        raise Forbidden("A project needs a person who leads it.")
    head = new_head()
    with recording(actor, "project.create", head.pk, **importing) as record:
        _ = record.change  # the key is taken under it
        take_key(head.pk, key)
        project = Project(
            id=head.pk,
            head=head,
            key=key,
            name=name,
            description=description,
            is_public=is_public,
            created_by=record.actor.user,
            created_at=record.at,
        )
        record.create(project)
        lead = Membership(project=project, user=record.actor.user, role=Role.LEAD, joined_at=record.at)
        record.create(lead)
        grant(lead)
    return project


@transactional
def edit_project(
    actor: Actor, project_id: int, *, version: int | None, fields: ProjectFields, merge: bool = False, reason: str = ""
) -> Project:
    """Changes any of key, name, description, visibility and whether it is archived.

    A former key goes on leading here. Raises Forbidden, VersionRequired, Stale, Archived, Taken, Invalid."""
    only(fields, FIELDS)
    with acting(actor, "project.edit", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_PROJECT, project)
        base = state_at(project, version) if version is not None and version != project.version else None
        wanted = settle(project, version, base=base, now=project_state(project), wanted=_cleaned(fields), merge=merge)
        if not wanted:
            return project
        if not (project.is_archived and wanted.get("archived") is False):
            require_writable(project)
        _write(record, project, wanted)
    return project


def take_key(head_id: int, key: str) -> None:
    """Hands the key to the project for good, unless it is its own already. Raises Invalid, Taken."""
    if key in RESERVED_KEYS:
        raise Taken("key", KEY_TAKEN)
    try:
        KEY(key)
    except ValidationError:
        raise Invalid.one("key", str(KEY.message), "key") from None
    owner = ProjectKey.objects.filter(key=key).values_list("head_id", flat=True).first()
    if owner == head_id:
        return
    if owner is not None:
        raise Taken("key", KEY_TAKEN)
    try:
        ProjectKey.objects.create(key=key, head_id=head_id)
    except IntegrityError:
        raise Taken("key", KEY_TAKEN) from None


def _cleaned(fields: ProjectFields) -> dict[str, Any]:
    """As they would be stored, so that an equal value is seen to be equal."""
    wanted: dict[str, Any] = dict(fields)
    if "name" in wanted:
        wanted["name"] = clean_line(wanted["name"])
    if "description" in wanted:
        wanted["description"] = clean_block(wanted["description"])
    return wanted


def _write(record: Record, project: Project, wanted: dict[str, Any]) -> None:
    if "archived" in wanted:
        project.archived_at = record.at if wanted.pop("archived") else None
        if not wanted:
            record.verb = "project.archive" if project.archived_at else "project.unarchive"
    _ = record.change
    if "key" in wanted:
        take_key(project.pk, wanted["key"])
    record.update(project, **wanted)

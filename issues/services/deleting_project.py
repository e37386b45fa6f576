"""Deleting a project leaves a tombstone with everything in it; restoring brings it back."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.history import settle
from itms_site.errors import Invalid, LastLead
from itms_site.retry import transactional
from projects.history import project_state, state_at
from projects.models import Membership, Project
from projects.roles import Perm, Role
from projects.rules import require
from projects.services.acting import acting


@transactional
def delete_project(
    actor: Actor, project_id: int, *, version: int | None, typed_key: str | None = None, reason: str = ""
) -> Project:
    """Archived projects too. `typed_key`: what the person typed to confirm, None where a version says enough.

    Raises Forbidden, VersionRequired, Stale, Invalid."""
    with acting(actor, "project.delete", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_PROJECT, project)
        base = state_at(project, version) if version is not None and version != project.version else None
        settle(project, version, base=base, now=project_state(project), wanted={}, merge=False)
        if typed_key is not None and typed_key.strip() != project.key:
            raise Invalid.one("typed_key", f"Type {project.key} to delete the project.", "typed_key")
        return record.update(project, history_type="-", deleted_at=record.at)


@transactional
def restore_project(actor: Actor, project_id: int, *, reason: str = "") -> Project:
    """Raises Forbidden; LastLead when none of its Leads is active any more."""
    with acting(actor, "project.restore", project_id, deleted_ok=True, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_PROJECT, project)
        if project.deleted_at is None:
            return project
        leads = Membership.objects.filter(project=project, slot=0, role=Role.LEAD, user__is_active=True)
        if not leads.exists():
            raise LastLead([project.key], f"{project.key} has no active Lead to come back to; activate one first.")
        return record.update(project, deleted_at=None)

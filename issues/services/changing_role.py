"""Giving a member another role: whoever becomes a Viewer has no issues any more."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.history import require_version
from issues.services.unassigning import unassign_all
from itms_site.retry import transactional
from projects.models import Membership
from projects.roles import ASSIGNABLE, PERMISSIONS, Perm, Role
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.members import check_role, keep_a_lead, living_member, set_role


@transactional
def change_role(
    actor: Actor, project_id: int, user_id: int, role: str, *, version: int | None = None, reason: str = ""
) -> Membership:
    """In an archived project only downwards. `version` None: whatever it is now.

    Raises NotFound, Forbidden, Stale, Archived, LastLead, Invalid."""
    with acting(actor, "member.role", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_MEMBERS, project)
        membership = living_member(project, user_id)
        require_version(membership, version, ("role",))
        if membership.role == role:
            return membership
        if role not in PERMISSIONS or not PERMISSIONS[role] < PERMISSIONS[membership.role]:
            require_writable(project)
        check_role(role)
        if membership.role == Role.LEAD:
            keep_a_lead(project, without=user_id)
        if role not in ASSIGNABLE:
            unassign_all(record, project, user_id)
        set_role(record, project, membership, role)
    return membership

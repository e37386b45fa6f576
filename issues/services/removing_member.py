"""Removing a member and leaving: their issues there become unassigned in the same Change."""

from __future__ import annotations

from accounts.actor import Actor
from issues.services.unassigning import unassign_all
from itms_site.retry import transactional
from projects.models import Membership
from projects.roles import Perm, Role
from projects.rules import require
from projects.services.acting import acting
from projects.services.members import end, keep_a_lead, living_member


@transactional
def remove_member(actor: Actor, project_id: int, user_id: int, *, reason: str = "") -> Membership:
    """Removes somebody, or oneself (then it is leaving, for every role). Allowed in archived projects too.

    Raises NotFound, Forbidden, LastLead."""
    leaving = actor.user_id == user_id
    verb = "member.leave" if leaving else "member.remove"
    with acting(actor, verb, project_id, reason=reason) as (record, project):
        if not leaving:
            require(record.actor, Perm.MANAGE_MEMBERS, project)
        membership = living_member(project, user_id)
        if membership.role == Role.LEAD:
            keep_a_lead(project, without=user_id)
        unassign_all(record, project, user_id)
        end(record, project, membership)
    return membership

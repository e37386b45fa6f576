"""Who belongs to a project. Keeps the last active Lead.

Removing a member and taking away their work touches issues: those acts stand in issues/services/
(removing_member.py, changing_role.py) and call `end` and `set_role` here."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from accounts.selectors import find_user
from accounts.services.holding import hold
from accounts.services.ledger import Record
from itms_site.errors import Invalid, LastLead, NotFound, Taken
from itms_site.retry import transactional
from projects.models import Membership, Project
from projects.roles import Perm, Role
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.grants import grant


@transactional
def add_member(
    actor: Actor, project_id: int, *, identifier: str, role: str, reason: str = "", **importing: Any
) -> Membership:
    """`identifier` is a user name or e-mail address. Raises Forbidden, Archived, Taken, Invalid."""
    with acting(actor, "member.add", project_id, reason=reason, **importing) as (record, project):
        require(record.actor, Perm.MANAGE_MEMBERS, project)
        require_writable(project)
        check_role(role)
        user = find_user(identifier)
        # A deactivated user is not told apart from none: who was here is not for everyone to know.
        if user is None or not (user.is_active or importing):
            raise Invalid.one("identifier", f"There is no active user “{identifier}”.", "no_such_user")
        if Membership.objects.filter(project=project, user=user, slot=0).exists():
            raise Taken("identifier", f"{user.username} is a member of {project.key} already.")
        membership = Membership(project=project, user=user, role=role, joined_at=record.at)
        record.create(membership)
        grant(membership)
    return membership


def check_role(role: str) -> None:
    if role not in Role.values:
        raise Invalid.one("role", f"“{role}” is not a role. Choose {', '.join(Role.values)}.", "choice")


def living_member(project: Project, user_id: int) -> Membership:
    """Raises NotFound."""
    found = Membership.objects.filter(project=project, user_id=user_id, slot=0).select_related("user").first()
    if found is None:
        raise NotFound(f"This person is no member of {project.key} any more.")
    return found


def set_role(record: Record, project: Project, membership: Membership, role: str) -> None:
    """Inner: the act is `issues.services.changing_role`. Raises LastLead."""
    if membership.role == Role.LEAD:
        keep_a_lead(project, without=membership.user_id)
    record.update(membership, role=role)
    grant(membership)


def end(record: Record, project: Project, membership: Membership) -> None:
    """Inner: the act is `issues.services.removing_member`. Raises LastLead."""
    if membership.role == Role.LEAD:
        keep_a_lead(project, without=membership.user_id)
    record.update(membership, slot=membership.pk, history_type="-")
    grant(membership)


def keep_a_lead(project: Project, *, without: int) -> None:
    """Raises LastLead unless another active Lead stays. Right only under the head's lock; the others are held, so
    that none of them is deactivated at the same time."""
    others = Membership.objects.filter(project=project, slot=0, role=Role.LEAD).exclude(user_id=without)
    if project.deleted_at is not None:
        return
    if not any(user.is_active for user in hold(others.values_list("user_id", flat=True))):
        raise LastLead([project.key])

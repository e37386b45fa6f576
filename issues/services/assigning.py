"""Who works on an issue."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from accounts.history import settle
from accounts.models import User
from issues.history.states import FIELDS, present_state, state_at_version
from issues.models import Issue
from issues.rules import may_assign
from issues.services.acting import acting_on
from issues.services.naming import find_assignee
from issues.services.writing import update_issue
from itms_site.db.text import canonical
from itms_site.errors import Forbidden
from itms_site.retry import transactional
from projects.models import Membership
from projects.rules import require_writable


@transactional
def assign_issue(
    actor: Actor,
    issue: Issue,
    *,
    version: int | None,
    assignee: str | None,
    merge: bool = False,
    reason: str = "",
    **importing: Any,
) -> Issue:
    """Sets the assignee to a user name, or clears it with None.

    Raises Forbidden, VersionRequired, Stale, Archived, Invalid."""
    with acting_on(actor, "issue.assign", issue, reason=reason, **importing) as (record, locked):
        if not assignment(record.actor, locked, version, assignee, merge=merge):
            return locked
        require_writable(locked.project)
        if not assignee:
            record.verb = "issue.unassign"
        return update_issue(record, locked, assignee=assignable(locked, assignee))


def assignment(actor: Actor, locked: Issue, version: int | None, assignee: str | None, *, merge: bool) -> bool:
    """Whether there is something to write. Raises Forbidden, VersionRequired, Stale."""
    # Only among the members: whether somebody exists elsewhere shows in no answer.
    target = _member(locked.project_id, assignee) if assignee else None
    target_id = target.pk if target else (-1 if assignee else None)
    if not may_assign(actor, locked, target_id):
        raise Forbidden(
            f"You may not assign {locked.key}. Leads can; Developers can take an unassigned issue "
            "and hand back their own."
        )
    name = target.username if target else (assignee.strip() if assignee else None)
    base = state_at_version(locked, version) if version is not None and version != locked.version else None
    now = present_state(locked, ("assignee",) if version == locked.version else FIELDS)
    return bool(settle(locked, version, base=base, now=now, wanted={"assignee": name}, merge=merge))


def assignable(issue: Issue, assignee: str | None) -> User | None:
    """Raises Invalid for who does not work in the project."""
    return find_assignee(issue.project, assignee).user if assignee else None


def _member(project_id: int, username: str) -> User | None:
    found = Membership.objects.filter(
        project_id=project_id, slot=0, user__username_canonical=canonical(username.strip())
    ).select_related("user")
    member = found.first()
    return member.user if member else None

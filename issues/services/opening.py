"""Creating an issue: the next number of its project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.actor import Actor
from issues.models import Issue, Status
from issues.rules import check_transition, may_open_with_assignee
from issues.services.naming import check_choice, find_assignee, find_labels, parse_day
from issues.services.writing import insert_issue
from itms_site.db.text import canonical
from itms_site.errors import Forbidden
from itms_site.retry import transactional
from projects.roles import Perm
from projects.rules import may, require, require_writable
from projects.services.acting import acting


@transactional
def open_issue(
    actor: Actor,
    project_id: int,
    *,
    title: str,
    description: str = "",
    type: str = "TASK",
    priority: str = "MEDIUM",
    assignee: str | None = None,
    due_date: str | None = None,
    labels: Sequence[str] = (),
    status: str = "OPEN",
    **importing: Any,
) -> Issue:
    """A new issue, reported by the actor. `due_date` is an ISO date, `assignee` a user name; with another status than
    OPEN it begins further on, for those who could move it there at once.

    Raises Forbidden, Archived, Invalid."""
    with acting(actor, "issue.create", project_id, **importing) as (record, project):
        require(record.actor, Perm.CREATE_ISSUE, project)
        user = record.actor.user
        if user is None:
            raise Forbidden("An issue needs a reporter.")
        themself = assignee is not None and canonical(assignee.strip()) == user.username_canonical
        if assignee and not may_open_with_assignee(record.actor, project, user.pk if themself else -1):
            raise Forbidden(f"You may not assign issues in {project.key} to others; Leads can.")
        if status != Status.OPEN and not may(record.actor, Perm.EDIT_ISSUE, project):
            raise Forbidden(f"In {project.key} Leads alone may create an issue that is not OPEN.")
        require_writable(project)
        if status != Status.OPEN:
            check_transition(Status.OPEN, status)
        check_choice("type", type)
        check_choice("priority", priority)
        member = find_assignee(project, assignee) if assignee else None
        issue = Issue(
            project=project,
            title=title,
            description=description,
            type=type,
            status=status,
            priority=priority,
            reporter=user,
            assignee=member.user if member else None,
            due_date=parse_day(due_date),
        )
        return insert_issue(record, issue, [label.pk for label in find_labels(project, labels)])

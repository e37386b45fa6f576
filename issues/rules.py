"""Who may see and do what with an issue, and which transitions there are.

`visible(actor)` is the Q that lists use; one issue is asked by the same."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from django.db.models import Q

from accounts.actor import Actor
from issues.models import Comment, Issue, SavedQuery, Status
from itms_site.errors import Forbidden, Invalid
from projects.models import Project
from projects.roles import Perm
from projects.rules import may, visible_projects

TRANSITIONS: dict[str, tuple[Status, ...]] = {
    Status.OPEN: (Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED),
    Status.IN_PROGRESS: (Status.OPEN, Status.RESOLVED, Status.CLOSED),
    Status.RESOLVED: (Status.CLOSED, Status.OPEN, Status.IN_PROGRESS),
    Status.CLOSED: (Status.OPEN,),
}
OWN_REPORT_FIELDS = frozenset({"title", "description"})


def visible(actor: Actor, prefix: str = "") -> Q:
    """Issues of visible projects that are not deleted. `prefix` leads from another model to the issue."""
    return visible_projects(actor, f"{prefix}project__") & Q(
        **{f"{prefix}deleted_at": None, f"{prefix}project__deleted_at": None}
    )


def may_edit(actor: Actor, issue: Issue, fields: Collection[str] = ("status",)) -> bool:
    """Whether `actor` may change these fields: with the permission for all issues, as the assignee, or the
    title and description of their own report while nobody has taken it up."""
    if may(actor, Perm.EDIT_ISSUE, issue.project):
        return True
    if issue.assignee_id is not None and issue.assignee_id == actor.user_id:
        return may(actor, Perm.WORK_ON_ISSUE, issue.project)
    untouched = issue.status == Status.OPEN and issue.assignee_id is None
    return (
        untouched
        and issue.reporter_id == actor.user_id
        and set(fields) <= OWN_REPORT_FIELDS
        and may(actor, Perm.CREATE_ISSUE, issue.project)
    )


def require_edit(actor: Actor, issue: Issue, fields: Collection[str]) -> None:
    if not may_edit(actor, issue, fields):
        raise Forbidden(
            f"You may not change {issue.key}. Leads can, and its assignee; "
            "reporters can correct title and description while it is open and unassigned."
        )


def may_assign(actor: Actor, issue: Issue, target_id: int | None) -> bool:
    """Anyone, with the permission; else take an unassigned issue or hand back one's own."""
    if may(actor, Perm.ASSIGN_ISSUE, issue.project):
        return True
    if actor.user_id is None or not may(actor, Perm.WORK_ON_ISSUE, issue.project):
        return False
    taking = issue.assignee_id is None and target_id == actor.user_id
    handing_back = issue.assignee_id == actor.user_id and target_id is None
    keeping = issue.assignee_id == actor.user_id and target_id == actor.user_id
    return taking or handing_back or keeping


def may_open_with_assignee(actor: Actor, project: Project, target_id: int | None) -> bool:
    if target_id is None or may(actor, Perm.ASSIGN_ISSUE, project):
        return True
    return target_id == actor.user_id and may(actor, Perm.WORK_ON_ISSUE, project)


class Authored(Protocol):
    @property
    def author_id(self) -> int: ...


def may_edit_comment(actor: Actor, comment: Authored) -> bool:
    return actor.user_id is not None and comment.author_id == actor.user_id


def may_delete_comment(actor: Actor, comment: Comment) -> bool:
    return may_edit_comment(actor, comment) or may(actor, Perm.MODERATE, comment.issue.project)


def require_comment_history(actor: Actor, comment: Comment) -> None:
    """What a comment said before is for its author and those who moderate."""
    if not may_delete_comment(actor, comment):
        raise Forbidden("Only its author and the project's Leads see what a comment said before.")


def visible_views(actor: Actor) -> Q:
    """Saved views: one's own and those that are shared, while their project may be seen."""
    seen = Q(project=None) | (visible_projects(actor, "project__") & Q(project__deleted_at=None))
    return Q(slot=0) & (Q(owner=actor.user) | Q(is_shared=True)) & seen


def may_share_view(actor: Actor, project: Project) -> bool:
    return may(actor, Perm.WORK_ON_ISSUE, project)


def may_change_view(actor: Actor, view: SavedQuery) -> bool:
    """One's own; a shared one also whoever manages its project."""
    if actor.user_id is not None and view.owner_id == actor.user_id:
        return True
    return view.is_shared and view.project is not None and may(actor, Perm.MANAGE_PROJECT, view.project)


def check_transition(old: str, new: str) -> None:
    """Raises Invalid, naming what is allowed."""
    if new not in Status.values:
        raise Invalid.one("status", f"“{new}” is not a status. Choose {', '.join(Status.values)}.", "choice")
    if new != old and new not in TRANSITIONS[old]:
        allowed = ", ".join(TRANSITIONS[old])
        raise Invalid.one(
            "status", f"An issue that is {old} cannot become {new}; it can become {allowed}.", "transition"
        )

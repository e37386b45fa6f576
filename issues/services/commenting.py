"""Comments: whoever sees an issue may join in; only the author changes the words."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from accounts.history import settle
from issues.history.comments import comment_state, comment_state_at
from issues.models import Comment, Issue
from issues.rules import may_delete_comment, may_edit_comment
from issues.selectors.comments import comment_again
from issues.services.acting import acting_on
from issues.services.indexing import index_again, index_comment
from itms_site.db.text import clean_block
from itms_site.errors import Forbidden, Invalid
from itms_site.retry import transactional
from projects.rules import require_writable


@transactional
def add_comment(actor: Actor, issue: Issue, *, body: str, parent: int | None = None, **importing: Any) -> Comment:
    """Needs no version: comments commute. `parent` is the id of a top-level comment of the same issue.

    Raises Archived, Invalid."""
    with acting_on(actor, "comment.add", issue, **importing) as (record, locked):
        if record.actor.user is None:
            raise Forbidden("A comment needs an author.")
        require_writable(locked.project)
        if parent is not None and not Comment.objects.filter(pk=parent, issue=locked, parent=None).exists():
            raise Invalid.one(
                "parent", f"{locked.key} has no top-level comment {parent} to reply to.", "no_such_parent"
            )
        comment = Comment(
            project=locked.project,
            issue=locked,
            parent_id=parent,
            author=record.actor.user,
            body=body,
            created_at=record.at,
        )
        record.create(comment)
        index_comment(comment)
        return comment


@transactional
def edit_comment(
    actor: Actor, comment: Comment, *, version: int | None, body: str, merge: bool = False, **importing: Any
) -> Comment:
    """Raises Forbidden, VersionRequired, Stale, Archived, Invalid."""
    with acting_on(actor, "comment.edit", comment.issue, **importing) as (record, issue):
        locked = comment_again(comment)
        if not may_edit_comment(record.actor, locked):
            raise Forbidden("Only its author may change a comment.")
        changed = _settle(locked, version, {"body": clean_block(body).strip()}, merge=merge)
        if not changed:
            return locked
        require_writable(issue.project)
        record.update(locked, edited_at=record.at, **changed)
        index_again(issue)
        return locked


@transactional
def delete_comment(actor: Actor, comment: Comment, *, version: int | None, reason: str = "") -> Comment:
    """Its place in the thread stays, its words are shown to nobody any more.

    Raises Forbidden, VersionRequired, Stale, Archived."""
    with acting_on(actor, "comment.delete", comment.issue, reason=reason) as (record, issue):
        locked = comment_again(comment)
        if not may_delete_comment(record.actor, locked):
            raise Forbidden("Only its author and the project's Leads may delete a comment.")
        _settle(locked, version, {}, merge=False)
        require_writable(issue.project)
        record.update(locked, history_type="-", deleted_at=record.at)
        index_again(issue)
        return locked


def _settle(comment: Comment, version: int | None, wanted: dict[str, Any], *, merge: bool) -> dict[str, Any]:
    base = comment_state_at(comment, version) if version is not None and version != comment.version else None
    return settle(comment, version, base=base, now=comment_state(comment), wanted=wanted, merge=merge)

"""A comment and a new status in one submit: both, or nothing. Two Changes, since they are two acts."""

from __future__ import annotations

from accounts.actor import Actor
from issues.models import Comment, Issue
from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from itms_site.retry import transactional


@transactional
def comment_and_move(
    actor: Actor, issue: Issue, *, body: str, status: str, version: int | None, parent: int | None = None
) -> Comment:
    """Raises what either act raises; then neither was done."""
    comment = add_comment(actor, issue, body=body, parent=parent)
    edit_issue(actor, issue, version=version, fields={"status": status}, merge=True)
    return comment

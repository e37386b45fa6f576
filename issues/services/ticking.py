"""Ticking an item of a task list: an edit of the description, or of the comment, like any other.

Ticks of different items commute: one that is based on an older text is written on the present one as long as its item
is still there. Where it is not, the edit is refused as stale, and the writer chooses."""

from __future__ import annotations

from accounts.actor import Actor
from issues.history.comments import comment_state_at
from issues.history.states import state_at_version
from issues.models import Comment, Issue
from issues.rules import may_edit_comment, require_edit
from issues.selectors.comments import comment_again
from issues.services.acting import acting_on
from issues.services.commenting import edit_comment
from issues.services.editing import edit_issue
from itms_site.errors import Forbidden, Invalid
from itms_site.retry import transactional
from itms_site.task_lists import Tick, ticked


@transactional
def tick_issue(actor: Actor, issue: Issue, *, version: int | None, tick: Tick) -> Issue:
    """Raises Forbidden, VersionRequired, Stale, Archived, Invalid when neither text has such an item."""
    with acting_on(actor, "issue.edit", issue) as (record, locked):
        require_edit(record.actor, locked, ["description"])
        present = ticked(locked.description, tick)
        if present is not None:
            version = locked.version if version is not None else None
        elif version is not None and (base := state_at_version(locked, version)) is not None:
            present = ticked(base["description"], tick)
        return edit_issue(record.actor, locked, version=version, fields={"description": _found(present)}, merge=True)


@transactional
def tick_comment(actor: Actor, comment: Comment, *, version: int | None, tick: Tick) -> Comment:
    """Raises Forbidden, VersionRequired, Stale, Archived, Invalid when neither text has such an item."""
    with acting_on(actor, "comment.edit", comment.issue) as (record, _issue):
        locked = comment_again(comment)
        if not may_edit_comment(record.actor, locked):
            raise Forbidden("Only its author may change a comment.")
        present = ticked(locked.body, tick)
        if present is not None:
            version = locked.version if version is not None else None
        elif version is not None and (base := comment_state_at(locked, version)) is not None:
            present = ticked(base["body"], tick)
        return edit_comment(record.actor, locked, version=version, body=_found(present), merge=True)


def _found(text: str | None) -> str:
    if text is None:
        raise Invalid.one("task", "The list has no such item any more. Load the page again to see it.", "no_such_task")
    return text

"""Bringing fields back to what they were in an older version: an edit like any other, with today's rights."""

from __future__ import annotations

from collections.abc import Collection

from accounts.actor import Actor
from accounts.services.shape import only
from issues.history.states import state_at_version
from issues.models import Issue
from issues.services.editing import EDITABLE, edit_issue
from itms_site.errors import NotFound
from itms_site.retry import transactional


@transactional
def revert_issue(
    actor: Actor, issue: Issue, *, version: int | None, to: int, fields: Collection[str], merge: bool = False
) -> Issue:
    """Writes the next version with these fields (any of EDITABLE) as they were in version `to`.

    Labels are taken by the names that they had then. Raises NotFound when there is no such version, and what
    `edit_issue` raises."""
    only(dict.fromkeys(fields), EDITABLE)
    state = state_at_version(issue, to)
    if state is None:
        raise NotFound(f"{issue.key} has no version {to}.")
    return edit_issue(
        actor,
        issue,
        version=version,
        fields={name: state[name] for name in fields},
        merge=merge,
        reason=f"restored from version {to}",
    )

"""Deleting an issue leaves a tombstone; restoring it brings it back as it was."""

from __future__ import annotations

from typing import Any

from accounts.actor import Actor
from accounts.history import settle
from issues.history.states import present_state, state_at_version
from issues.models import Issue
from issues.services.acting import acting_on
from issues.services.writing import update_issue
from itms_site.retry import transactional
from projects.roles import Perm
from projects.rules import require, require_writable


@transactional
def delete_issue(actor: Actor, issue: Issue, *, version: int | None, reason: str = "", **importing: Any) -> Issue:
    """The number stays taken. Raises Forbidden, VersionRequired, Stale, Archived."""
    with acting_on(actor, "issue.delete", issue, reason=reason, **importing) as (record, locked):
        require(record.actor, Perm.DELETE_ISSUE, locked.project)
        settle_version(locked, version)
        require_writable(locked.project)
        return update_issue(record, locked, history_type="-", deleted_at=record.at, deleted_by=record.actor.user)


@transactional
def restore_issue(actor: Actor, issue: Issue, *, reason: str = "") -> Issue:
    """Raises Forbidden, Archived. An issue that is not deleted comes back unchanged."""
    with acting_on(actor, "issue.restore", issue, deleted_ok=True, reason=reason) as (record, locked):
        require(record.actor, Perm.DELETE_ISSUE, locked.project)
        if locked.deleted_at is None:
            return locked
        require_writable(locked.project)
        return update_issue(record, locked, deleted_at=None, deleted_by=None)


def settle_version(issue: Issue, version: int | None) -> None:
    """An act on the whole issue fits only the version that it was decided on. Raises VersionRequired, Stale."""
    base = state_at_version(issue, version) if version is not None and version != issue.version else None
    settle(issue, version, base=base, now=present_state(issue), wanted={}, merge=False)

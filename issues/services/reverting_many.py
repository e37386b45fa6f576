"""Taking back what was done to many issues at once: all of it, or nothing. Each issue has its own Change."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.actor import Actor
from issues.history.entries import newest_rows
from issues.history.states import before_it
from issues.models import Issue
from issues.rules import TRANSITIONS
from issues.services.acting import acting_on
from issues.services.deleting import settle_version
from issues.services.editing_many import in_order, write
from issues.services.writing import update_issue
from itms_site.errors import Invalid
from itms_site.retry import transactional
from projects.roles import Perm
from projects.rules import require, require_writable


@transactional
def revert_many(actor: Actor, chosen: Sequence[tuple[Issue, int | None]]) -> list[Issue]:
    """`chosen`: each issue with the version that is taken back, which must still be its newest. Writes the next one,
    with what that version changed as it was before; a deleted issue is restored.

    What is closed can only be opened again, whatever it was before.
    Raises Invalid, Forbidden, VersionRequired, Stale, Archived, NotFound: for one means for all."""
    return [_revert(actor, issue, version) for issue, version in in_order(chosen)]


def _revert(actor: Actor, issue: Issue, version: int | None) -> Issue:
    with acting_on(actor, "issue.edit", issue, deleted_ok=True, reason=f"took back version {version}") as (
        record,
        locked,
    ):
        if locked.deleted_at is not None:
            record.verb = "issue.restore"
            require(record.actor, Perm.DELETE_ISSUE, locked.project)
            settle_version(locked, version)
            require_writable(locked.project)
            return update_issue(record, locked, deleted_at=None, deleted_by=None)
        settle_version(locked, version)
        rows = newest_rows(locked)
        if rows is None:
            raise Invalid.one("issue", f"{locked.key} has only one version; nothing can be taken back.", "version")
        fields = before_it(*rows)
        if "status" in fields and fields["status"] not in TRANSITIONS[locked.status]:
            fields["status"] = str(TRANSITIONS[locked.status][0])
        return write(record, locked, version, fields)

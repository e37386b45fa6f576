"""One change asked of many issues: done to all of them, or to none. Each issue has its own Change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.actor import Actor
from accounts.models import Head
from accounts.services.ledger import Record
from issues.history.states import present_state
from issues.models import Issue
from issues.selectors.planning import MOST, Wanted
from issues.services.acting import acting_on
from issues.services.assigning import assignable, assignment
from issues.services.deleting import delete_issue
from issues.services.editing import agreed, columns_of
from issues.services.writing import update_issue
from itms_site.errors import Invalid
from itms_site.retry import transactional
from projects.rules import require_writable


@transactional
def edit_many(actor: Actor, chosen: Sequence[tuple[Issue, int | None]], wanted: Wanted) -> list[Issue]:
    """`chosen`: each issue with the version that the change was decided on; nothing is merged.

    Raises Invalid, Forbidden, VersionRequired, Stale, Archived, Gone, NotFound: for one means for all."""
    return [_edit(actor, issue, version, wanted) for issue, version in in_order(chosen)]


def in_order(chosen: Sequence[tuple[Issue, int | None]]) -> list[tuple[Issue, int | None]]:
    """As acts on many take them, with the heads of their projects locked. Raises Invalid for too many."""
    if len(chosen) > MOST:
        words = f"At most {MOST} issues can be changed at once; these are {len(chosen)}."
        raise Invalid.one("issue", words, "too_many")
    # In the one order that every act on several projects has; the acts on each find them locked.
    list(Head.objects.select_for_update().filter(pk__in={issue.project_id for issue, _v in chosen}).order_by("pk"))
    return sorted(chosen, key=lambda one: (one[0].project_id, one[0].number))


def _edit(actor: Actor, issue: Issue, version: int | None, wanted: Wanted) -> Issue:
    if wanted.delete:
        return delete_issue(actor, issue, version=version)
    with acting_on(actor, "issue.edit", issue) as (record, locked):
        fields = dict(wanted.fields)
        if wanted.add or wanted.off:
            fields["labels"] = wanted.labels(present_state(locked)["labels"])
        if wanted.assigns:
            fields["assignee"] = wanted.assignee
        return write(record, locked, version, fields)


def write(record: Record, locked: Issue, version: int | None, fields: Mapping[str, Any]) -> Issue:
    """The next version with these fields, `assignee` (a user name or None) among them or not; the same one when they
    are so already. Raises what `edit_issue` and `assign_issue` raise."""
    edited = {name: value for name, value in fields.items() if name != "assignee"}
    changed = agreed(record.actor, locked, version, edited, merge=False) if edited else {}
    assignee = fields.get("assignee")
    assigns = "assignee" in fields and assignment(record.actor, locked, version, assignee, merge=False)
    if not changed and not assigns:
        return locked
    require_writable(locked.project)
    columns: dict[str, Any] = columns_of(locked, changed)
    if assigns:
        columns["assignee"] = assignable(locked, assignee)
    record.verb = _verb(set(changed), assigns, assignee)
    return update_issue(record, locked, **columns)


def _verb(changed: set[str], assigns: bool, assignee: str | None) -> str:
    """As the single act would be called."""
    if assigns and not changed:
        return "issue.assign" if assignee else "issue.unassign"
    return "issue.transition" if changed == {"status"} and not assigns else "issue.edit"

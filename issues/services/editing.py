"""Changing what an issue says: title, description, type, priority, status, due date, labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.actor import Actor
from accounts.history import settle
from accounts.services.shape import only
from issues.history.states import FIELDS, present_state, state_at_version
from issues.models import Issue
from issues.rules import check_transition, require_edit
from issues.services.acting import acting_on
from issues.services.naming import check_choice, find_labels, parse_day
from issues.services.writing import update_issue
from itms_site.db.text import canonical, clean_block, clean_line
from itms_site.retry import transactional
from projects.rules import require_writable

EDITABLE = ("title", "description", "type", "priority", "status", "due_date", "labels")


@transactional
def edit_issue(
    actor: Actor,
    issue: Issue,
    *,
    version: int | None,
    fields: Mapping[str, Any],
    merge: bool = False,
    reason: str = "",
    **importing: Any,
) -> Issue:
    """Writes the next version. `fields` has any of EDITABLE: texts, an ISO date or None, a list of label names.

    With `merge`, fields that nobody else touched since `version` are written although the issue moved on.
    Nothing to change: the same version comes back and nothing is written.
    Raises Forbidden, VersionRequired, Stale, Archived, Invalid."""
    only(fields, EDITABLE)
    with acting_on(actor, "issue.edit", issue, reason=reason, **importing) as (record, locked):
        changed = agreed(record.actor, locked, version, fields, merge=merge)
        if not changed:
            return locked
        require_writable(locked.project)
        if set(changed) == {"status"}:
            record.verb = "issue.transition"
        return update_issue(record, locked, **columns_of(locked, changed))


def agreed(
    actor: Actor, locked: Issue, version: int | None, fields: Mapping[str, Any], *, merge: bool
) -> dict[str, Any]:
    """Which of the fields are to be written, in the form of a state. Raises Forbidden, VersionRequired, Stale."""
    # Nobody wrote a version since: what is not asked for need not be looked up to be compared.
    now = present_state(locked, fields if version == locked.version else FIELDS)
    wanted = _normalised(fields, now)
    base = state_at_version(locked, version) if version is not None and version != locked.version else None
    # A merge leaves alone what the writer left alone, so only what they changed needs their right.
    against = base if merge and base is not None else now
    touched = [name for name, value in wanted.items() if against[name] != value] or list(wanted)
    require_edit(actor, locked, touched)
    return settle(locked, version, base=base, now=now, wanted=wanted, merge=merge)


def _normalised(fields: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted values in the form of a state, so that an equal one is seen to be equal."""
    wanted = dict(fields)
    if "title" in wanted:
        wanted["title"] = clean_line(wanted["title"])
    if "description" in wanted:
        wanted["description"] = clean_block(wanted["description"])
    if "labels" in wanted:
        known = {canonical(name): name for name in now["labels"]}
        wanted["labels"] = sorted(
            {known.get(canonical(name.strip()), name.strip()) for name in wanted["labels"]}, key=str.casefold
        )
    if "due_date" in wanted:
        wanted["due_date"] = wanted["due_date"] or None
    return wanted


def columns_of(issue: Issue, changed: Mapping[str, Any]) -> dict[str, Any]:
    """What `update_issue` is given to write these fields. Raises Invalid."""
    columns = dict(changed)
    if "labels" in columns:
        columns["label_ids"] = [label.pk for label in find_labels(issue.project, columns.pop("labels"))]
    if "due_date" in columns:
        columns["due_date"] = parse_day(columns["due_date"])
    if "status" in columns:
        check_transition(issue.status, columns["status"])
    for name in ("type", "priority"):
        if name in columns:
            check_choice(name, columns[name])
    return columns

"""The way back from what was just done to one issue or many: the form of its toast, if the actor may send it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.actor import Actor
from issues.history.entries import newest_rows
from issues.history.states import IN_ITS_ROW, before_it
from issues.models import Issue
from issues.rules import TRANSITIONS, may_assign, may_edit
from issues.selectors.planning import Wanted
from itms_site.addresses import reverse
from itms_site.undoing import Undo
from projects.roles import Perm
from projects.rules import may

PROPERTIES = {"type", "priority", "due_date", "labels"}


def way_back_of(actor: Actor, issue: Issue, before: Issue | None = None) -> Undo | None:
    """Takes back the newest version, as a change of its own: whoever changed the same again meanwhile is not
    overwritten. None for what one form cannot take back, or not this reader. `before`: the issue as it was read before
    an act that left its labels alone; where others wrote a version meanwhile, the history is asked."""
    if before is not None and before.version == issue.version - 1:
        changed = before_it(before, issue, IN_ITS_ROW)
    else:
        rows = newest_rows(issue)
        changed = before_it(*rows) if rows else {}
    fields = {"version": [str(issue.version)]}
    if set(changed) == {"assignee"}:
        old = changed["assignee"]
        mine = actor.user is not None and old == actor.user.username
        if not may_assign(actor, issue, None if old is None else actor.user_id if mine else -1):
            return None
        return Undo(reverse("issue_assignee", issue.key), {**fields, "assignee": [old or ""]})
    if not changed or not may_edit(actor, issue):
        return None
    if set(changed) == {"status"}:
        return _status(issue, changed["status"], fields)
    if set(changed) <= PROPERTIES:
        return Undo(reverse("issue_properties", issue.key), {**fields, **_sent(changed)})
    return None


def way_back_of_many(actor: Actor, done: Sequence[Issue], wanted: Wanted) -> Undo | None:
    """Of what was `wanted` of many issues and wrote a version of each of `done`."""
    if not done or not all(_takes_back(actor, issue, wanted) for issue in done):
        return None
    return Undo(reverse("issue_bulk_reversal"), {"issue": [f"{issue.key}:{issue.version}" for issue in done]})


def _takes_back(actor: Actor, issue: Issue, wanted: Wanted) -> bool:
    if wanted.delete:
        return may(actor, Perm.DELETE_ISSUE, issue.project)
    mine = issue.assignee_id is None or issue.assignee_id == actor.user_id
    assigns = not wanted.assigns or mine or may(actor, Perm.ASSIGN_ISSUE, issue.project)
    return assigns and (not wanted.edited or may_edit(actor, issue))


def restoration_of(actor: Actor, issue: Issue) -> Undo | None:
    if not may(actor, Perm.DELETE_ISSUE, issue.project):
        return None
    return Undo(reverse("issue_restoration", issue.key), {})


def _status(issue: Issue, old: str, fields: dict[str, list[str]]) -> Undo:
    """What is closed can only be opened again, whatever it was before."""
    legal = old in TRANSITIONS[issue.status]
    to, word = (old, "Undo") if legal else (str(TRANSITIONS[issue.status][0]), "Reopen")
    return Undo(reverse("issue_status", issue.key), {**fields, "status": [to]}, word)


def _sent(values: dict[str, Any]) -> dict[str, list[str]]:
    found = {name: value if isinstance(value, list) else [value or ""] for name, value in values.items()}
    return {**found, "labels_sent": ["1"]} if "labels" in found else found

"""The conflict page: what both changed, field by field: theirs, mine or, for texts, one put together of both."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from issues.history.entries import entries_of
from issues.models import Issue, Priority, Status, Type
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.diffs import DiffLine, diff_lines, put_together
from issues.views.way_back import way_back
from itms_site.addresses import reverse
from itms_site.errors import FieldChange, Stale
from itms_site.web import page

_WORDS: dict[str, dict[Any, Any]] = {
    "status": dict(Status.choices),
    "type": dict(Type.choices),
    "priority": dict(Priority.choices),
}
NAMES = {
    "title": "Title",
    "description": "Description",
    "type": "Type",
    "priority": "Priority",
    "status": "Status",
    "assignee": "Assignee",
    "due_date": "Due date",
    "labels": "Labels",
}


@dataclass(frozen=True)
class Collision:
    """One field that both changed. The values are as people read them.

    merged  of a text: a proposal made of both; None for what can only be chosen
    clean   the two edits do not overlap, so the proposal has all of both
    lines   of a text: how mine differs from theirs"""

    field: str
    name: str
    base: str
    theirs: str
    mine: str
    merged: str | None = None
    clean: bool = False
    lines: Sequence[DiffLine] = ()


def conflict_page(request: HttpRequest, issue: Issue, stale: Stale, *, action: str | None = None) -> HttpResponse:
    """412, with nothing lost: what the writer typed stands in the page and is sent again with the present version.

    `action`: who takes the answer, by default the edit page."""
    theirs = {change.field: change.new for change in stale.changes}
    collisions = [_collision(change, theirs[change.field]) for change in stale.mine if change.field in stale.colliding]
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "action": action or reverse("issue_edit", issue.key),
        "version": stale.current.version,
        "base": stale.base,
        "detail": stale.detail,
        "collisions": collisions,
        "mine": [(change.field, _sent(change.new)) for change in stale.mine],
        "also_mine": [_named(c) for c in stale.mine if c.field not in stale.colliding],
        "also_theirs": [_named(c) for c in stale.changes if c.field not in stale.colliding],
        "who": _who(issue, stale) if stale.changes else "",
        "next": way_back(request) or "",
    }
    return page(request, "issues/conflict.html", context, status=stale.status)


def _collision(change: FieldChange, theirs: Any) -> Collision:
    field = change.field
    base, saved, wanted = (readable(field, value) for value in (change.old, theirs, change.new))
    if field == "title":
        return Collision(field, NAMES[field], base, saved, wanted, wanted)
    if field == "description":
        merged, clean = put_together(base, saved, wanted)
        lines = diff_lines(saved, wanted, context=None)
        return Collision(field, NAMES[field], base, saved, wanted, merged, clean, lines)
    return Collision(field, NAMES[field], base, saved, wanted)


def readable(field: str, value: Any) -> str:
    """A state's value in the words of the pages; '' for nothing."""
    if isinstance(value, list):
        return ", ".join(value)
    if field == "due_date" and value:
        day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
        return f"{day.day} {day:%b %Y}"
    return str(_WORDS.get(field, {}).get(value, "" if value is None else value))


def _named(change: Any) -> dict[str, str]:
    old, new = readable(change.field, change.old), readable(change.field, change.new)
    if change.field == "description":
        old, new = ("written" if old else ""), ("rewritten" if new else "")
    return {"field": NAMES[change.field], "old": old, "new": new}


def _sent(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else ["" if value is None else str(value)]


def _who(issue: Issue, stale: Stale) -> str:
    """The people who changed it since, in the order of their changes."""
    entries = entries_of(issue, after_version=stale.base)
    names = [entry.change.actor.name if entry.change.actor else "The system" for entry in entries]
    return ", ".join(dict.fromkeys(names))

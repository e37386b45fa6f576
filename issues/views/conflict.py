"""The conflict page: what both changed, field by field, to choose from; for the description a text to put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from issues.history.entries import entries_of
from issues.models import Issue, Priority, Status, Type
from issues.views.addresses import issue_url, list_url, project_url
from itms_site.errors import Stale
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
    """One field that both changed. The values are as people read them; `text` marks the one that is put together."""

    field: str
    name: str
    base: str
    theirs: str
    mine: str
    text: bool


def conflict_page(request: HttpRequest, issue: Issue, stale: Stale, *, action: str | None = None) -> HttpResponse:
    """412, with nothing lost: what the writer typed stands in the page and is sent again with the present version.

    `action`: who takes the answer, by default the edit page."""
    theirs = {change.field: change.new for change in stale.changes}
    collisions = [
        Collision(
            change.field,
            NAMES[change.field],
            readable(change.field, change.old),
            readable(change.field, theirs[change.field]),
            readable(change.field, change.new),
            text=change.field == "description",
        )
        for change in stale.mine
        if change.field in stale.colliding
    ]
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "action": action or reverse("issue_edit", args=[issue.key]),
        "version": stale.current.version,
        "base": stale.base,
        "detail": stale.detail,
        "collisions": collisions,
        "mine": [(change.field, _sent(change.new)) for change in stale.mine],
        "also_mine": [_named(c) for c in stale.mine if c.field not in stale.colliding],
        "also_theirs": [_named(c) for c in stale.changes if c.field not in stale.colliding],
        "who": _who(issue, stale) if stale.changes else "",
    }
    return page(request, "issues/conflict.html", context, status=stale.status)


def readable(field: str, value: Any) -> str:
    """A state's value in the words of the pages; '' for nothing."""
    if isinstance(value, list):
        return ", ".join(value)
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

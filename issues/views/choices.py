"""The choices of one property of one issue: what the popover of a list's row shows, and a page of its own."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.person import Person
from accounts.posting import actor_of
from issues.models import Issue, Priority, Type
from issues.rules import TRANSITIONS, may_assign, require_edit
from issues.selectors.choices import choices_of
from issues.selectors.detail import get_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.way_back import way_back
from itms_site.addresses import reverse
from itms_site.errors import Forbidden, Invalid
from itms_site.web import page
from projects.roles import Perm
from projects.rules import may, require_writable

# What it is called, and the route that takes it.
FIELDS = {
    "status": ("Status", "issue_status"),
    "priority": ("Priority", "issue_properties"),
    "type": ("Type", "issue_properties"),
    "assignee": ("Assignee", "issue_assignee"),
    "labels": ("Labels", "issue_properties"),
    "due_date": ("Due date", "issue_properties"),
}


@require_safe
def issue_choices(request: HttpRequest, issue_key: str) -> HttpResponse:
    """`?field=` says which; only what this reader may choose now. Raises Forbidden where that is nothing."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    field = request.GET.get("field", "status")
    if field not in FIELDS:
        raise Invalid.one("field", f"“{field}” is not a property. Choose {', '.join(FIELDS)}.", "choice")
    if field != "assignee":
        require_edit(actor, issue, (field,))
    people = _people(actor, issue) if field == "assignee" else []
    require_writable(issue.project)
    name, route = FIELDS[field]
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "field": field,
        "name": name,
        "action": reverse(route, issue.key),
        "back": way_back(request),
        "values": _values(issue, field),
        "people": people,
        "labels": choices_of(issue.project, issue=issue, people=False).labels if field == "labels" else [],
        "days": days() if field == "due_date" else [],
    }
    return page(request, "issues/choices.html", context, block="choices")


def choices_url(issue_key: str, field: str, *, back: str) -> str:
    """The page, which leads to `back` after the choice."""
    return f"{reverse('issue_choices', issue_key)}?{urlencode({'field': field, 'next': back})}"


def days(today: datetime.date | None = None) -> list[tuple[str, datetime.date]]:
    """The due dates that are named often."""
    today = today or timezone.localdate()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    return [
        ("Today", today),
        ("Tomorrow", today + datetime.timedelta(days=1)),
        ("Next Monday", monday),
        ("In two weeks", today + datetime.timedelta(days=14)),
    ]


def _values(issue: Issue, field: str) -> list[str]:
    if field == "status":
        return [issue.status, *TRANSITIONS[issue.status]]
    return {"priority": list(reversed(Priority.values)), "type": list(Type.values)}.get(field, [])


def _people(actor: Actor, issue: Issue) -> list[Person | None]:
    """Nobody is None. Raises Forbidden."""
    if may(actor, Perm.ASSIGN_ISSUE, issue.project):
        return [None, *choices_of(issue.project).people]
    user: Any = actor.user
    me = Person(user.username, user.name)
    if issue.assignee_id is None and may_assign(actor, issue, user.pk):
        return [None, me]
    if issue.assignee_id == user.pk and may_assign(actor, issue, None):
        return [None, me]
    raise Forbidden(
        f"You may not assign {issue.key}. Leads can; Developers can take an unassigned issue and hand back their own."
    )

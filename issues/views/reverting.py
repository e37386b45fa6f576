"""Bringing back what an older version of an issue said: one field, several, or all of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.posting import act_once, actor_of
from issues.forms.reverting import RevertForm
from issues.history.as_of import issue_at
from issues.history.states import present_state
from issues.models import Issue
from issues.rules import OWN_REPORT_FIELDS, may_edit, require_edit
from issues.selectors.detail import get_issue
from issues.services.editing import EDITABLE
from issues.services.reverting import revert_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.conflict import NAMES, conflict_page, readable
from issues.views.diffs import diff_lines
from issues.views.meanwhile import say_saved
from itms_site.errors import Invalid, Stale
from itms_site.web import page, redirect
from projects.rules import require_writable


@require_http_methods(["GET", "HEAD", "POST"])
def issue_reversion(request: HttpRequest, issue_key: str) -> HttpResponse:
    """`?to=3` shows what would change, `&field=title` with that field alone chosen. An ordinary edit by today's
    rights: what cannot be done now is said, and nothing is done."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    allowed = restorable(actor, issue)
    if not allowed:
        require_edit(actor, issue, OWN_REPORT_FIELDS)
    require_writable(issue.project)
    asked = RevertForm(request.POST if request.method == "POST" else request.GET).asked()
    if request.method != "POST":
        return _page(request, issue, asked["to"], allowed, asked["field"])
    if not asked["field"]:
        problem = "Choose at least one field to restore."
        return _page(request, issue, asked["to"], allowed, (), problem=problem, status=422)
    try:
        return _save(request, actor, issue, asked)
    except Stale as stale:
        return conflict_page(request, issue, stale)
    except Invalid as error:
        return _page(request, issue, asked["to"], allowed, asked["field"], problem=error.detail, status=422)


def may_restore(actor: Actor, issue: Issue) -> bool:
    """Whether this is offered at all: for an issue that is there, in a project that is no archive."""
    return issue.deleted_at is None and not issue.project.is_archived and bool(restorable(actor, issue))


def restorable(actor: Actor, issue: Issue) -> tuple[str, ...]:
    """The fields that the actor may bring back. Who works on it is set in the issue itself, by other rights."""
    if may_edit(actor, issue):
        return EDITABLE
    return tuple(name for name in EDITABLE if name in OWN_REPORT_FIELDS and may_edit(actor, issue, OWN_REPORT_FIELDS))


def _save(request: HttpRequest, actor: Actor, issue: Issue, asked: dict[str, Any]) -> HttpResponse:
    saved: list[Issue] = []

    def act() -> Issue:
        saved[:] = [
            revert_issue(actor, issue, version=asked["version"], to=asked["to"], fields=asked["field"], merge=True)
        ]
        return saved[0]

    to = act_once(request, act, to=issue_url)
    if saved:
        same = saved[0].version == asked["version"]
        text = "Nothing to restore: it says that already." if same else f"Restored from version {asked['to']}."
        say_saved(request, actor, saved[0], asked["version"], text)
    return redirect(request, to)


def _page(
    request: HttpRequest,
    issue: Issue,
    to: int,
    allowed: Collection[str],
    chosen: Collection[str],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The fields that differ, those `chosen` ticked; none chosen: all of them."""
    row, then = issue_at(issue, to)
    now = present_state(issue)
    fields = []
    for name in allowed:
        old, new = readable(name, now[name]), readable(name, then[name])
        if old != new:
            lines = diff_lines(old, new) if name == "description" else ()
            on = name in chosen or not (chosen or problem)
            fields.append({"name": name, "label": NAMES[name], "now": old, "then": new, "lines": lines, "on": on})
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "to": to,
        "row": row,
        "fields": fields,
        "problem": problem,
    }
    return page(request, "issues/reversion.html", context, status=status)

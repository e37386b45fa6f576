"""Editing an issue: the whole form, and the answer to its conflict page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.posting import act_once, actor_of
from issues.forms.issue import IssueForm, as_typed
from issues.forms.quick import Versioned
from issues.forms.refusals import put_refusal
from issues.forms.resolution import ResolutionForm
from issues.models import Issue, Status
from issues.rules import OWN_REPORT_FIELDS, TRANSITIONS, may_edit, require_edit
from issues.selectors.choices import Choices, choices_of
from issues.selectors.detail import get_issue
from issues.services.editing import edit_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.conflict import conflict_page
from issues.views.meanwhile import say_saved
from issues.views.preview import rendered, wants_preview
from issues.views.way_back import way_back
from itms_site.errors import Invalid, Stale
from itms_site.web import page, redirect
from projects.rules import require_writable


@require_http_methods(["GET", "HEAD", "POST"])
def issue_edit(request: HttpRequest, issue_key: str) -> HttpResponse:
    """What others changed meanwhile in other fields is kept, and said; what both changed leads to the conflict page."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    everything = may_edit(actor, issue)
    if not everything:
        require_edit(actor, issue, OWN_REPORT_FIELDS)
    require_writable(issue.project)
    if request.method == "POST" and "resolving" in request.POST:
        version, fields = ResolutionForm(request.POST).resolved()
        return _save(request, actor, issue, version, fields)
    saving = request.method == "POST" and not wants_preview(request)
    choices = choices_of(issue.project, issue=issue, people=False)
    offered: dict[str, Any] = {
        "labels": [label.name for label in choices.labels],
        "statuses": list(Status.values) if saving else [issue.status, *TRANSITIONS[issue.status]],
        "only": None if everything else OWN_REPORT_FIELDS,
    }
    if request.method != "POST":
        return _page(request, issue, IssueForm(initial=_present(issue, choices), **offered), issue.version)
    if not saving:
        again = IssueForm(initial=as_typed(request.POST), **offered)
        shown = rendered(actor, request.POST.get("description", ""))
        return _page(request, issue, again, Versioned(request.POST).checked()["version"], shown=shown)
    form = IssueForm(request.POST, **offered)
    version = Versioned(request.POST).checked()["version"]
    if form.is_valid():
        try:
            return _save(request, actor, issue, version, form.values())
        except Invalid as error:
            put_refusal(form, error)
    return _page(request, issue, form, version, status=422)


def _save(request: HttpRequest, actor: Actor, issue: Issue, version: int | None, fields: Any) -> HttpResponse:
    saved: list[Issue] = []

    def act() -> Issue:
        saved[:] = [edit_issue(actor, issue, version=version, fields=fields, merge=True)]
        return saved[0]

    try:
        to = act_once(request, act, to=lambda changed: way_back(request) or issue_url(changed))
    except Stale as stale:
        return conflict_page(request, issue, stale)
    if saved:
        unchanged = saved[0].version == version
        say_saved(request, actor, saved[0], version, "Nothing to save: nothing was changed." if unchanged else "Saved.")
    return redirect(request, to)


def _present(issue: Issue, choices: Choices) -> dict[str, Any]:
    return {
        "title": issue.title,
        "description": issue.description,
        "status": issue.status,
        "type": issue.type,
        "priority": issue.priority,
        "due_date": issue.due_date,
        "labels": [label.name for label in choices.borne],
    }


def _page(
    request: HttpRequest,
    issue: Issue,
    form: IssueForm,
    version: int | None,
    *,
    shown: str | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "form": form,
        "version": version,
        "shown": shown,
    }
    return page(request, "issues/edit.html", context, status=status)

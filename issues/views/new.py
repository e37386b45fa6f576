"""A new issue."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.posting import act_once, actor_of
from issues.forms.issue import IssueForm
from issues.forms.refusals import put_refusal
from issues.models import Issue, Priority, Type
from issues.rules import may_open_with_assignee
from issues.selectors.choices import Choices, choices_of
from issues.services.opening import open_issue
from issues.views.addresses import issue_url, list_url, project_url
from itms_site.db.text import canonical
from itms_site.errors import Invalid
from itms_site.web import page, redirect
from projects.models import Project
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.selectors import get_project


@require_http_methods(["GET", "POST"])
def issue_new(request: HttpRequest, key: str) -> HttpResponse:
    """`?title=&description=&type=&priority=&assignee=&due_date=&label=` fill the form in before it is shown."""
    actor = actor_of(request)
    project = get_project(actor, key)
    require(actor, Perm.CREATE_ISSUE, project)
    require_writable(project)
    choices = choices_of(project)
    offered: dict[str, Any] = {
        "labels": [label.name for label in choices.labels],
        "assignees": _assignees(actor, project, choices),
    }
    if request.method == "GET":
        return _page(request, project, IssueForm(initial=_prefill(request.GET, choices), **offered))
    form = IssueForm(request.POST, **offered)
    if form.is_valid():
        try:
            to = act_once(
                request,
                lambda: open_issue(actor, project.pk, **form.values()),
                to=lambda issue: _next_address(request, project, issue),
            )
        except Invalid as error:
            put_refusal(form, error)
        else:
            if "another" in request.POST:
                messages.success(request, f"Created “{form.cleaned_data['title']}”. Here is the form for the next one.")
            return redirect(request, to)
    return _page(request, project, form, status=422)


def _next_address(request: HttpRequest, project: Project, issue: Issue) -> str:
    if "another" not in request.POST:
        return issue_url(issue)
    kept = {name: request.POST[name] for name in ("type", "priority", "assignee") if request.POST.get(name)}
    labels = [("label", name) for name in request.POST.getlist("labels")]
    return f"{reverse('issue_new', args=[project.key])}?{urlencode([*kept.items(), *labels])}"


def _assignees(actor: Actor, project: Project, choices: Choices) -> list[tuple[str, str]]:
    """Those whom the actor may name; Viewers may name nobody."""
    if may_open_with_assignee(actor, project, -1):
        return [(person.username, f"{person.name} ({person.username})") for person in choices.people]
    user = actor.user
    if user is not None and may_open_with_assignee(actor, project, user.pk):
        return [(user.username, f"{user.name} (you)")]
    return []


def _prefill(asked: QueryDict, choices: Choices) -> dict[str, Any]:
    """What the address asks for, as far as it exists; the rest is left as it is."""
    found: dict[str, Any] = {"type": Type.TASK.value, "priority": Priority.MEDIUM.value}
    for name in ("title", "description", "due_date"):
        if name in asked:
            found[name] = asked[name]
    for name, known in (("type", Type.values), ("priority", Priority.values)):
        value = str(asked.get(name, "")).upper()
        if value in known:
            found[name] = value
    if person := choices.person(str(asked.get("assignee", ""))):
        found["assignee"] = person.username
    wanted = {canonical(name.strip()) for value in asked.getlist("label") for name in value.split(",")}
    found["labels"] = [label.name for label in choices.labels if canonical(label.name) in wanted]
    return found


def _page(request: HttpRequest, project: Project, form: IssueForm, *, status: int = 200) -> HttpResponse:
    context = {
        "project": project,
        "project_url": project_url(project),
        "issues_url": list_url(project),
        "form": form,
    }
    return page(request, "issues/new.html", context, status=status)

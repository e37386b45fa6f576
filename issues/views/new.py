"""A new issue: in a project that one names, or in the one where one reported something last."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.posting import act_once, actor_of
from issues.forms.issue import IssueForm
from issues.forms.refusals import put_refusal
from issues.models import Issue, Priority, Status, Type
from issues.rules import may_open_with_assignee
from issues.selectors.choices import Choices, choices_of
from issues.selectors.similar import last_opened_in
from issues.services.opening import open_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.preview import rendered, wants_preview
from itms_site.addresses import reverse
from itms_site.db.text import canonical
from itms_site.errors import Invalid
from itms_site.web import is_htmx, page, redirect
from projects.models import Project
from projects.roles import Perm
from projects.rules import may, require, require_writable
from projects.selectors import get_project, projects_chosen_from

MOST_PROJECTS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def issue_new(request: HttpRequest, key: str) -> HttpResponse:
    """`?title=&description=&type=&priority=&status=&assignee=&due_date=&label=` fill the form in before it is shown.

    POST `another` comes back to a form with the same properties."""
    actor = actor_of(request)
    project = get_project(actor, key)
    require(actor, Perm.CREATE_ISSUE, project)
    require_writable(project)
    if request.method == "POST" and not wants_preview(request):
        return _create(request, actor, project)
    choices = choices_of(project)
    if request.method != "POST":
        form = _form(actor, project, choices, initial=_prefill(request.GET, choices))
        return _page(request, actor, project, choices, form)
    shown = rendered(actor, request.POST.get("description", ""))
    return _page(request, actor, project, choices, _typed(request, actor, project, choices), shown=shown)


def _create(request: HttpRequest, actor: Actor, project: Project) -> HttpResponse:
    # What a form does not name, nor is drawn again with, is not read.
    named = bool(request.POST.get("assignee") or request.POST.getlist("labels"))
    form = _form(actor, project, choices_of(project) if named else Choices(), data=request.POST)
    refusal: Invalid | None = None
    if form.is_valid():
        made: list[Issue] = []

        def act() -> Issue:
            made.append(open_issue(actor, project.pk, **form.values()))
            return made[-1]

        try:
            to = act_once(request, act, to=lambda issue: _next_address(request, project, issue))
        except Invalid as error:
            refusal = error
        else:
            return _created(request, actor, project, made, to)
    choices = choices_of(project)
    if not named:
        form = _form(actor, project, choices, data=request.POST)
    if refusal is not None:
        put_refusal(form, refusal)
    return _page(request, actor, project, choices, form, status=422)


def _created(request: HttpRequest, actor: Actor, project: Project, made: list[Issue], to: str) -> HttpResponse:
    if made and "another" in request.POST:
        issue = made[-1]
        said = format_html('Created <a href="{}">{}</a> “{}”.', issue_url(issue), issue.key, issue.title)
        messages.success(request, said)
    if "another" in request.POST and is_htmx(request):
        choices = choices_of(project)
        fresh = _form(actor, project, choices, initial=_prefill(QueryDict(to.partition("?")[2]), choices))
        return _page(request, actor, project, choices, fresh)
    return redirect(request, to)


@require_http_methods(["GET", "HEAD", "POST"])
def issue_new_anywhere(request: HttpRequest) -> HttpResponse:
    """The same form for `project`, or for the project where one reported something last. POST keeps what was typed
    for another project; it creates nothing."""
    actor = actor_of(request)
    projects = projects_chosen_from(actor, Perm.CREATE_ISSUE, MOST_PROJECTS)
    asked = request.POST.get("project") or request.GET.get("project") or ""
    project = next((each for each in projects if each.key == asked.upper()), None)
    if project is None and projects:
        last = last_opened_in(actor.user_id or 0)
        project = next((each for each in projects if each.pk == last), projects[0])
    if project is None:
        return redirect(request, reverse("project_list")) if is_htmx(request) else page(request, "issues/nowhere.html")
    choices = choices_of(project)
    if request.method == "POST":
        form = _typed(request, actor, project, choices)
    else:
        form = _form(actor, project, choices, initial=_prefill(request.GET, choices))
    return _page(request, actor, project, choices, form, projects)


def _typed(request: HttpRequest, actor: Actor, project: Project, choices: Choices) -> IssueForm:
    """What was sent, in a form that finds no fault with it yet."""
    typed = request.POST.copy()
    typed.setlist("label", typed.getlist("labels"))
    return _form(actor, project, choices, initial=_prefill(typed, choices))


def _form(actor: Actor, project: Project, choices: Choices, **filled: Any) -> IssueForm:
    statuses = Status.values if may(actor, Perm.EDIT_ISSUE, project) else []
    names = [label.name for label in choices.labels]
    # Ids of its own: the dialog may stand over a page with another form of an issue.
    form = IssueForm(
        **filled,
        auto_id="new_%s",
        labels=names,
        assignees=_assignees(actor, project, choices),
        statuses=statuses,
        draft="new-issue-title",
    )
    if statuses:
        form.fields["status"].required = False
    return form


def _next_address(request: HttpRequest, project: Project, issue: Issue) -> str:
    if "another" not in request.POST:
        return issue_url(issue)
    kept = {name: request.POST[name] for name in ("type", "priority", "assignee") if request.POST.get(name)}
    labels = [("label", name) for name in request.POST.getlist("labels")]
    return f"{reverse('issue_new', project.key)}?{urlencode([*kept.items(), *labels])}"


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
    found: dict[str, Any] = {"type": Type.TASK.value, "priority": Priority.MEDIUM.value, "status": Status.OPEN.value}
    for name in ("title", "description", "due_date"):
        if name in asked:
            found[name] = asked[name]
    for name, known in (("type", Type.values), ("priority", Priority.values), ("status", Status.values)):
        value = str(asked.get(name, "")).upper().replace("-", "_")
        if value in known:
            found[name] = value
    if person := choices.person(str(asked.get("assignee", ""))):
        found["assignee"] = person.username
    wanted = {canonical(name.strip()) for value in asked.getlist("label") for name in value.split(",")}
    found["labels"] = [label.name for label in choices.labels if canonical(label.name) in wanted]
    return found


def _page(
    request: HttpRequest,
    actor: Actor,
    project: Project,
    choices: Choices,
    form: IssueForm,
    projects: list[Project] | None = None,
    *,
    shown: str | None = None,
    status: int = 200,
) -> HttpResponse:
    if not form.is_bound and (projects is None or request.method != "POST"):
        form.fields["title"].widget.attrs["autofocus"] = True
    known = projects if projects is not None else projects_chosen_from(actor, Perm.CREATE_ISSUE, MOST_PROJECTS)
    context = {
        "project": project,
        "project_url": project_url(project),
        "issues_url": list_url(project),
        "form": form,
        "action": reverse("issue_new", project.key),
        "projects": [(each.key, each.name, each.key == project.key) for each in known],
        "colours": {label.name: label.colour for label in choices.labels},
        "in_dialog": is_htmx(request),
        "shown": shown,
    }
    return page(request, "issues/new.html", context, block="new_issue", status=status)

"""Labels of a project: the table, a new one, changing, deleting, merging."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.form_errors import put_errors
from accounts.posting import act_once, actor_of, replays
from issues.forms.labels import LabelForm, MergeForm
from issues.selectors.projects import count_by_label
from issues.services.deleting_label import delete_label
from issues.services.merging_labels import merge_labels
from issues.views.addresses import list_url
from issues.views.project_then import project_then
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Taken
from itms_site.web import page, redirect
from projects.models import Label, Project
from projects.roles import Perm
from projects.rules import may, require, require_writable
from projects.selectors import get_label, get_project, labels_of
from projects.services.labels import create_label, edit_label
from projects.views.tabs import project_page


@require_http_methods(["GET", "HEAD", "POST"])
def project_labels(request: HttpRequest, key: str) -> HttpResponse:
    """POST makes a label."""
    if request.method != "POST" and request.GET.get("as_of"):
        return project_then(request, key)
    actor = actor_of(request)
    project = get_project(actor, key)
    form = LabelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(actor, Perm.MANAGE_LABELS, project)
        if form.is_valid():
            try:
                to = act_once(
                    request,
                    lambda: create_label(actor, project.pk, **form.label_fields()),
                    lambda _: _labels_url(project),
                )
            except (Invalid, Taken) as error:
                put_errors(form, error)
            else:
                messages.success(request, f"Label “{form.cleaned_data['name']}” is made.")
                return redirect(request, to)
    counts = count_by_label(project)
    may_edit = may(actor, Perm.MANAGE_LABELS, project) and not project.is_archived
    context = {
        **project_page(actor, project, "labels"),
        "rows": [
            {
                "label": label,
                "count": counts.get(label.pk, 0),
                "issues_url": _issues_url(project, label),
                **_addresses(project, label),
            }
            for label in labels_of(project)
        ],
        "form": form if may_edit else None,
        "may_edit": may_edit,
    }
    return page(request, "projects/labels.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def label_detail(request: HttpRequest, key: str, name: str) -> HttpResponse:
    actor, project, label = _label_to_change(request, key, name)
    initial = {"name": label.name, "colour": label.colour}
    form = LabelForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            to = act_once(
                request,
                lambda: edit_label(actor, project.pk, label.pk, form.label_fields()),
                lambda _: _labels_url(project),
            )
        except (Invalid, Taken) as error:
            put_errors(form, error)
        else:
            messages.success(request, f"Label “{form.cleaned_data['name']}” is saved.")
            return redirect(request, to)
    context = {**_one(actor, project, label), "form": form}
    return page(request, "projects/label.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def label_removal(request: HttpRequest, key: str, name: str) -> HttpResponse:
    actor, project, label = _label_to_change(request, key, name)
    if request.method == "POST":
        to = act_once(request, lambda: delete_label(actor, project.pk, label.pk), lambda _: _labels_url(project))
        messages.success(request, f"Label “{label.name}” is deleted.")
        return redirect(request, to)
    return page(request, "projects/label_removal.html", _one(actor, project, label))


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def label_merge(request: HttpRequest, key: str, name: str) -> HttpResponse:
    actor, project, label = _label_to_change(request, key, name)
    others = list(labels_of(project).exclude(pk=label.pk))
    form = MergeForm(request.POST if request.method == "POST" else None, others=others)
    if form.is_bound and form.is_valid():
        kept = next(other for other in others if other.name == form.cleaned_data["into"])
        to = act_once(
            request, lambda: merge_labels(actor, project.pk, label.pk, kept.pk), lambda _: _labels_url(project)
        )
        messages.success(request, f"“{label.name}” is merged into “{kept.name}”.")
        return redirect(request, to)
    context = {**_one(actor, project, label), "form": form, "others": others}
    return page(request, "projects/label_merge.html", context, status=422 if form.errors else 200)


def _label_to_change(request: HttpRequest, key: str, name: str) -> tuple[Actor, Project, Label]:
    """Raises NotFound, Forbidden, Archived: pages that only change something are there for those who may."""
    actor = actor_of(request)
    project = get_project(actor, key)
    label = get_label(project, name)
    require(actor, Perm.MANAGE_LABELS, project)
    require_writable(project)
    return actor, project, label


def _one(actor: Actor, project: Project, label: Label) -> dict[str, object]:
    return {
        **project_page(actor, project, "labels"),
        "label": label,
        "count": count_by_label(project).get(label.pk, 0),
        "issues_url": _issues_url(project, label),
        "labels_url": _labels_url(project),
        **_addresses(project, label),
    }


def _addresses(project: Project, label: Label) -> dict[str, str]:
    names = {"key": project.key, "name": label.name}
    return {f"{act}_url": reverse(f"label_{act}", **names) for act in ("detail", "removal", "merge")}


def _issues_url(project: Project, label: Label) -> str:
    """All that bear it, closed ones too. No name holds a quotation mark."""
    return list_url(project, f'label:"{label.name}"')


def _labels_url(project: Project) -> str:
    return reverse("project_labels", key=project.key)

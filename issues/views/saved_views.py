"""Saved views: all of them, a new one, changing, deleting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.form_errors import put_errors
from accounts.posting import act_once, actor_of, replays
from issues.forms.view import ViewForm
from issues.models import SavedQuery
from issues.rules import may_change_view, may_share_view
from issues.selectors.saved_views import get_view, list_views
from issues.services.saving_views import ViewFields, create_view, delete_view, edit_view
from issues.views.addresses import list_url, saved_url
from itms_site.addresses import reverse
from itms_site.errors import Forbidden, Invalid, Stale, Taken
from itms_site.web import page, redirect
from projects.selectors import get_project


@require_safe
def views(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    rows = [
        {"view": view, "url": saved_url(view), "mine": view.owner_id == actor.user_id, **_acts(actor, view)}
        for view in list_views(actor)
    ]
    return page(request, "issues/views.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request: HttpRequest) -> HttpResponse:
    """`?project=&query=&layout=&grouping=`; the form over a list sends the same."""
    actor = actor_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    project = get_project(actor, asked["project"]) if asked.get("project") else None
    may_share = project is not None and not project.is_archived and may_share_view(actor, project)
    kept = {"project": project.key} if project else {}
    kept |= {"layout": asked.get("layout", "list"), "grouping": asked.get("grouping", "")}
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        project=project,
        may_share=may_share,
        initial={"query": request.GET.get("query", "")},
    )
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        try:
            to = act_once(
                request,
                lambda: create_view(
                    actor,
                    project.pk if project else None,
                    name=sent["name"],
                    query=sent["query"],
                    is_shared=sent.get("shared", False),
                    layout=kept["layout"],
                    grouping=kept["grouping"],
                ),
                to=saved_url,
            )
        except (Invalid, Taken) as error:
            put_errors(form, error)
        else:
            messages.success(request, f"View “{sent['name']}” is saved.")
            return redirect(request, to)
    context = {"form": form, "project": project, "kept": kept, "back": list_url(project, form["query"].value() or "")}
    return page(request, "issues/view_new.html", context, block="view_form", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: HttpRequest, view_id: int) -> HttpResponse:
    """Its name, its query and who sees it. A version that is not the newest is shown beside what was typed."""
    actor, view = _view_to_change(request, view_id)
    may_share = view.is_shared or (view.project is not None and may_share_view(actor, view.project))
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        project=view.project,
        may_share=may_share and view.project is not None and not view.project.is_archived,
        initial={"name": view.name, "query": view.query, "shared": view.is_shared},
    )
    status = 200
    if form.is_bound and form.is_valid():
        fields: ViewFields = {"name": form.cleaned_data["name"], "query": form.cleaned_data["query"]}
        if "shared" in form.cleaned_data:
            fields["is_shared"] = form.cleaned_data["shared"]
        try:
            return redirect(request, _edit(request, actor, view, fields))
        except (Invalid, Taken) as error:
            put_errors(form, error)
        except Stale as stale:
            status = stale.status
            now = stale.current
            form.add_error(
                None, f"It was changed meanwhile. It is called “{now.name}” now, with the query “{now.query}”."
            )
    context = {"form": form, "view": view, "view_url": saved_url(view), **_acts(actor, view)}
    return page(request, "issues/view_edit.html", context, status=status if status != 200 or not form.errors else 422)


@require_POST
def view_query(request: HttpRequest, view_id: int) -> HttpResponse:
    """The view shows from now on what the list shows."""
    actor, view = _view_to_change(request, view_id)
    fields: ViewFields = {
        "query": request.POST.get("query", ""),
        "layout": request.POST.get("layout", view.layout),
        "grouping": request.POST.get("grouping", view.grouping),
    }
    return redirect(request, _edit(request, actor, view, fields))


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def view_removal(request: HttpRequest, view_id: int) -> HttpResponse:
    actor, view = _view_to_change(request, view_id)
    if request.method == "POST":
        to = act_once(
            request, lambda: delete_view(actor, view.pk, version=_version(request)), lambda _: reverse("views")
        )
        messages.success(request, f"View “{view.name}” is deleted.")
        return redirect(request, to)
    return page(request, "issues/view_removal.html", {"view": view, "view_url": saved_url(view), **_acts(actor, view)})


def _edit(request: HttpRequest, actor: Actor, view: SavedQuery, fields: ViewFields) -> str:
    to = act_once(request, lambda: edit_view(actor, view.pk, version=_version(request), fields=fields), to=saved_url)
    messages.success(request, f"View “{fields.get('name', view.name)}” is saved.")
    return to


def _view_to_change(request: HttpRequest, view_id: int) -> tuple[Actor, SavedQuery]:
    """Raises NotFound, Forbidden."""
    actor = actor_of(request)
    view = get_view(actor, view_id)
    if not may_change_view(actor, view):
        raise Forbidden(f"“{view.name}” is {view.owner.username}'s; Leads of the project can change it too.")
    return actor, view


def _acts(actor: Actor, view: SavedQuery) -> dict[str, Any]:
    read_only = view.is_shared and view.project is not None and view.project.is_archived
    return {
        "may_change": may_change_view(actor, view) and not read_only,
        "edit_url": reverse("view_edit", view.pk),
        "removal_url": reverse("view_removal", view.pk),
    }


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 19 else None

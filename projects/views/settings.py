"""Settings of a project: name, key, description, who sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.form_errors import put_errors
from accounts.posting import act_once, actor_of, replays
from itms_site.addresses import reverse
from itms_site.errors import Invalid, Stale, Taken
from itms_site.web import page, redirect
from projects.forms import SettingsForm, settled
from projects.history import project_state, state_at
from projects.models import Project
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_project
from projects.services.projects import edit_project
from projects.views.tabs import project_page
from projects.views.versions import posted_version

NAMES = {"key": "Key", "name": "Name", "description": "Description", "is_public": "Who sees it", "archived": "Archived"}


@require_http_methods(["GET", "HEAD", "POST"])
@replays
def project_settings(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key)
    require(actor, Perm.MANAGE_PROJECT, project)
    if request.method != "POST":
        return _settings(request, actor, project, SettingsForm(project=project), project.version)
    version = posted_version(request)
    base = state_at(project, version) if version not in (None, project.version) else None
    form = SettingsForm(settled(request.POST), project=project, was_public=base["is_public"] if base else None)
    if form.is_valid():
        try:
            return _save(request, actor, project, version, form)
        except Stale as error:
            if not error.mine:
                raise
            return _conflict(request, actor, project, error)
        except (Invalid, Taken) as error:
            put_errors(form, error, {"is_public": "visibility"})
    return _settings(request, actor, project, form, version)


@require_POST
@replays
def project_archive(request: HttpRequest, key: str) -> HttpResponse:
    """`archived` is on or off."""
    actor = actor_of(request)
    project = get_project(actor, key)
    archived = request.POST.get("archived", "")
    if archived not in {"on", "off"}:
        raise Invalid.one("archived", f"“{archived[:40]}” is not a choice. Send on or off.", "choice")
    version = posted_version(request)
    to = act_once(
        request,
        lambda: edit_project(actor, project.pk, version=version, fields={"archived": archived == "on"}, merge=True),
        lambda saved: reverse("project_settings", key=saved.key),
    )
    done = "archived and read-only now" if archived == "on" else "open for work again"
    messages.success(request, f"{project.name} is {done}.")
    return redirect(request, to)


def _save(
    request: HttpRequest, actor: Actor, project: Project, version: int | None, form: SettingsForm
) -> HttpResponse:
    saved: list[Project] = []

    def act() -> Project:
        saved.append(edit_project(actor, project.pk, version=version, fields=form.project_fields(), merge=True))
        return saved[-1]

    to = act_once(request, act, lambda found: reverse("project_settings", key=found.key))
    if saved and version is not None and saved[-1].version > version + 1:
        messages.info(request, "Saved. Others changed other fields meanwhile; theirs were kept beside yours.")
    else:
        messages.success(request, "The settings are saved.")
    return redirect(request, to)


def _settings(
    request: HttpRequest, actor: Actor, project: Project, form: SettingsForm, version: int | None
) -> HttpResponse:
    context = {**project_page(actor, project, "settings"), "form": form, "version": version or ""}
    return page(request, "projects/settings.html", context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, actor: Actor, project: Project, error: Stale) -> HttpResponse:
    """Both values of what collides. All the rest is merged already and goes along hidden."""
    mine = {change.field: change for change in error.mine}
    merged = {**project_state(error.current), **{name: change.new for name, change in mine.items()}}
    theirs = {change.field: change.new for change in error.changes}
    collisions = [
        {"field": name, "label": NAMES[name], "mine": mine[name].new, "theirs": theirs[name], "base": mine[name].old}
        for name in error.colliding
    ]
    context = {
        **project_page(actor, project, "settings"),
        "collisions": collisions,
        "kept": {
            "key": merged["key"],
            "name": merged["name"],
            "description": merged["description"],
            "visibility": "public" if merged["is_public"] else "private",
            "confirm_public": request.POST.get("confirm_public", ""),
            "version": error.current.version,
        },
        "by": error.current.change.actor,
        "at": error.current.change.at,
    }
    return page(request, "projects/conflict.html", context, status=error.status)

"""P1 to P5: projects. Deleting and the ledger are in issues/api/."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.actor import Actor
from accounts.api.once import post_once
from itms_site.api import READING, VERSIONED, Cursor, Limit, Moment, Version, based_on, etag, refusals
from itms_site.errors import Invalid, NotFound
from itms_site.moments import parse_moment
from itms_site.paging import Key, page_of
from projects.api.schemas import EditProject, NewProject, ProjectOut, ProjectPage, project_out
from projects.history import as_they_were, project_in, projects_at, version_at
from projects.models import Project
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_project, my_roles, projects_for
from projects.services.projects import create_project, edit_project

router = Router(tags=["projects"])
ORDER = (Key("key"),)


@router.get("/projects", response={200: ProjectPage, **refusals(401, 422)})
def list_projects(request: HttpRequest, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None) -> ProjectPage:
    """Every project that you can see, by key (the present one)."""
    actor = actor_in(request)
    then = parse_moment(as_of) if as_of is not None else None
    found = projects_for(actor) if then is None else projects_at(projects_for(actor), then)
    page = page_of(found, ORDER, limit=limit, after=cursor)
    roles = my_roles(actor, page.items)
    rows = page.items if then is None else as_they_were(page.items, then)
    return ProjectPage(items=[project_out(p, roles.get(p.pk)) for p in rows], next=page.next)


@router.post("/projects", response={201: ProjectOut, **refusals(401, 403, 409, 422)})
def new_project(request: HttpRequest, response: HttpResponse, body: NewProject) -> Status[ProjectOut]:
    """A new project; you become its Lead."""
    actor = actor_in(request)
    project = post_once(
        request,
        actor,
        lambda: create_project(actor, **body.model_dump()),
        remember=kept_project,
        recall=lambda kept: project_made(actor, kept),
    )
    return Status(201, answer(actor, project, response))


@router.get("/projects/{key}", response={200: ProjectOut, **READING})
def show_project(
    request: HttpRequest, response: HttpResponse, key: str, as_of: Moment = None, version: Version = None
) -> ProjectOut:
    """As it is, or as it was: then everything is of that version but `my_role` and `url`, which are today's."""
    actor = actor_in(request)
    project = get_project(actor, key)
    if as_of is not None and version is not None:
        raise Invalid.one("version", "Ask for `as_of` or for `version`, not for both.", "both")
    if as_of is not None:
        version = version_at(project, parse_moment(as_of))
    if version is None:
        return answer(actor, project, response)
    out = answer(actor, project_in(project, version), response)
    out.url = f"/projects/{project.key}/"
    return out


@router.patch("/projects/{key}", response={200: ProjectOut, **VERSIONED})
def change_project(request: HttpRequest, response: HttpResponse, key: str, body: EditProject) -> ProjectOut:
    """Changes any of key, name, description, is_public, archived. Needs If-Match or `version`."""
    actor = actor_in(request)
    project = get_project(actor, key)
    fields: Any = body.model_dump(exclude_unset=True, exclude={"version"})
    changed = edit_project(actor, project.pk, version=based_on(request, body), fields=fields)
    return answer(actor, changed, response)


def actor_in(request: HttpRequest) -> Actor:
    """The caller; every endpoint that has one is behind `Caller`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def answer(actor: Actor, project: Project, response: HttpResponse) -> ProjectOut:
    etag(response, project.version)
    return project_out(project, my_roles(actor, [project]).get(project.pk))


def kept_project(made: Project) -> dict[str, Any]:
    return {"project": made.pk, "version": made.version}


def project_made(actor: Actor, kept: dict[str, Any], perm: Perm | None = None) -> Project:
    """What a repeated request made before, as it was then, for whom it would be permitted today."""
    found = projects_for(actor).filter(pk=kept["project"]).first()
    if found is None:
        raise NotFound("What this request made is not there any more, or you may no longer see it.")
    if perm is not None:
        require(actor, perm, found)
    return project_in(found, kept.get("version", found.version))

"""P6, M1 to M4, L4, merging: acts on projects, members and labels that touch issues."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.actor import Actor
from accounts.api.once import post_once
from issues.services.changing_role import change_role
from issues.services.deleting_label import delete_label
from issues.services.deleting_project import delete_project, restore_project
from issues.services.merging_labels import merge_labels
from issues.services.removing_member import remove_member
from itms_site.api import READING, VERSIONED, WRITING, Cursor, Limit, Moment, Versioned, based_on, etag
from itms_site.errors import NotFound
from itms_site.moments import parse_moment
from itms_site.paging import Key, page_of
from projects.api.labels import answer as answer_label
from projects.api.labels import kept_label, label_made
from projects.api.labels import router as labels
from projects.api.projects import actor_in, answer, kept_project, project_made
from projects.api.projects import router as projects
from projects.api.schemas import (
    EditMember,
    LabelOut,
    MemberOut,
    MemberPage,
    MergeLabel,
    NewMember,
    ProjectOut,
    member_out,
)
from projects.history import member_in, members_at
from projects.models import Membership, Project
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_label, get_member, get_project, members_of
from projects.services.members import add_member

# Operations of one address belong to one router: those below join the projects' and labels' own.
members = Router(tags=["members"])
ORDER = (Key("joined_at"), Key("id"))


@projects.delete("/projects/{key}", response={204: None, **VERSIONED})
def remove_project(request: HttpRequest, key: str, body: Versioned | None = None) -> Status[None]:
    """Leaves a tombstone with everything in it; the key is not used again. Needs If-Match or `version`."""
    actor = actor_in(request)
    project = get_project(actor, key)
    delete_project(actor, project.pk, version=based_on(request, body))
    return Status(204, None)


@projects.post("/projects/{key}/restore", response={200: ProjectOut, **WRITING})
def bring_project_back(request: HttpRequest, response: HttpResponse, key: str) -> ProjectOut:
    actor = actor_in(request)
    project = get_project(actor, key, restoring=True)
    restored = post_once(
        request,
        actor,
        lambda: restore_project(actor, project.pk),
        remember=kept_project,
        recall=lambda kept: project_made(actor, kept, Perm.MANAGE_PROJECT),
    )
    return answer(actor, restored, response)


@members.get("/projects/{key}/members", response={200: MemberPage, **READING})
def list_members(
    request: HttpRequest, key: str, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None
) -> MemberPage:
    """In the order in which they joined."""
    project = get_project(actor_in(request), key)
    found = members_of(project) if as_of is None else members_at(project, parse_moment(as_of))
    page = page_of(found, ORDER, limit=limit, after=cursor)
    for member in page.items:
        member.role = getattr(member, "role_then", member.role)
    return MemberPage(items=[member_out(member) for member in page.items], next=page.next)


@members.post("/projects/{key}/members", response={201: MemberOut, **WRITING})
def new_member(request: HttpRequest, response: HttpResponse, key: str, body: NewMember) -> Status[MemberOut]:
    """By user name or e-mail address. Leads and operators."""
    actor = actor_in(request)
    project = get_project(actor, key)
    member = post_once(
        request,
        actor,
        lambda: add_member(actor, project.pk, identifier=body.identifier, role=body.role),
        remember=lambda made: {"user": made.user_id, "version": made.version},
        recall=lambda kept: _member_made(actor, project, kept),
    )
    return Status(201, _member(member, response))


@members.patch("/projects/{key}/members/{username}", response={200: MemberOut, **WRITING})
def change_member(request: HttpRequest, response: HttpResponse, key: str, username: str, body: EditMember) -> MemberOut:
    """Another role; whoever becomes a Viewer has no issues any more."""
    actor = actor_in(request)
    project = get_project(actor, key)
    member = get_member(project, username)
    return _member(change_role(actor, project.pk, member.user_id, body.role), response)


@members.delete("/projects/{key}/members/{username}", response={204: None, **WRITING})
def end_membership(request: HttpRequest, key: str, username: str) -> Status[None]:
    """Removes somebody, or oneself: then it is leaving, for every role. Their issues become unassigned."""
    actor = actor_in(request)
    project = get_project(actor, key)
    remove_member(actor, project.pk, get_member(project, username).user_id)
    return Status(204, None)


@labels.delete("/projects/{key}/labels/{name}", response={204: None, **WRITING})
def remove_label(request: HttpRequest, key: str, name: str) -> Status[None]:
    """Takes it off every issue that bears it, in one Change."""
    actor = actor_in(request)
    project = get_project(actor, key)
    delete_label(actor, project.pk, get_label(project, name).pk)
    return Status(204, None)


@labels.post("/projects/{key}/labels/{name}/merge", response={200: LabelOut, **WRITING})
def merge_label(request: HttpRequest, response: HttpResponse, key: str, name: str, body: MergeLabel) -> LabelOut:
    """Every issue with this label bears `into` afterwards; this one is gone. Answers `into`."""
    actor = actor_in(request)
    project = get_project(actor, key)
    label = post_once(
        request,
        actor,
        # Looked up inside: when the request comes again, the label of its address is gone, as it was asked.
        lambda: merge_labels(actor, project.pk, get_label(project, name).pk, body.into),
        remember=kept_label,
        recall=lambda kept: label_made(actor, project, kept),
    )
    return answer_label(label, response)


def _member_made(actor: Actor, project: Project, kept: dict[str, Any]) -> Membership:
    require(actor, Perm.MANAGE_MEMBERS, project)
    member = members_of(project).filter(user_id=kept["user"]).first()
    if member is None:
        raise NotFound("What this request made is not there any more.")
    return member_in(member, kept.get("version", member.version))


def _member(membership: Membership, response: HttpResponse) -> MemberOut:
    etag(response, membership.version)
    return member_out(membership)

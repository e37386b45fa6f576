"""L1 to L3: labels. Deleting and merging are in issues/api/."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.actor import Actor
from accounts.api.once import post_once
from itms_site.api import READING, WRITING, Cursor, Limit, Moment, etag
from itms_site.errors import NotFound
from itms_site.moments import parse_moment
from itms_site.paging import Key, page_of
from projects.api.projects import actor_in
from projects.api.schemas import EditLabel, LabelOut, LabelPage, NewLabel, label_out
from projects.history import label_in, labels_at
from projects.models import Label, Project
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_label, get_project, labels_of
from projects.services.labels import create_label, edit_label

router = Router(tags=["labels"])
ORDER = (Key("name_canonical"),)
ORDER_THEN = (Key("canonical_then"),)


@router.get("/projects/{key}/labels", response={200: LabelPage, **READING})
def list_labels(
    request: HttpRequest, key: str, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None
) -> LabelPage:
    project = get_project(actor_in(request), key)
    if as_of is None:
        page = page_of(labels_of(project), ORDER, limit=limit, after=cursor)
        return LabelPage(items=[label_out(label) for label in page.items], next=page.next)
    page = page_of(labels_at(project, parse_moment(as_of)), ORDER_THEN, limit=limit, after=cursor)
    then: list[Any] = page.items
    return LabelPage(items=[LabelOut(name=x.name_then, colour=x.colour_then or None) for x in then], next=page.next)


@router.post("/projects/{key}/labels", response={201: LabelOut, **WRITING})
def new_label(request: HttpRequest, response: HttpResponse, key: str, body: NewLabel) -> Status[LabelOut]:
    actor = actor_in(request)
    project = get_project(actor, key)
    label = post_once(
        request,
        actor,
        lambda: create_label(actor, project.pk, name=body.name, colour=body.colour or ""),
        remember=kept_label,
        recall=lambda kept: label_made(actor, project, kept),
    )
    return Status(201, answer(label, response))


@router.patch("/projects/{key}/labels/{name}", response={200: LabelOut, **WRITING})
def change_label(request: HttpRequest, response: HttpResponse, key: str, name: str, body: EditLabel) -> LabelOut:
    """Renames or recolours it. The issues that bear it keep their version."""
    actor = actor_in(request)
    project = get_project(actor, key)
    label = get_label(project, name)
    fields: Any = body.model_dump(exclude_unset=True)
    if "colour" in fields:
        fields["colour"] = fields["colour"] or ""
    return answer(edit_label(actor, project.pk, label.pk, fields), response)


def answer(label: Label, response: HttpResponse) -> LabelOut:
    etag(response, label.version)
    return label_out(label)


def kept_label(made: Label) -> dict[str, Any]:
    return {"label": made.pk, "version": made.version}


def label_made(actor: Actor, project: Project, kept: dict[str, Any]) -> Label:
    """What a repeated request made before, as it was then."""
    require(actor, Perm.MANAGE_LABELS, project)
    label = labels_of(project).filter(pk=kept["label"]).first()
    if label is None:
        raise NotFound("What this request made is not there any more.")
    return label_in(label, kept.get("version", label.version))

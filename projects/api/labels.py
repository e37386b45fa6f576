"""L1 to L3: labels. Deleting and merging are in issues/api/."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from accounts.api.once import post_once
from itms_site.api import Limit, Problem
from itms_site.paging import Key, page_of
from projects.api.projects import actor_in
from projects.api.schemas import EditLabel, LabelOut, LabelPage, NewLabel, label_out
from projects.selectors import get_label, get_project, labels_of
from projects.services.labels import create_label, edit_label

router = Router(tags=["labels"])
ORDER = (Key("name_canonical"),)


@router.get("/projects/{key}/labels", response={200: LabelPage, **dict.fromkeys((401, 404, 410, 422), Problem)})
def list_labels(request: HttpRequest, key: str, limit: Limit = 50, cursor: str | None = None) -> LabelPage:
    actor = actor_in(request)
    page = page_of(labels_of(get_project(actor, key)), ORDER, limit=limit, after=cursor)
    return LabelPage(items=[label_out(label) for label in page.items], next=page.next)


@router.post(
    "/projects/{key}/labels", response={201: LabelOut, **dict.fromkeys((401, 403, 404, 409, 410, 422), Problem)}
)
def new_label(request: HttpRequest, key: str, body: NewLabel) -> Status[LabelOut]:
    actor = actor_in(request)
    project = get_project(actor, key)
    label = post_once(
        request,
        actor,
        lambda: create_label(actor, project.pk, name=body.name, colour=body.colour or ""),
        remember=lambda made: {"label": made.name},
        recall=lambda kept: get_label(get_project(actor, key), kept["label"]),
    )
    return Status(201, label_out(label))


@router.patch(
    "/projects/{key}/labels/{name}",
    response={200: LabelOut, **dict.fromkeys((401, 403, 404, 409, 410, 422), Problem)},
)
def change_label(request: HttpRequest, key: str, name: str, body: EditLabel) -> LabelOut:
    """Renames or recolours it. The issues that bear it keep their version."""
    actor = actor_in(request)
    project = get_project(actor, key)
    label = get_label(project, name)
    fields: Any = body.model_dump(exclude_unset=True)
    if "colour" in fields:
        fields["colour"] = fields["colour"] or ""
    return label_out(edit_label(actor, project.pk, label.pk, fields))

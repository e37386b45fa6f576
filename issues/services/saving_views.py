"""Saved views: making, changing, sharing and deleting them.

Their Changes belong to no project. What others see of one is decided under the project's lock all the same: no role
changes while it is shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from django.db import IntegrityError

from accounts.actor import Actor
from accounts.models import Head
from accounts.services.ledger import Record, clean, recording
from accounts.services.shape import only
from issues.models import BOARD_GROUPS, LIST_GROUPS, Layout, SavedQuery
from issues.rules import may_change_view, may_share_view, visible_views
from itms_site.db.text import canonical, clean_line
from itms_site.errors import Forbidden, Invalid, NotFound, Stale, Taken, VersionRequired
from itms_site.retry import transactional
from projects.models import Project
from projects.rules import require_writable, visible_projects


class ViewFields(TypedDict, total=False):
    name: str
    query: str
    layout: str
    grouping: str
    is_shared: bool


FIELDS = tuple(ViewFields.__annotations__)


@transactional
def create_view(
    actor: Actor,
    project_id: int | None,
    *,
    name: str,
    query: str,
    layout: str = "list",
    grouping: str = "",
    is_shared: bool = False,
) -> SavedQuery:
    """A view of the actor's own, of one project or (None) of all.

    Raises NotFound, Forbidden, Archived, Taken, Invalid."""
    with _acting(actor, "view.create", project_id) as (record, project):
        view = SavedQuery(
            owner=record.actor.user,
            project=project,
            name=name,
            query=query,
            layout=layout,
            grouping=grouping,
            is_shared=is_shared,
            created_at=record.at,
        )
        if is_shared:
            _require_sharing(record.actor, project)
        _check(record.actor, view)
        record.data = {"view": view.name, "project": project.key if project else None, "shared": is_shared}
        _store(record, view, created=True)
    return view


@transactional
def edit_view(actor: Actor, view_id: int, *, version: int | None, fields: ViewFields) -> SavedQuery:
    """Changes any of the fields. Raises NotFound, Forbidden, VersionRequired, Stale, Archived, Taken, Invalid."""
    only(fields, FIELDS)
    with _changing(actor, "view.edit", view_id, version) as (record, view):
        wanted = {
            name: clean_line(str(value)) if name in ("name", "query") else value for name, value in fields.items()
        }
        changed = {name: [getattr(view, name), value] for name, value in wanted.items() if getattr(view, name) != value}
        if not changed:
            return view
        if view.is_shared and view.project:
            require_writable(view.project)
        if fields.get("is_shared", view.is_shared):
            _require_sharing(record.actor, view.project)
        if set(changed) == {"is_shared"}:
            record.verb = "view.share" if fields["is_shared"] else "view.unshare"
        for name, (_old, new) in changed.items():
            setattr(view, name, new)
        _check(record.actor, view)
        record.data = {"view": view.pk, "changes": changed}
        _store(record, view)
    return view


@transactional
def delete_view(actor: Actor, view_id: int, *, version: int | None) -> SavedQuery:
    """Raises NotFound, Forbidden, VersionRequired, Stale, Archived."""
    with _changing(actor, "view.delete", view_id, version) as (record, view):
        if view.is_shared and view.project:
            require_writable(view.project)
        view.slot = view.pk
        record.data = {"view": view.pk, "name": view.name}
        _store(record, view)
    return view


@contextmanager
def _acting(actor: Actor, verb: str, project_id: int | None) -> Iterator[tuple[Record, Project | None]]:
    """Raises NotFound when the project may not be seen."""
    if project_id is not None:
        Head.objects.select_for_update().filter(pk=project_id).first()
    with recording(actor, verb, None) as record:
        if record.actor.user is None:
            raise Forbidden("A view needs an owner.")
        project = None
        if project_id is not None:
            seen = Project.objects.filter(visible_projects(record.actor), pk=project_id, deleted_at=None)
            project = seen.first()
            if project is None:
                raise NotFound("This project is not there any more, or you may no longer see it.")
        yield record, project


@contextmanager
def _changing(actor: Actor, verb: str, view_id: int, version: int | None) -> Iterator[tuple[Record, SavedQuery]]:
    """The view under the lock, in the version that the actor has seen."""
    place = SavedQuery.objects.filter(visible_views(actor), pk=view_id).values_list("project_id", flat=True).first()
    with _acting(actor, verb, place) as (record, _project):
        SavedQuery.objects.select_for_update().filter(pk=view_id).first()
        found = SavedQuery.objects.select_related("project", "owner")
        view = found.filter(visible_views(record.actor), pk=view_id).first()
        if view is None:
            raise NotFound("There is no such view.")
        if not may_change_view(record.actor, view):
            raise Forbidden(f"“{view.name}” is {view.owner.username}'s; Leads of the project can change it too.")
        if version is None:
            raise VersionRequired("Send the version that this is based on.")
        if version != view.version:
            raise Stale(view, version, [])
        yield record, view


def _require_sharing(actor: Actor, project: Project | None) -> None:
    if project is None:
        raise Invalid.one("is_shared", "Only a view of one project can be shared, with that project.", "shared")
    if not may_share_view(actor, project):
        raise Forbidden(f"Leads and Developers of {project.key} share views with it.")
    require_writable(project)


def _check(by: Actor, view: SavedQuery) -> None:
    if view.layout not in Layout.values or (view.layout == Layout.BOARD and view.project is None):
        raise Invalid.one("layout", "A view is a list or, in a project, a board.", "choice")
    if view.grouping not in (BOARD_GROUPS if view.layout == Layout.BOARD else LIST_GROUPS):
        raise Invalid.one("grouping", f"A {view.layout} is not arranged by “{view.grouping}”.", "choice")
    mine = SavedQuery.objects.filter(owner=view.owner, scope=view.project_id or 0, slot=0).exclude(pk=view.pk)
    if mine.filter(name_canonical=canonical(clean_line(view.name))).exists():
        raise _taken(by, view)


def _store(record: Record, view: SavedQuery, *, created: bool = False) -> None:
    view.version = 1 if created else view.version + 1
    view.updated_at = record.at
    clean(view)
    view.change = record.change
    try:
        view.save(force_insert=created, force_update=not created)
    except IntegrityError:
        raise _taken(record.actor, view) from None


def _taken(by: Actor, view: SavedQuery) -> Taken:
    whose = "You have" if view.owner_id == by.user_id else f"{view.owner.username} has"
    return Taken("name", f"{whose} a view “{view.name}” here already.")

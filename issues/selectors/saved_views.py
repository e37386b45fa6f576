"""Saved views: those in the rail, one by its number, all that somebody has to do with."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.actor import Actor
from issues.models import SavedQuery
from issues.rules import visible_views
from itms_site.db.prepared import Prepared
from itms_site.errors import NotFound
from projects.models import Membership, Project
from projects.selectors import own_order, projects_for

MOST_VIEWS = 12
MOST_PROJECTS = 20


class RailView(NamedTuple):
    """A view as lists use it. `project`: its key, '' for all projects; `by`: the owner's user name."""

    id: int
    name: str
    project: str
    query: str
    layout: str
    grouping: str
    shared: bool
    by: str
    version: int
    in_rail: bool


class Rail(NamedTuple):
    """projects  (key, name), by name
    views     one's own, then those shared in projects where one is a member; each group by name
    current   the view that the page shows, whether it stands in the rail or not"""

    projects: list[tuple[str, str]]
    views: list[RailView]
    current: RailView | None


def rail_of(actor: Actor, current: int = 0) -> Rail:
    """One query for each actor, whatever asks first. `current`: the number of the view that is shown, 0 for none."""
    if "rail" not in actor.memo:
        actor.memo["rail"] = _read(actor, current)
    rail: Rail = actor.memo["rail"]
    return rail


def view_shown(actor: Actor, current: int, project: Project | None) -> RailView:
    """The view of that number for a page of this project's issues, or of all. Raises NotFound."""
    found = rail_of(actor, current).current
    if found is None or found.project != (project.key if project else ""):
        raise NotFound("There is no such view, or you may not see it.")
    return found


def get_view(actor: Actor, pk: int) -> SavedQuery:
    """With its project and owner. Raises NotFound."""
    found = SavedQuery.objects.filter(visible_views(actor), pk=pk).select_related("project", "owner").first()
    if found is None:
        raise NotFound("There is no such view, or you may not see it.")
    return found


def list_views(actor: Actor) -> list[SavedQuery]:
    """One's own, then those shared in projects where one is a member, each group by name."""
    found = SavedQuery.objects.filter(visible_views(actor), Q(owner=actor.user) | _member(actor))
    return list(found.select_related("project", "owner").order_by(_own_first(actor), "name_canonical", "pk"))


def _rows(is_operator: bool, shows_one: bool, user_id: int, current: int) -> QuerySet[Any, Any]:
    actor = Actor.stand_in(user_id, is_operator)
    return _projects(actor).union(_views(actor, current if shows_one else 0), all=True)


_prepared = Prepared(_rows)


def _read(actor: Actor, current: int) -> Rail:
    rows = _prepared.fetch(actor.is_operator, current > 0, given=(actor.user_id or 0, current))
    projects, views = [], []
    for row in sorted(rows, key=lambda row: int(row[-1])):
        if row[0] == "project":
            projects.append((row[2], row[3]))
        else:
            _kind, pk, project, name, query, layout, grouping, shared, by, version, place = row
            in_rail = 0 < place <= MOST_VIEWS
            views.append(RailView(pk, name, project, query, layout, grouping, bool(shared), by, version, in_rail))
    shown = next((view for view in views if view.id == current), None)
    return Rail(projects, [view for view in views if view.in_rail], shown)


def _projects(actor: Actor) -> QuerySet[Project, Any]:
    """Numbered by a window, because SQLite takes no LIMIT inside a union."""
    place = Window(RowNumber(), order_by=own_order(actor))
    rows = projects_for(actor, archived=False).order_by().annotate(kind=Value("project"), place=place)
    text = {name: Value("") for name in ("r_query", "r_layout", "r_grouping", "r_by")}
    rows = rows.filter(place__lte=MOST_PROJECTS).annotate(shared=Value(0), **text)
    return rows.values_list(
        "kind", "pk", "key", "name", "r_query", "r_layout", "r_grouping", "shared", "r_by", "version", "place"
    )


def _views(actor: Actor, current: int) -> QuerySet[SavedQuery, Any]:
    mine = Q(owner=actor.user) | _member(actor)
    rows = SavedQuery.objects.filter(visible_views(actor)).filter(mine | Q(pk=current))
    outside = Case(When(mine, then=Value(0)), default=Value(1))
    place = Window(RowNumber(), order_by=[outside, _own_first(actor), "name_canonical", "pk"])
    rows = rows.annotate(kind=Value("view"), key=Coalesce("project__key", Value("")), outside=outside, place=place)
    rows = rows.filter(Q(place__lte=MOST_VIEWS) | Q(pk=current)).annotate(
        at=Case(When(outside=1, then=Value(0)), default="place")
    )
    return rows.values_list(
        "kind", "pk", "key", "name", "query", "layout", "grouping", "is_shared", "owner__username", "version", "at"
    )


def _member(actor: Actor) -> Q:
    mine = Membership.objects.filter(user=actor.user, slot=0, project_id=OuterRef("project_id"))
    return Q(Exists(mine))


def _own_first(actor: Actor) -> Case:
    return Case(When(owner=actor.user, then=Value(0)), default=Value(1))

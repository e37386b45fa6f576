"""Saved views: those in the rail, one by its number, all that somebody has to do with."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

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
    """Two queries for each actor, whatever asks first. `current`: the number of the view that is shown, 0 for none."""
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


def _read(actor: Actor, current: int) -> Rail:
    """Two queries: as the parts of one, numbered by windows, they cost the database twice as much."""
    asked = (actor.user_id or 0, current)
    projects = _projects.fetch(actor.is_operator, given=asked[:1])
    rows = _views.fetch(actor.is_operator, current > 0, given=asked if current else asked[:1])
    # The one that the page shows came first, so that it is there in any case; now it takes its place.
    rows.sort(key=lambda row: (row[-1], row[8] != _username(actor), row[-2], row[0]))
    views = []
    for place, row in enumerate(rows, 1):
        pk, name, project, query, layout, grouping, shared, version, by, _sorted_as, outside = row
        in_rail = place <= MOST_VIEWS and not outside
        views.append(RailView(pk, name, project, query, layout, grouping, bool(shared), by, version, in_rail))
    shown = next((view for view in views if view.id == current), None)
    return Rail(projects, [view for view in views if view.in_rail], shown)


def _username(actor: Actor) -> str:
    return actor.user.username if actor.user else ""


def _rail_projects(is_operator: bool, user_id: int) -> QuerySet[Project, Any]:
    actor = Actor.stand_in(user_id, is_operator)
    rows = projects_for(actor, archived=False).order_by(*own_order(actor))
    return rows.values_list("key", "name")[:MOST_PROJECTS]


def _rail_views(is_operator: bool, shows_one: bool, user_id: int, current: int = 0) -> QuerySet[SavedQuery, Any]:
    actor = Actor.stand_in(user_id, is_operator)
    mine = Q(owner=actor.user) | _member(actor)
    rows = SavedQuery.objects.filter(visible_views(actor)).filter(mine | Q(pk=current) if shows_one else mine)
    order: list[Any] = [_own_first(actor), "name_canonical", "pk"]
    outside: Any = Value(0)
    if shows_one:
        order = [Case(When(pk=current, then=Value(0)), default=Value(1)), *order]
        outside = Case(When(mine, then=Value(0)), default=Value(1))
    rows = rows.annotate(key=Coalesce("project__key", Value("")), outside=outside).order_by(*order)
    names = ("pk", "name", "key", "query", "layout", "grouping", "is_shared", "version", "owner__username")
    return rows.values_list(*names, "name_canonical", "outside")[: MOST_VIEWS + shows_one]


_projects, _views = Prepared(_rail_projects), Prepared(_rail_views)


def _member(actor: Actor) -> Q:
    mine = Membership.objects.filter(user=actor.user, slot=0, project_id=OuterRef("project_id"))
    return Q(Exists(mine))


def _own_first(actor: Actor) -> Case:
    return Case(When(owner=actor.user, then=Value(0)), default=Value(1))

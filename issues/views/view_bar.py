"""What stands over a list or board about saved views: the one that is shown, and the form that saves another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from accounts.actor import Actor
from issues.context import view_number
from issues.models import LIST_GROUPS
from issues.selectors.saved_views import RailView, view_shown
from issues.views.addresses import view_url
from itms_site.addresses import reverse
from projects.models import Project
from projects.roles import Perm
from projects.rules import may


@dataclass(frozen=True)
class Saving:
    """The page that saves what this one shows under a name, and what that is."""

    url: str
    arranged: dict[str, str]


@dataclass(frozen=True)
class Shown:
    """The view that the page shows. `edited`: the page's query is not the saved one any more."""

    name: str
    shared: bool
    by: str | None
    edited: bool
    may_change: bool
    version: int
    saved_url: str
    query_url: str
    edit_url: str
    removal_url: str


def asked_view(request: HttpRequest, actor: Actor, project: Project | None) -> RailView | None:
    """Raises NotFound for a number that leads nowhere, or to a view of other issues than this page's."""
    number = view_number(request)
    return view_shown(actor, number, project) if number else None


def view_bar(
    actor: Actor, project: Project | None, view: RailView | None, *, text: str, layout: str, grouping: str
) -> dict[str, Any]:
    """`view` and `saving` of templates/issues/view_bar.html, `complete` of the filter box. `text`: the page's query."""
    arranged = {"query": text, "layout": layout, "grouping": grouping}
    where = {"project": project.key} if project else {}
    complete = f"{reverse('completion')}?{urlencode(where) + '&' if where else ''}"
    saving = Saving(f"{reverse('view_new')}?{urlencode({**where, **arranged})}", arranged)
    return {"complete": complete, "saving": saving, "view": _shown(actor, project, view, arranged) if view else None}


def grouping_of(request: HttpRequest) -> str:
    """What a list is grouped by."""
    asked = request.GET.get("group", "")
    return asked if asked in LIST_GROUPS else ""


def _shown(actor: Actor, project: Project | None, view: RailView, arranged: dict[str, str]) -> Shown:
    mine = actor.user is not None and view.by == actor.user.username
    leads = view.shared and project is not None and may(actor, Perm.MANAGE_PROJECT, project)
    read_only = view.shared and project is not None and project.is_archived
    saved = {"query": view.query, "layout": view.layout, "grouping": view.grouping}
    return Shown(
        name=view.name,
        shared=view.shared,
        by=None if mine else view.by,
        edited=saved != {**arranged, "query": arranged["query"].strip()},
        may_change=(mine or leads) and not read_only,
        version=view.version,
        saved_url=view_url(view),
        **{f"{act}_url": reverse(f"view_{act}", view.id) for act in ("query", "edit", "removal")},
    )

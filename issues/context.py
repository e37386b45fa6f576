"""The rail of every page with what this app adds to it: the saved views."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import cached_property

from issues.selectors.saved_views import rail_of
from issues.views.addresses import view_url
from projects import context


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` for base.html. One query, made only when the frame is drawn."""
    return {"nav": Navigation(request)}


class RailView(NamedTuple):
    id: int
    name: str
    project: str
    url: str


class Navigation(context.Navigation):
    @cached_property
    def projects(self) -> tuple[context.RailProject, ...]:
        if self._actor is None:
            return ()
        found = rail_of(self._actor, self.view).projects
        return tuple(context.RailProject(key, name, f"/projects/{key}/") for key, name in found)

    @cached_property
    def views(self) -> tuple[RailView, ...]:
        if self._actor is None:
            return ()
        found = rail_of(self._actor, self.view).views
        return tuple(RailView(view.id, view.name, view.project, view_url(view)) for view in found)

    @property
    def view(self) -> int:
        """The number of the view that the page shows, 0 for none."""
        return view_number(self._request)


def view_number(request: HttpRequest) -> int:
    """`?view=12`; anything else is no view."""
    asked = request.GET.get("view", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 19 else 0

"""The rail of every page with what this app adds to it: the saved views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from issues.selectors.saved_views import rail_of
from issues.views.addresses import view_url
from projects import context


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` for base.html. One query, made only when the frame is drawn."""
    return {"nav": Navigation(request)}


class Navigation(context.Navigation):
    @cached_property
    def projects(self) -> list[dict[str, str]]:
        if self._actor is None:
            return []
        found = rail_of(self._actor, self.view).projects
        return [{"key": key, "name": name, "url": f"/projects/{key}/"} for key, name in found]

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        if self._actor is None:
            return []
        return [
            {"id": view.id, "name": view.name, "project": view.project, "url": view_url(view)}
            for view in rail_of(self._actor, self.view).views
        ]

    @property
    def view(self) -> int:
        """The number of the view that the page shows, 0 for none."""
        return view_number(self._request)

    @property
    def views_url(self) -> str:
        return reverse("views")


def view_number(request: HttpRequest) -> int:
    """`?view=12`; anything else is no view."""
    asked = request.GET.get("view", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 19 else 0

"""What is in the filter and sort menus over a list or board: fetched when one of them is opened, and a page of its own.

Apart from the list, which would carry a link for each person and label on each of its pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues import search
from issues.selectors.choices import choices_of
from issues.selectors.saved_views import rail_of
from issues.views.addresses import list_url, project_url
from issues.views.filters import menus, sort_options
from itms_site.addresses import reverse
from itms_site.web import page
from projects.models import Project
from projects.selectors import get_project

IN_MENU = 12  # projects to choose from by mouse; the box offers every one
KEPT = ("view", "group", "as_of", "by", "fold")  # what a list or board keeps from one query to the next


def filters_url(project: Project | None, text: str, kept: Mapping[str, object], *, board: bool = False) -> str:
    """The page of the menus over the list (or board) of this query."""
    place = reverse("issue_filters", project.key) if project else reverse("issue_filters_all")
    return f"{place}?{urlencode({'q': text, **kept, **({'on': 'board'} if board else {})})}"


@require_safe
def issue_filters(request: HttpRequest, key: str) -> HttpResponse:
    return _filters(request, get_project(actor_of(request), key))


@require_safe
def issue_filters_all(request: HttpRequest) -> HttpResponse:
    return _filters(request, None)


def _filters(request: HttpRequest, project: Project | None) -> HttpResponse:
    """`?q=` is the query that each choice changes; `?on=board`: it is that of a board."""
    actor = actor_of(request)
    parsed = search.parse(request.GET.get("q", search.DEFAULT_QUERY))
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    on_board = project is not None and request.GET.get("on") == "board"
    base = reverse("issue_board", project.key) if project and on_board else list_url(project)

    def address(text: str) -> str:
        return f"{base}?{urlencode({'q': text, **kept})}"

    projects = None if project else rail_of(actor, 0).projects[:IN_MENU]
    context = {
        "project": project,
        "project_url": project_url(project) if project else None,
        "on_board": on_board,
        "back": address(parsed.text),
        "menus": menus(parsed.text, choices_of(project), address, projects=projects),
        "sorts": sort_options(parsed.text, parsed, address),
    }
    return page(request, "issues/filters.html", context, block="menus")

"""Lists of issues: of one project, or of all that the reader may see; now, or at a past moment."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actor import Actor
from accounts.posting import actor_of
from issues import search
from issues.history.as_of import parse_moment
from issues.selectors.choices import Choices, choices_of
from issues.selectors.detail import get_issue
from issues.selectors.listing import COUNTED, list_issues, matching
from issues.selectors.listing_as_of import list_issues_at
from issues.views.addresses import issue_url, list_url
from issues.views.filters import chips, menus, sort_options
from issues.views.shown import row_of
from itms_site.errors import Gone, Invalid, NotFound
from itms_site.web import page, redirect
from projects.models import Project
from projects.selectors import get_project, projects_for
from projects.views.tabs import project_page

PER_PAGE = 50
RELAXED = 3  # how many parts of a query that finds nothing are tried left out
NO_CURSOR = "This page of the list is not there; here is the first one."


@require_GET
def issue_list(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    return _list(request, actor, get_project(actor, key))


@require_GET
def issue_list_all(request: HttpRequest) -> HttpResponse:
    return _list(request, actor_of(request), None)


def _list(request: HttpRequest, actor: Actor, project: Project | None) -> HttpResponse:
    """Without `?q=` the default query; a query that is just an issue's key leads there."""
    asked = request.GET.get("q")
    parsed = search.parse(search.DEFAULT_QUERY if asked is None else asked)
    if jump := _jump(actor, parsed):
        return redirect(request, jump)
    query = search.compile(parsed, actor, today=timezone.localdate(), project=project)
    notes: list[str] = []
    moment = _moment(request, query, notes)
    kept = {"as_of": request.GET["as_of"]} if moment and "as_of" in request.GET else {}

    def address(text: str) -> str:
        return list_url(project, text, **kept)

    after = request.GET.get("after")
    if moment is not None:
        rows, more, choices = _past(actor, parsed, query, moment, project, after, notes, kept)
    else:
        rows, more, choices = _present(actor, query, project, after, notes)
    total, relaxed = _totals(actor, parsed, project, rows, more, after, choices) if moment is None else (None, [])
    context = {
        "query": parsed.text,
        "is_default": asked is None,
        "rows": rows,
        "older": f"{address(parsed.text)}&after={more}" if more else None,
        "first": address(parsed.text) if after else None,
        "total": total,
        "total_text": _total_text(total),
        "warnings": [_warning(parsed.text, warning, address) for warning in query.warnings],
        "notes": notes,
        "chips": chips(parsed, address),
        "menus": menus(parsed.text, choices, address, projects=_projects(actor) if project is None else ()),
        "sorts": sort_options(parsed.text, parsed, address),
        "relaxed": [(n, text, address(text_left)) for n, text, text_left in relaxed],
        "everything": address(""),
        "list_url": list_url(project),
        "kept": kept,
        "moment": moment,
        "now_url": list_url(project, None if asked is None else parsed.text),
        "project": project,
        "help": search.describe_keys(),
        **(project_page(actor, project, "issues") if project else {}),
    }
    return page(request, "issues/list.html" if project else "issues/list_all.html", context)


def _present(
    actor: Actor, query: search.Compiled, project: Project | None, after: str | None, notes: list[str]
) -> tuple[list[Any], str | None, Choices | None]:
    try:
        found = list_issues(actor, query, project=project, after=after, limit=PER_PAGE)
    except Invalid:
        notes.append(NO_CURSOR)
        found = list_issues(actor, query, project=project, limit=PER_PAGE)
    return [row_of(issue) for issue in found.items], found.next, None

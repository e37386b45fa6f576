"""A project as it was at a moment: what it was called and for, its members, its labels; and the list of projects then.

Read-only, one page for overview, members and labels: `?as_of=2026-01-31T12:00Z` on any of them. Today's rights decide
who may look."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from accounts.posting import actor_of
from issues.selectors.listed import LabelShown
from issues.selectors.references import resolver
from issues.views.addresses import list_url, project_url
from issues.views.shown import moment_words
from itms_site.addresses import reverse
from itms_site.moments import parse_moment
from itms_site.paging import Key, page_of
from itms_site.web import page
from projects.history import as_they_were, labels_at, members_at, project_in, projects_at, version_at
from projects.selectors import get_project, projects_for

SHOWN = 50
MOST = 1000
ORDER = (Key("name"), Key("id"))


def project_then(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key)
    moment = parse_moment(request.GET["as_of"])
    then = project_in(project, version_at(project, moment))
    context = {
        "project": project,
        "then": then,
        "when": moment_words(moment),
        "now_url": request.path,
        "project_url": project_url(project),
        "issues_url": list_url(project, as_of=written(moment)),
        "members": list(members_at(project, moment).order_by("joined_at", "pk")[:MOST]),
        "labels": [LabelShown(row.name_then, row.colour_then) for row in labels_at(project, moment)[:MOST]],  # type: ignore[attr-defined]
        "resolve": resolver(actor, [then.description]),
    }
    return page(request, "projects/past.html", context)


def projects_then(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    moment = parse_moment(request.GET["as_of"])
    found = projects_at(projects_for(actor), moment)
    batch = page_of(found, ORDER, limit=SHOWN, after=request.GET.get("after"))
    at, here = {"as_of": written(moment)}, reverse("project_list")
    context = {
        "projects": [
            (then, f"{project_url(now)}?{urlencode(at)}")
            for now, then in zip(batch.items, as_they_were(batch.items, moment), strict=True)
        ],
        "when": moment_words(moment),
        "now_url": here,
        "older": f"{here}?{urlencode({**at, 'after': batch.next})}" if batch.next else None,
        "first": f"{here}?{urlencode(at)}" if request.GET.get("after") else None,
    }
    return page(request, "projects/past_list.html", context)


def written(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"

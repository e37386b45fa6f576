"""My work: what is assigned to me and what I have reported, still open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actor import Actor
from accounts.posting import actor_of
from issues import search
from issues.selectors.listing import list_issues
from issues.views.addresses import list_url
from issues.views.shown import Row, row_of
from itms_site.web import page

AT_MOST = 10
SECTIONS = (
    ("assigned", "Assigned to me", "is:open assignee:@me sort:priority-desc sort:updated-desc"),
    ("created", "Created by me, still open", "is:open author:@me -assignee:@me sort:updated-desc"),
)


@dataclass(frozen=True)
class Section:
    """At most ten rows; `all_url` leads to the whole list, `more` says that it is longer."""

    id: str
    title: str
    rows: list[Row]
    more: bool
    all_url: str


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    sections = [_section(actor, *section) for section in SECTIONS]
    overdue = sum(row.is_overdue for row in chain(*(section.rows for section in sections)))
    context = {"sections": sections, "overdue": overdue, "idle": not any(section.rows for section in sections)}
    return page(request, "home.html", context)


def _section(actor: Actor, name: str, title: str, text: str) -> Section:
    query = search.compile(search.parse(text), actor, today=timezone.localdate())
    found = list_issues(actor, query, limit=AT_MOST)
    return Section(name, title, [row_of(issue) for issue in found.items], found.next is not None, list_url(None, text))

"""My work: what needs me, what is assigned to me, what I have reported, and what is due this week."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues import search
from issues.models import Issue, Status
from issues.selectors.my_work import DAYS, due_by_day, list_each
from issues.views.addresses import list_url
from issues.views.shown import Row, row_of
from itms_site.paging import Page
from itms_site.web import page

AT_MOST = 10
# The two halves of the first section: each is found by an index of its own, what either finds is not.
NEEDS = (
    "is:open assignee:@me is:overdue sort:due",
    "is:open mentions:@me -author:@me updated:-14d sort:updated-desc",
)
# (id, title, query, what is said when it finds nothing, whether its rows stand under their statuses)
SECTIONS = (
    (
        "needs",
        "Needs you",
        "is:open ((assignee:@me is:overdue) OR (mentions:@me -author:@me updated:-14d)) sort:due",
        "Nothing is overdue, and nobody mentioned you in the last two weeks.",
        False,
    ),
    (
        "assigned",
        "Assigned to me",
        "is:open assignee:@me sort:priority-desc sort:updated-desc",
        "Nothing is assigned to you. Take something from the open issues.",
        True,
    ),
    (
        "created",
        "Created by me, still open",
        "is:open author:@me -assignee:@me sort:updated-desc",
        "Nothing that you reported is open.",
        False,
    ),
)
ORDER = (Status.IN_PROGRESS, Status.OPEN)


@dataclass(frozen=True)
class Section:
    """At most ten rows in groups of (status or None, rows); `all_url` leads to the whole list, `more` says that it
    is longer."""

    id: str
    title: str
    groups: list[tuple[Status | None, list[Row]]]
    more: bool
    all_url: str
    none: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    texts = [*NEEDS, *(text for name, _title, text, _none, _ in SECTIONS if name != "needs")]
    compiled = [search.compile(search.parse(text), actor, today=today) for text in texts]
    overdue, mentioned, *others = list_each(actor, compiled, limit=AT_MOST)
    pages = [_one_page(overdue, mentioned), *others]
    sections = [
        Section(name, title, _groups(found, by_status), found.next is not None, list_url(None, text), none)
        for found, (name, title, text, none, by_status) in zip(pages, SECTIONS, strict=True)
    ]
    due = due_by_day(actor, today)
    context = {
        "sections": sections,
        "idle": not any(section.groups for section in sections),
        "week": [_day(today + datetime.timedelta(days=n), due) for n in range(DAYS)],
        "due_total": sum(due.values()),
    }
    return page(request, "home.html", context)


def _one_page(first: Page[Issue], second: Page[Issue]) -> Page[Issue]:
    """The first rows of either, none twice."""
    found = list({issue.pk: issue for issue in [*first.items, *second.items]}.values())
    return Page(found[:AT_MOST], first.next or second.next or ("more" if len(found) > AT_MOST else None))


def _groups(found: Page[Issue], by_status: bool) -> list[tuple[Status | None, list[Row]]]:
    rows = [row_of(issue) for issue in found.items]
    if not by_status:
        return [(None, rows)] if rows else []
    groups = [(status, [row for row in rows if row.status == status]) for status in ORDER]
    return [(status, rows) for status, rows in groups if rows]


def _day(day: datetime.date, due: dict[datetime.date, int]) -> tuple[datetime.date, int, str]:
    """(day, issues due then, the list of them)."""
    return day, due.get(day, 0), list_url(None, f"is:open assignee:@me due:{day.isoformat()}")

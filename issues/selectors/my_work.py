"""What the page "My work" shows: a few short lists, and how many issues are due on which of the next days."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import Count

from accounts.actor import Actor
from issues.models import Issue
from issues.rules import visible
from issues.search import Compiled
from issues.selectors.listing import decorate
from issues.selectors.reading import read_page
from itms_site.db.walking import walking
from itms_site.paging import Page

DAYS = 7


def list_each(actor: Actor, queries: Sequence[Compiled], *, limit: int) -> list[Page[Issue]]:
    """The first page of each query, rows as `list_issues` gives them. One query each, and one for all together."""
    pages = []
    for query in queries:
        pages.append(read_page(actor, query, project=None, limit=limit))
    issues = [issue for page in pages for issue in page.items]
    decorate(issues)
    by_id = {issue.pk: issue for issue in issues}
    for issue in issues:  # one that stands in two lists was decorated once
        issue.label_list = by_id[issue.pk].label_list
        issue.comment_count = by_id[issue.pk].comment_count
    return pages


def due_by_day(actor: Actor, today: datetime.date) -> dict[datetime.date, int]:
    """Day → open issues of the actor that are due then, for today and the six days after it. One query."""
    last = today + datetime.timedelta(days=DAYS - 1)
    rows = Issue.objects.filter(visible(actor), is_open=True, assignee=actor.user, due_date__range=(today, last))
    counted = (
        walking(rows, "issue_assigned")
        .order_by()
        .values("due_date")
        .annotate(n=Count("pk"))
        .values_list("due_date", "n")
    )
    return {day: n for day, n in counted if day is not None}

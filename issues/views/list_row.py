"""The rows of a list with what their reader may do, and one of them alone, as it is after it was edited in place."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.actor import Actor
from issues import search
from issues.rules import may_assign, may_edit
from issues.selectors.counting import count_found
from issues.selectors.grouping import group_of
from issues.selectors.listed import ListedIssue
from issues.selectors.listing import COUNTED, one_listed, page_of_ids
from issues.selectors.passages import passages
from issues.selectors.tallied import tallied
from issues.views.shown import Row, row_of
from itms_site.web import page
from projects.models import Project
from projects.roles import Perm
from projects.rules import look_up, may

PER_PAGE = 50


def rows_for(actor: Actor, query: search.Compiled, issues: Sequence[ListedIssue]) -> list[Row]:
    look_up(actor, [issue.project for issue in issues])
    found = passages(query, issues)
    today = timezone.localdate()
    known: dict[Hashable, str] = {}
    rows = []
    for issue in issues:
        who = (issue.assignee_id == actor.user_id, issue.assignee_id is None, issue.reporter_id == actor.user_id)
        alike = (issue.project_id, issue.deleted_at is None, issue.status, *who)  # all that letters_of looks at
        if alike not in known:
            known[alike] = letters_of(actor, issue)
        rows.append(row_of(issue, may=known[alike], found=found.get(issue.pk), today=today))
    return rows


def letters_of(actor: Actor, issue: ListedIssue) -> str:
    """See Row.may."""
    if issue.deleted_at is not None or issue.project.is_archived:
        return ""
    mine = actor.user_id is not None and issue.assignee_id == actor.user_id
    assigns = (
        may(actor, Perm.ASSIGN_ISSUE, issue.project)
        or (issue.assignee_id is None and may_assign(actor, issue, actor.user_id))
        or (mine and may_assign(actor, issue, None))
    )
    deletes = may(actor, Perm.DELETE_ISSUE, issue.project)
    return ("s" if may_edit(actor, issue) else "") + ("a" if assigns else "") + ("d" if deletes else "")


def known_total(shown: int, query: search.Compiled, *, more: bool, begins: bool = True) -> str:
    """How many issues a list has, where that is known from its first page; '' where it is to be counted. Those that
    hold some words are not counted: it would cost more than finding the first of them."""
    if begins and not more:
        return f"{shown:,}"
    return f"{PER_PAGE}+" if query.frame.seeks_words else ""


def total_found(actor: Actor, query: search.Compiled, project: Project | None) -> str:
    """How many issues the query finds, in words. One query, of a cost that has a bound."""
    tally = tallied(query, project)
    if tally is not None:
        return f"{sum(tally.values()):,}"
    return counted_words(count_found(actor, query, project=project, most=COUNTED))


def counted_words(total: int) -> str:
    return f"{COUNTED:,}+" if total > COUNTED else f"{total:,}"


def one_row(
    request: HttpRequest,
    actor: Actor,
    query: search.Compiled,
    key: str,
    *,
    project: Project | None,
    group: str,
    is_default: bool,
) -> HttpResponse:
    """The row, nothing where the query does not find it any more, and how many issues it finds now."""
    issue = one_listed(actor, query, key, project=project)
    first = page_of_ids(actor, query, project=project, limit=PER_PAGE) if query.frame.seeks_words else None
    total = known_total(len(first.items), query, more=bool(first.next)) if first else ""
    total = total or total_found(actor, query, project)
    context = {
        "rows": rows_for(actor, query, [issue] if issue else []),
        "group": group_of(issue, group) if issue and group else "",
        "total": total,
        "one": total == "1",
        "is_default": is_default,
    }
    return page(request, "issues/list_row.html", context, block="row")

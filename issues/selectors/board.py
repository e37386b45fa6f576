"""The cards of a board: the first ones of each column, or the next ones of one, in a number of queries that grows
neither with the cards nor with the columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigAutoField, Q, QuerySet
from django.db.models.expressions import Expression

from accounts.actor import Actor
from issues.models import OPEN_STATUSES, Issue
from issues.search import Compiled
from issues.selectors.listing import decorate
from issues.selectors.matching import matching, order_of
from issues.selectors.narrowing import narrowed
from itms_site.db.text import canonical
from itms_site.paging import Page, cursor_of, page_of
from projects.models import Project

IN_COLUMNS = 1_000  # ids that stand in the query of each column


def board_rows(actor: Actor, query: Compiled, project: Project) -> QuerySet[Issue]:
    """Whatever the query finds in the project; what is deleted stands on no board."""
    rows = narrowed(matching(actor, query, project=project), query.frame, most=IN_COLUMNS)
    return rows.filter(deleted_at=None)


def within(by: str, value: str) -> Q:
    """The issues of one column. `by`: status, assignee or priority; `value`: that status or priority, or the user
    name, '' for nobody."""
    if by == "status":
        # Says the same twice: the index of lists begins with is_open.
        return Q(status=value, is_open=value in OPEN_STATUSES)
    if by == "priority":
        return Q(priority=value)
    return Q(assignee__username_canonical=canonical(value)) if value else Q(assignee=None)


def place_of(issue: Issue, by: str) -> str:
    """The value of the column that the issue stands in."""
    if by == "assignee":
        return issue.assignee.username if issue.assignee else ""
    return str(getattr(issue, by))


def first_cards(
    actor: Actor, query: Compiled, project: Project, *, by: str, values: Sequence[str], limit: int
) -> dict[str, Page[Issue]]:
    """The first page of each column, in the query's order, its issues as `list_issues` gives them. Two queries."""
    rows, order = board_rows(actor, query, project), order_of(query.order)
    columns = [f"-{key.column}" if key.descending else key.column for key in order]
    firsts = [rows.filter(within(by, value)).order_by(*columns).values("id")[: limit + 1] for value in values]
    found = _cards(rows.model.objects.filter(pk__in=_Firsts(firsts)), rows).order_by(*columns)
    stacks: dict[str, list[Issue]] = {value: [] for value in values}
    for issue in found:
        stacks[place_of(issue, by)].append(issue)
    pages = {
        value: Page(stack[:limit], cursor_of(stack[limit - 1], order) if len(stack) > limit else None)
        for value, stack in stacks.items()
    }
    decorate(issue for page in pages.values() for issue in page.items)
    return pages


def more_cards(
    actor: Actor, query: Compiled, project: Project, *, by: str, value: str, after: str, limit: int
) -> Page[Issue]:
    """The cards of one column behind that cursor. Raises Invalid for a cursor of another list."""
    rows = board_rows(actor, query, project)
    page = page_of(_cards(rows.filter(within(by, value)), rows), order_of(query.order), limit=limit, after=after)
    decorate(page.items)
    return page


def one_card(actor: Actor, query: Compiled, project: Project, number: int) -> Issue | None:
    """That issue of the project, None where the query does not find it."""
    rows = board_rows(actor, query, project)
    issue = _cards(rows.filter(number=number), rows).first()
    if issue is not None:
        decorate([issue])
    return issue


def _cards(rows: QuerySet[Issue], like: QuerySet[Issue]) -> QuerySet[Issue]:
    """What a card shows, and what `like` is sorted by."""
    sorted_by = {
        name: like.query.annotations[name] for name in ("due_sort", "comments_sort") if name in like.query.annotations
    }
    return rows.annotate(**sorted_by).select_related("project", "assignee").defer("description")


class _Firsts(Expression):
    """The ids that several queries find together. Each query stands in a derived table, where every engine allows an
    order and a limit; all of them in one more, which MySQL fills once instead of asking again for each row."""

    def __init__(self, queries: Sequence[QuerySet[Any, Any]]) -> None:
        super().__init__(output_field=BigAutoField())
        self.queries = queries

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        parts: list[str] = []
        values: list[Any] = []
        for place, rows in enumerate(self.queries):
            try:
                sql, found = rows.query.get_compiler(connection=connection).as_sql()
            except EmptyResultSet:
                continue
            parts.append(f"SELECT * FROM ({sql}) column{place}")
            values += found
        if not parts:
            raise EmptyResultSet
        return f"(SELECT * FROM ({' UNION ALL '.join(parts)}) firsts)", tuple(values)

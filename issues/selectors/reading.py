"""How a page of a list is best read: by which index, and where words are looked for, how far back before the full-text
index is asked.

A word that many issues have is found soonest by walking through the issues in the order of the list: the page is full
after a few hundred. A word that few have would make that walk go through all of them: the full-text index knows these
few at once. Nobody can say beforehand which it is, so the walk comes first and is short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from issues.models import Issue, SearchDocument
from issues.search import Compiled
from issues.search.frame import Frame
from issues.search.fulltext import has_terms
from issues.search.terms import Wanted
from itms_site.db.walking import walking
from itms_site.paging import Key, Page, page_of, read_cursor
from projects.models import Project

WALKED = 2_000  # issues that a search looks at before it asks the full-text index


def index_for(frame: Frame, order: Sequence[Key], project: Project | None) -> str | None:
    """The index that holds the rows in that order; None where another one finds the few that there are."""
    if order[0].column != "updated_at" or frame.deleted or len(order) != 2:
        return None
    if "assignee" in frame.few and frame.is_open is not None:
        return "issue_assigned" if project is None else "issue_of_assignee"
    if "author" in frame.few and frame.is_open is not None and project is None:
        return "issue_reported"
    if frame.few:
        return None
    reach = "issue" if project is not None else "issue_all"
    return f"{reach}_updated" if frame.is_open is None else f"{reach}_open_updated"


def read_page(
    rows: QuerySet[Issue],
    query: Compiled,
    order: Sequence[Key],
    *,
    project: Project | None,
    limit: int,
    after: str | None = None,
) -> Page[Issue]:
    """`page_of` the rows that `matching` gave for this query, at the least cost. Raises Invalid for a cursor of
    another list."""
    frame = query.frame
    index = index_for(frame, order, project)
    if index is None:
        return page_of(rows, order, limit=limit, after=after)
    walked = walking(rows, index)
    if not frame.terms or frame.few:
        return page_of(walked, order, limit=limit, after=after)
    end = _end_of_walk(frame, order, project, read_cursor(rows, order, after) if after else None)
    if end is None:
        return page_of(walked, order, limit=limit, after=after)
    within = {f"updated_at__{'gt' if order[0].descending else 'lt'}": end}
    page = page_of(walked.filter(**within), order, limit=limit, after=after)
    if page.next is not None:
        return page
    indexed = rows.filter(search_document__terms__match=_rarest(frame, order, project))
    return page_of(indexed, order, limit=limit, after=after)


def _in_order(frame: Frame, order: Sequence[Key], project: Project | None) -> QuerySet[Issue]:
    """The issues among which the walk goes, those that the reader may not see included: their number only bounds it."""
    rows = Issue.objects.filter(deleted_at=None)
    if project is not None:
        rows = rows.filter(project=project)
    if frame.is_open is not None:
        rows = rows.filter(is_open=frame.is_open)
    index = index_for(frame, order, project)
    assert index is not None
    return walking(rows, index).order_by(*[f"{'-' if key.descending else ''}{key.column}" for key in order])


def _end_of_walk(frame: Frame, order: Sequence[Key], project: Project | None, cursor: list[Any] | None) -> Any:
    """The moment at which the walk ends; None when there are not so many issues."""
    rows = _in_order(frame, order, project)
    if cursor is not None:
        rows = rows.filter(**{f"updated_at__{'lte' if order[0].descending else 'gte'}": cursor[0]})
    return rows.values_list("updated_at", flat=True)[WALKED : WALKED + 1].first()


def _rarest(frame: Frame, order: Sequence[Key], project: Project | None) -> list[str]:
    """The terms that the full-text index is asked for: InnoDB reads every issue that has one of them, so the common
    ones are left to the comparison of what the rare ones find. The newest issues say which these are."""
    if len(frame.terms) == 1:
        return [_asked(frame.terms[0])]
    newest = list(_in_order(frame, order, project).values_list("pk", flat=True)[:SAMPLE])
    counts = SearchDocument.objects.filter(pk__in=newest).aggregate(
        **{f"n{n}": Count(_one_if(term), output_field=IntegerField()) for n, term in enumerate(frame.terms)}
    )
    least = min(counts.values())
    return [_asked(term) for n, term in enumerate(frame.terms) if counts[f"n{n}"] <= 2 * least + 1]


SAMPLE = 500


def _one_if(term: Wanted) -> Case:
    return Case(When(has_terms([term]), then=Value(1)))


def _asked(term: Wanted) -> str:
    return term.text if term.whole else f"{term.text}*"

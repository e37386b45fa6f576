"""How a page of a list is best read: by which index, and where words are looked for, how far back before the index of
words is asked.

A word that many issues have is found soonest by walking through the issues in the order of the list: the page is full
after a few hundred. A word that few have would make that walk go through all of them: the index of words knows these
few at once. Nobody can say beforehand which it is, so the walk comes first and is short."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.actor import Actor
from issues import search
from issues.models import Issue
from issues.search import Compiled
from issues.search.frame import Frame
from issues.selectors.listed import listable, listed
from issues.selectors.matching import matching, order_of
from issues.selectors.narrowing import FEWER, MOST, among, candidates
from issues.selectors.pieces import DUE, Piece, Stage, cursor_in, merged, order_in, page_once, rows_in, stages_of
from itms_site.db.prepared import Prepared
from itms_site.db.walking import walking
from itms_site.paging import Key, Page, beyond, first_of, in_order, read_cursor
from projects.models import Project

WALKED = 2_000  # issues that a search looks at before it asks the index of words
ROW, WHOLE, BARE = "row", "whole", "bare"  # what is loaded of each issue


def read_page(
    actor: Actor, query: Compiled, *, project: Project | None, limit: int, after: str | None = None, load: str = ROW
) -> Page[Any]:
    """One page of what `matching` gives, in the query's order, at the least cost. `load`: ROW gives ListedIssues;
    WHOLE those with all that an issue says; BARE Issues with only what the order needs.

    Raises Invalid for a cursor of another list."""
    order, frame = order_of(query.order), query.frame
    index = index_for(frame, order, in_project=project is not None)
    cursor = read_cursor(matching(actor, query, project=project), order, after) if after else []
    reading = _Reading(actor, query, project, order, limit, load, cursor)
    stages = stages_of(frame, order, in_project=project is not None) or [(Piece(index),)]
    if not frame.is_looked_up(by_due_day=order[0].column != DUE):
        return page_once(reading.through(stages), order, limit)
    if index is not None and frame.seeks_words and not frame.named and order[0].column == "updated_at":
        end = _end_of_walk(frame, order, project, cursor)
        found = reading.rows(Piece(index), end=end)
        if end is None or len(found) > limit:
            return first_of(found, order, limit)
        ids = candidates(frame)
        if ids is not None and len(ids) * len(found) > WALKED * limit:
            ids = None  # to go on walking until the page is full is less
    else:
        ids = candidates(frame, most=FEWER if stages[0][0].by else MOST)
    found = reading.through(stages) if ids is None else reading.rows(Piece(None), ids=ids)
    return page_once(found, order, limit)


def index_for(frame: Frame, order: Sequence[Key], *, in_project: bool) -> str | None:
    """The index that holds the rows in that order, or those of one person; None where none does."""
    if frame.deleted:
        return None
    if "assignee" in frame.few:
        return "issue_of_assignee" if in_project else "issue_assigned"
    if "author" in frame.few:
        return "issue_reported"
    if len(order) != 2:
        return None
    if order[0].column != "updated_at":
        return _other_index(order[0].column, frame.is_open, in_project=in_project)
    reach = "issue" if in_project else "issue_all"
    return f"{reach}_updated" if frame.is_open is None else f"{reach}_open_updated"


def _other_index(column: str, is_open: bool | None, *, in_project: bool) -> str | None:
    reach = "issue" if in_project else "issue_all"
    if column == "created_at":
        return f"{reach}_created"
    return f"{reach}_open_priority" if column == "priority_rank" and is_open is not None else None


def loaded(
    rows: QuerySet[Issue], order: Sequence[Key], load: str, *, by: Sequence[Key] | None = None
) -> QuerySet[Issue, Any]:
    """In that order; `by`: what of it decides between these rows. What comes out of it goes through `read_out`."""
    rows = in_order(rows, order if by is None else by)
    if load == BARE:
        own = {field.attname for field in Issue._meta.concrete_fields}
        return rows.only("pk", "updated_at", *(key.column for key in order if key.column in own))
    return listable(rows, order, whole=load == WHOLE)


def read_out(found: Iterable[Any], order: Sequence[Key], load: str) -> list[Any]:
    """ListedIssues, or Issues of BARE."""
    return list(found) if load == BARE else listed(found, order, whole=load == WHOLE)


class About(NamedTuple):
    """What a query's form depends on besides whose and which project's it is. `asker`: the user name of whoever asks,
    where it decides it."""

    text: str
    today: datetime.date
    is_operator: bool
    time_zone: str
    asker: str
    in_project: bool


def about(actor: Actor, query: Compiled, project: Project | None) -> About:
    assert actor.user is not None
    asker = actor.user.username_canonical if query.by_name else ""
    return About(query.text, query.today, actor.is_operator, actor.user.time_zone, asker, project is not None)


def is_prepared(actor: Actor, query: Compiled) -> bool:
    """Whether the query's statement is compiled once, for everybody who asks it."""
    return actor.user is not None and not query.frame.deleted


def stand_in(asked: About, user_id: int, project_id: int) -> tuple[Compiled, QuerySet[Issue]]:
    actor = Actor.stand_in(user_id, asked.is_operator, asked.time_zone, asked.asker)
    project = Project(pk=project_id) if asked.in_project else None
    query = search.compile(search.parse(asked.text), actor, today=asked.today, project=project)
    return query, matching(actor, query, project=project)


# Columns that can hold every stand-in: of a small one Django knows that it is below any, and leaves the question out.
_WIDE = {"updated_at", "created_at", "number"}


class _Reading:
    """The rows of one page, by a statement that is compiled once for each text wherever it says the same to all."""

    def __init__(
        self,
        actor: Actor,
        query: Compiled,
        project: Project | None,
        order: Sequence[Key],
        limit: int,
        load: str,
        cursor: Sequence[Any],
    ) -> None:
        self.actor, self.query, self.project = actor, query, project
        self.order, self.limit, self.load, self.cursor = order, limit, load, cursor

    def through(self, stages: Iterable[Stage]) -> list[Any]:
        """At most one more than the page holds, from as many stages as that takes."""
        found: list[Any] = []
        for stage in stages:
            if len(found) <= self.limit:
                each = [self.rows(piece) for piece in stage]
                found += each[0] if len(each) == 1 else merged(each, self.order)
        return found[: self.limit + 1]

    def rows(
        self, piece: Piece, *, end: datetime.datetime | None = None, ids: Sequence[int] | None = None
    ) -> list[Any]:
        """At most one more than the page holds; `end` bounds the walk, `ids` are all that come into question."""
        cursor = cursor_in(piece, self.order, self.cursor)
        if cursor is None:
            return []
        bounds = [*cursor, *([end] if end is not None else [])]
        shape = _Shape(tuple(self.order), self.limit, self.load, piece, end is not None)
        query, actor, project = self.query, self.actor, self.project
        if ids is not None:
            found: Iterable[Any] = _page(among(matching(actor, query, project=project), ids), shape, bounds)
        elif (
            is_prepared(actor, query)
            and (not cursor or self.order[0].column in _WIDE)
            and all(isinstance(bound, int | datetime.datetime) for bound in bounds)
        ):
            given = [actor.user_id or 0, project.pk if project else 0, *bounds]
            found = _pages.fetch(about(actor, query, project), shape, given=given)
        else:
            found = _page(matching(actor, query, project=project), shape, bounds)
        return read_out(found, self.order, self.load)


class _Shape(NamedTuple):
    """`ends`: the last bound ends the walk; those before it are the cursor."""

    order: tuple[Key, ...]
    limit: int
    load: str
    piece: Piece
    ends: bool


def _page(rows: QuerySet[Issue], shape: _Shape, bounds: Sequence[Any]) -> QuerySet[Issue, Any]:
    order = order_in(shape.piece, shape.order)
    cursor = bounds[:-1] if shape.ends else bounds
    rows = rows_in(rows, shape.piece)
    if shape.ends:
        rows = rows.filter(**{f"updated_at__{'gt' if order[0].descending else 'lt'}": bounds[-1]})
    if cursor:
        rows = beyond(rows, order, cursor)
    return loaded(rows, shape.order, shape.load, by=order)[: shape.limit + 1]


def _prepared_page(asked: About, shape: _Shape, user_id: int, project_id: int, *bounds: Any) -> QuerySet[Issue, Any]:
    _query, rows = stand_in(asked, user_id, project_id)
    return _page(rows, shape, bounds)


_pages = Prepared(_prepared_page)


class _Walk(NamedTuple):
    """What decides how the walk goes. `by`: the index; `steps`: how many issues it looks at."""

    by: str
    order: tuple[Key, ...]
    is_open: bool | None
    in_project: bool
    steps: int


def _walk_of(frame: Frame, order: Sequence[Key], project: Project | None) -> _Walk:
    index = index_for(frame, order, in_project=project is not None)
    assert index is not None
    return _Walk(index, tuple(order), frame.is_open, project is not None, WALKED)


def _newest(walk: _Walk, project_id: int) -> QuerySet[Issue]:
    """The issues among which it goes, those that the reader may not see included: their number only bounds it."""
    rows = Issue.objects.filter(deleted_at=None)
    if walk.in_project:
        rows = rows.filter(project_id=project_id)
    if walk.is_open is not None:
        rows = rows.filter(is_open=walk.is_open)
    return in_order(walking(rows, walk.by), walk.order)


def _end_of_walk(frame: Frame, order: Sequence[Key], project: Project | None, cursor: Sequence[Any]) -> Any:
    """The moment at which the walk ends; None when there are not so many issues."""
    found = _ends.fetch(_walk_of(frame, order, project), given=[project.pk if project else 0, *cursor[:1]])
    return found[0] if found else None


def _end_of(walk: _Walk, project_id: int, *begin: Any) -> QuerySet[Issue, Any]:
    rows = _newest(walk, project_id)
    if begin:
        rows = rows.filter(**{f"updated_at__{'lte' if walk.order[0].descending else 'gte'}": begin[0]})
    return rows.values_list("updated_at", flat=True)[walk.steps : walk.steps + 1]


_ends = Prepared(_end_of)

"""How many issues a query finds, counted up to some number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery, Value

from accounts.actor import Actor
from accounts.models import User
from issues.models import Issue
from issues.search import Compiled
from issues.selectors.matching import matching, order_of
from issues.selectors.narrowing import FEWER, among, candidates
from issues.selectors.reading import About, about, index_for, is_prepared, stand_in
from itms_site.db.prepared import Prepared
from itms_site.db.walking import walking
from projects.models import Project

Kind = tuple[str, str, str, int]


def countable(actor: Actor, query: Compiled, *, project: Project | None = None) -> QuerySet[Issue]:
    """What `matching` gives, to be counted up to some number: read as the list is."""
    rows = matching(actor, query, project=project)
    ids = candidates(query.frame, most=FEWER) if query.frame.is_looked_up() else None
    return _as_listed(rows, query, in_project=project is not None) if ids is None else among(rows, ids)


def count_found(actor: Actor, query: Compiled, *, project: Project | None, most: int) -> int:
    """How many issues the query finds, counted up to `most` + 1. One query, and one for each word that is sought."""
    if _is_plain(actor, query):
        return len(
            _ids.fetch(about(actor, query, project), most, given=[actor.user_id or 0, project.pk if project else 0])
        )
    return len(_first(countable(actor, query, project=project), most))


def counts_found(actor: Actor, queries: Sequence[Compiled], *, project: Project | None, most: int) -> list[int]:
    """As `count_found` for each of them, in one query."""
    if not queries:
        return []
    if all(_is_plain(actor, query) for query in queries):
        asked = tuple(about(actor, query, project) for query in queries)
        rows = _counts.fetch(asked, most, given=[actor.user_id or 0, project.pk if project else 0])
    else:
        found = [_first(countable(actor, query, project=project), most) for query in queries]
        rows = list(_in_one(found, actor.user_id or 0))
    return [n for _kind, _place, _more, n in sorted(rows, key=lambda row: int(row[1]))]


def count_row(place: int, rows: QuerySet[Any], user_id: int) -> QuerySet[User, Kind]:
    """One row, ("count", place, "", how many rows there are). That user's row carries it, because a query has to begin
    somewhere."""
    one = User.objects.filter(pk=user_id).order_by()
    one = one.annotate(kind=Value("count"), a=Value(str(place)), b=Value(""), n=_CountOf(rows))
    return one.values_list("kind", "a", "b", "n")


class _CountOf(Subquery):
    """How many rows a query has. The rows stand in a derived table, where every engine allows a LIMIT."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0  # of a query that Django knows to find nothing, and does not ask


def _is_plain(actor: Actor, query: Compiled) -> bool:
    """Whether it is counted as it is, by a statement that is compiled once."""
    return is_prepared(actor, query) and not query.frame.is_looked_up()


def _as_listed(rows: QuerySet[Issue], query: Compiled, *, in_project: bool) -> QuerySet[Issue]:
    index = index_for(query.frame, order_of(query.order), in_project=in_project)
    return walking(rows, index) if index else rows


def _first(rows: QuerySet[Issue], most: int) -> QuerySet[Issue, Any]:
    return rows.order_by().values_list("pk")[: most + 1]


def _first_of(asked: About, most: int, user_id: int, project_id: int) -> QuerySet[Issue, Any]:
    query, rows = stand_in(asked, user_id, project_id)
    return _first(_as_listed(rows, query, in_project=asked.in_project), most)


def _first_of_each(asked: tuple[About, ...], most: int, user_id: int, project_id: int) -> QuerySet[User, Kind]:
    return _in_one([_first_of(one, most, user_id, project_id) for one in asked], user_id)


def _in_one(each: Sequence[QuerySet[Any, Any]], user_id: int) -> QuerySet[User, Kind]:
    rows = [count_row(place, some, user_id) for place, some in enumerate(each)]
    return rows[0].union(*rows[1:], all=True) if rows[1:] else rows[0]


_ids, _counts = Prepared(_first_of), Prepared(_first_of_each)

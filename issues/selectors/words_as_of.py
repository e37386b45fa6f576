"""Words in what issues and their comments said at a past moment.

No index holds these words. The database passes over texts that cannot have a word; what is left is cut into terms as
the present is (issues/search/terms.py) and compared. A comment that is deleted today is not searched."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from issues.history.comments_as_of import put_back
from issues.models import Comment
from issues.search.terms import MARK, Wanted, document
from itms_site.db.text import OctetLength

Terms = tuple[Wanted, ...]
COMMENTS = 200  # are read at once


def comments_then(moment: datetime.datetime) -> QuerySet[Comment]:
    """Those of then that are still there, of the issue of the outer query, which is a row of the history."""
    return Comment.objects.filter(issue_id=OuterRef("id"), deleted_at=None, created_at__lte=moment)


def commented_q(moment: datetime.datetime, said: Callable[[str], Q]) -> Q:
    """A comment of then of whose words of then `said` is true; it is given the column in which these stand."""
    versions = Comment.history.model._base_manager
    newest = versions.filter(id=OuterRef("id"), history_date__lte=moment).order_by("-version")
    then = versions.filter(said("body"), id=OuterRef("pk"), version=Subquery(newest.values("version")[:1]))
    edited_since = Q(edited_at__isnull=False, edited_at__gt=moment)
    return Q(Exists(comments_then(moment).filter(~edited_since & said("body") | edited_since & Q(Exists(then)))))


def may_hold(moment: datetime.datetime, terms: Terms) -> Q:
    """True of every version whose texts have all the terms, and of some more. The longest term is asked for, which is
    seldom a common one."""
    term = max(terms, key=lambda term: len(term.text))
    comments = comments_then(moment).filter(_may_have("body", term) | Q(edited_at__gt=moment))
    return _may_have("title", term) | _may_have("description", term) | Q(Exists(comments))


def _may_have(column: str, term: Wanted) -> Q:
    """What is in ASCII alone has the letters of the term; of anything else another letter may stand for one."""
    letters, far = term.text.removeprefix(MARK), Q(GreaterThan(OctetLength(column), Length(column)))
    return far if "_" in letters else far | Q(**{f"{column}__icontains": letters})


def holding(rows: Sequence[Any], asked: Collection[Terms], moment: datetime.datetime) -> dict[Terms, list[int]]:
    """The keys of those of these versions that have all of the terms, in their texts and comments. Two queries for
    COMMENTS comments that may have one of them."""
    terms = {term for each in asked for term in each}
    held: dict[int, set[Wanted]] = {row.id: _held(terms, row.title, row.description) for row in rows}
    lacking = [issue_id for issue_id, has in held.items() if has < terms]
    lacked = {term for issue_id in lacking for term in terms - held[issue_id]}
    for comment in _comments(lacking, lacked, moment):
        held[comment.issue_id] |= _held(lacked, comment.body)
    return {each: [row.pk for row in rows if held[row.id].issuperset(each)] for each in asked}


def _held(terms: Collection[Wanted], *texts: str) -> set[Wanted]:
    said = document(*texts)
    return {term for term in terms if term.pattern in said}


def _comments(issues: Collection[int], terms: Collection[Wanted], moment: datetime.datetime) -> Iterator[Comment]:
    """Those of these issues that may have one of the terms, in the words of then."""
    if not issues:
        return
    may = Q(*[_may_have("body", term) for term in terms], edited_at__gt=moment, _connector=Q.OR)
    rows = Comment.objects.filter(may, issue_id__in=issues, deleted_at=None, created_at__lte=moment).order_by("pk")
    last = 0
    while piece := list(rows.filter(pk__gt=last)[:COMMENTS]):
        put_back([comment for comment in piece if comment.edited_at and comment.edited_at > moment], moment)
        yield from piece
        last = piece[-1].pk

"""The issues that may hold some words, from the index of words: SQLite's full-text index, or the table that MariaDB and
MySQL keep (issues/models/search_term.py); those that bear a label, are called so, are due then, or have somebody's
comment. As long as no more than MOST issues are.

A search for what one issue in a million has would look at all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import QuerySet

from issues.derived import FULLTEXT_TABLE
from issues.models import Issue, IssueLabel, SearchTerm
from issues.search.frame import Frame, Named
from issues.search.keys import rows_named
from issues.search.terms import Wanted
from itms_site.db.listed import is_listed
from itms_site.db.prepared import Prepared
from itms_site.db.walking import IDS, walking

MOST = 20_000  # issues that are looked at one by one; a word that more of them have fills a page sooner by walking
FEWER = 5_000  # where no walk has shown that there are few: of more, the first are soon found or counted
FEW = 200  # issues that need no further word to tell them apart
WORDS = 4  # that are asked for, side by side
ALTERNATIVES = 8  # of one `a OR b`; of more, none is asked for
_BEHIND = "{"  # the letter of ASCII that follows all of those in a term


def narrowed(rows: QuerySet[Issue], frame: Frame, *, most: int = MOST) -> QuerySet[Issue]:
    """The same issues; where the query has words or labels that at most so many have, found among these. At most WORDS
    queries for words and as many for labels, for `a OR b` ALTERNATIVES times as many."""
    ids = candidates(frame, most=most)
    return rows if ids is None else among(rows, ids)


def among(rows: QuerySet[Issue], ids: Sequence[int]) -> QuerySet[Issue]:
    """Those with these ids. Where there is none the database is asked all the same: that there are some which the
    reader may not see would show in the time."""
    return walking(rows.filter(is_listed("pk", ids or [0])), IDS)


def candidates(frame: Frame, *, most: int = MOST) -> list[int] | None:
    """The ids of all issues that have the words, labels, keys, commenters or due days of a query, and of some that have
    only some of them; None where there may be more than `most`, and where the query asks for none of these. What is
    committed when it is asked for, those included that the reader may not see."""
    most = min(most, MOST)
    found = _holding(frame.terms, most)
    for named in frame.named[:WORDS]:
        ids = _named(named, most)
        if ids is not None:
            found = ids if found is None else found & ids
    for alternatives in frame.either:
        if len(alternatives) > ALTERNATIVES:
            continue
        each = [_holding(terms, most) for terms in alternatives]
        if not any(ids is None for ids in each):
            together = set[int]().union(*(ids or () for ids in each))
            found = together if found is None else found & together
    for names in frame.labels[:WORDS]:
        if found is None or len(found) > FEW:
            bearing = {pk for (pk,) in _bearers.fetch(len(names), most + 1, given=names)}
            if len(bearing) <= most:
                found = bearing if found is None else found & bearing
    for comments in frame.comments[:WORDS]:
        if found is None or len(found) > FEW:
            few = min(most, FEWER)
            wrote = comments.order_by().values_list("issue_id", flat=True)[: few + 1]
            if len(wrote) <= few:
                found = set(wrote) if found is None else found & set(wrote)
    if found is None and frame.due is not None:
        found = _due(frame, most)
    return None if found is None or len(found) > most else sorted(found)


def _holding(terms: Sequence[Wanted], most: int) -> set[int] | None:
    if connection.vendor == "sqlite":
        return _matched(terms, most) if terms else None
    found: set[int] | None = None
    for term in sorted(terms, key=lambda term: -len(term.text))[:WORDS]:  # a long word is seldom a common one
        text = [term.text] if term.whole else [term.text, term.text + _BEHIND]
        holders = _holders.fetch(term.whole, most + 1, given=text)
        if len(holders) > most:
            continue
        ids = {pk for (pk,) in holders}
        found = ids if found is None else found & ids
        if len(found) <= FEW:
            break
    return found


def ids_named(texts: Iterable[str], project_id: int | None) -> set[int]:
    """The issues that any of the texts may name, as `rows_named` says. One query."""
    parts = [rows for text in texts for rows in rows_named(text, project_id)]
    return {pk for (pk,) in parts[0].union(*parts[1:], all=True)}


def _named(named: Named, most: int) -> set[int] | None:
    holding = _holding(named.terms, most) if named.terms else set[int]()
    return None if holding is None else holding | ids_named(named.texts, named.project_id)


def _due(frame: Frame, most: int) -> set[int] | None:
    """By the index of due days, which keeps open issues apart from closed ones."""
    states = (True, False) if frame.is_open is None else (frame.is_open,)
    assert frame.due is not None
    rows = Issue.objects.filter(frame.due, deleted_at=None, is_open__in=states).order_by().values_list("pk")
    ids = {pk for (pk,) in walking(rows, "issue_all_open_due")[: most + 1]}  # type: ignore[misc,has-type,type-var]
    return None if len(ids) > most else ids


def _holders_of(whole: bool, most: int, *text: str) -> QuerySet[SearchTerm, tuple[int]]:
    rows = SearchTerm.objects.all()
    rows = rows.filter(term=text[0]) if whole else rows.filter(term__gte=text[0], term__lt=text[1])
    return rows.values_list("issue_id")[:most]


def _bearers_of(_n: int, most: int, *names: str) -> QuerySet[IssueLabel, tuple[int]]:
    return IssueLabel.objects.filter(label__name_canonical__in=names).order_by().values_list("issue_id")[:most]


_holders, _bearers = Prepared(_holders_of), Prepared(_bearers_of)


def _matched(terms: Sequence[Wanted], most: int) -> set[int] | None:
    wanted = " ".join(f'"{term.text}"' if term.whole else f'"{term.text}"*' for term in terms)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid FROM {FULLTEXT_TABLE} WHERE {FULLTEXT_TABLE} MATCH %s LIMIT {most + 1}", [wanted])
        ids = {pk for (pk,) in cursor.fetchall()}
    return None if len(ids) > most else ids

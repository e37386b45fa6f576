"""The issues that may hold some words, from the index of words: SQLite's full-text index, or the table that MariaDB and
MySQL keep (issues/models/search_term.py), where no more than MOST issues have them.

A search for a word that one issue in a million has would compare the documents of all others."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from issues.derived import FULLTEXT_TABLE
from issues.models import Issue, SearchTerm
from issues.search.frame import Frame
from issues.search.terms import Wanted
from itms_site.db.listed import is_listed
from itms_site.db.prepared import Prepared

MOST = 20_000  # issues that are looked at one by one; a word that more of them have fills a page sooner by walking
FEW = 200  # issues that need no further word to tell them apart
_BEHIND = "{"  # the letter of ASCII that follows all of those in a term


def narrowed(rows: QuerySet[Issue], frame: Frame, *, most: int = MOST) -> QuerySet[Issue]:
    """The same issues; where the query has words that at most so many have, found among these. One query for a word."""
    ids = candidates(frame)
    return rows if ids is None or len(ids) > most else among(rows, ids)


def among(rows: QuerySet[Issue], ids: Sequence[int]) -> QuerySet[Issue]:
    return rows.filter(is_listed("pk", ids)) if ids else rows.none()


def candidates(frame: Frame) -> list[int] | None:
    """The ids of all issues that hold the words of a query, and of some that hold only some of them; None where there
    may be more than MOST, and where the query asks for no words. What is committed when it is asked for, those included
    that the reader may not see."""
    found = _holding(frame.terms)
    for alternatives in frame.either:
        each = [_holding(terms) for terms in alternatives]
        if not any(ids is None for ids in each):
            together = set[int]().union(*(ids or () for ids in each))
            found = together if found is None else found & together
    return None if found is None or len(found) > MOST else sorted(found)


def _holding(terms: Sequence[Wanted]) -> set[int] | None:
    if connection.vendor == "sqlite":
        return _matched(terms) if terms else None
    found: set[int] | None = None
    for term in sorted(terms, key=lambda term: -len(term.text)):  # a long word is seldom a common one
        holders = _holders.fetch(term.whole, given=[term.text] if term.whole else [term.text, term.text + _BEHIND])
        if len(holders) > MOST:
            continue
        ids = {pk for (pk,) in holders}
        found = ids if found is None else found & ids
        if len(found) <= FEW:
            break
    return found


def _holders_of(whole: bool, *text: str) -> QuerySet[SearchTerm, tuple[int]]:
    rows = SearchTerm.objects.all()
    rows = rows.filter(term=text[0]) if whole else rows.filter(term__gte=text[0], term__lt=text[1])
    return rows.values_list("issue_id")[: MOST + 1]


_holders = Prepared(_holders_of)


def _matched(terms: Sequence[Wanted]) -> set[int] | None:
    wanted = " ".join(f'"{term.text}"' if term.whole else f'"{term.text}"*' for term in terms)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid FROM {FULLTEXT_TABLE} WHERE {FULLTEXT_TABLE} MATCH %s LIMIT {MOST + 1}", [wanted])
        ids = {pk for (pk,) in cursor.fetchall()}
    return None if len(ids) > MOST else ids

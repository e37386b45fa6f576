"""Lists by how well the issues match: `sort:relevance`.

No index holds that order, and a word may be in every second issue of a million. So the RANKED issues that match and
changed last are ranked, and the list ends behind them. They are read by the index that holds the lists in their usual
order, and ranked here, by the words as issues/search/terms.py cuts them, so that every engine gives the same order, of
what is committed when the page is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from accounts.actor import Actor
from issues.models import SearchDocument
from issues.search import Compiled
from issues.search.fields import RELEVANCE
from issues.search.fulltext import has_terms, terms_of
from issues.search.marking import Folded, spans
from issues.search.sought import Sought, words_of
from issues.search.terms import Wanted, document
from issues.selectors.matching import matching, order_of
from issues.selectors.reading import BARE, loaded, read_out, read_page
from itms_site.paging import Key, Page, first_of, read_cursor
from projects.models import Project

RANKED = 1_000
WORDS = 8  # of the query that count
ORDER = (Key(RELEVANCE, descending=True), Key("updated_at", descending=True), Key("id", descending=True))
IN_TITLE = 4  # what a word is worth there; anywhere it is worth 1, as a whole word 1 more in each


def is_ranked(query: Compiled) -> bool:
    return query.order[0][0] == RELEVANCE


def ranked_page(
    actor: Actor, query: Compiled, *, project: Project | None, limit: int, after: str | None, load: str
) -> Page[Any]:
    """One page, as `read_page` gives it, the best match first, then what changed last. At most six queries.

    Raises Invalid for a cursor of another list."""
    rows = matching(actor, query, project=project)
    cursor = read_cursor(rows.annotate(**{RELEVANCE: Value(0)}), ORDER, after) if after else None
    newest = read_page(actor, query, project=project, limit=RANKED, load=BARE).items
    ranks = ranks_of(query, [issue.pk for issue in newest])
    for issue in newest:
        setattr(issue, RELEVANCE, ranks[issue.pk])
    ranked = sorted(newest, key=_place, reverse=True)
    if cursor is not None:
        ranked = [issue for issue in ranked if _place(issue) < tuple(cursor)]
    page = first_of(ranked[: limit + 1], ORDER, limit)
    shown = rows.filter(pk__in=[issue.pk for issue in page.items])
    order = order_of(query.order)
    read = {issue.pk: issue for issue in read_out(loaded(shown, order, load), order, load)}
    return replace(page, items=[read[issue.pk] for issue in page.items if issue.pk in read])


def in_rank(query: Compiled, newest: Sequence[int]) -> list[int]:
    """At most RANKED ids in the order of the list; what they are given in decides between equals."""
    ranks = ranks_of(query, newest)
    return sorted(newest, key=lambda pk: -ranks[pk])


def ranks_of(query: Compiled, ids: Sequence[int]) -> dict[int, int]:
    """How well each of the issues matches. One query."""
    words = words_of(query.sought)[:WORDS]
    rows = SearchDocument.objects.filter(issue_id__in=ids).annotate(anywhere=_anywhere(words))
    ranks, wholes = dict.fromkeys(ids, 0), [_whole(word) for word in words]
    for pk, title, anywhere in rows.values_list("issue_id", "issue__title", "anywhere"):
        ranks[pk] = anywhere + _in_title(title, words, wholes)
    return ranks


def _in_title(title: str, words: Sequence[Sought], wholes: Sequence[Sequence[Wanted]]) -> int:
    letters, terms, rank = Folded(title), "", 0
    for word, whole in zip(words, wholes, strict=True):
        if spans(letters, [word]):
            terms = terms or document(title)
            rank += IN_TITLE + all(term.pattern in terms for term in whole)
    return rank


def _anywhere(words: Sequence[Sought]) -> Any:
    total: Any = Value(0, output_field=IntegerField())
    for word in words:
        if begun := terms_of([word.text]):
            whole = When(has_terms(_whole(word)), then=Value(2))
            total += Case(whole, When(has_terms(begun), then=Value(1)), default=Value(0), output_field=IntegerField())
    return total


def _whole(word: Sought) -> list[Wanted]:
    return [replace(term, whole=True) for term in terms_of([word.text])]


def _place(issue: Any) -> tuple[Any, ...]:
    return tuple(getattr(issue, key.column) for key in ORDER)

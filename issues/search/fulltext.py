"""Words in titles, descriptions and comments: the one place that says how text is looked for.

A word is looked for at the beginning of words, without regard to case and accents, in the issue's search document,
which reads the same on every database (issues/search/terms.py). What stands between words (`C++`, `v2.0`, a quoted
phrase) the document does not hold: it is then looked for in the texts themselves, by substring. MariaDB and MySQL
compare those by the column's collation; SQLite knows the case of ASCII letters only, so other spellings are spelt out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from issues.models import Comment, SearchDocument
from issues.search.terms import Wanted, is_one_word, wanted

OF_A_WORD = 4  # terms; a word that has more is also looked for as it is written


def words_q(words: Sequence[str]) -> Q:
    """Issues that hold every one of the words, each in the title, the description or a comment."""
    terms = terms_of(words)
    held = [holds(terms)] if terms else []
    spelt = [word for word in dict.fromkeys(words) if not is_one_word(word)]
    return Q(*held, *[title_q(word) | description_q(word) | comment_q(word) for word in spelt])


def holds(terms: Iterable[Wanted]) -> Q:
    """The issue's document has all of these."""
    return Q(Exists(SearchDocument.objects.filter(has_terms(terms), issue_id=OuterRef("pk"))))


def terms_of(words: Iterable[str]) -> list[Wanted]:
    """What a document must have for all of the words; a term that another one implies is left out."""
    found = dict.fromkeys(term for word in words for term in wanted(word)[:OF_A_WORD])
    return [
        term
        for term in found
        if term.whole or not any(other != term and other.text.startswith(term.text) for other in found)
    ]


def has_terms(terms: Iterable[Wanted], column: str = "terms") -> Q:
    return Q(*[Q(**{f"{column}__contains": term.pattern}) for term in terms])


def within(place: Callable[[str], Q]) -> Callable[[str], Q]:
    """Text in one place, as `place` asks for it, of issues that have its words: these the index knows."""

    def q(text: str) -> Q:
        terms = terms_of([text])
        return (holds(terms) & place(text)) if terms else place(text)

    return q


def title_q(text: str) -> Q:
    return contains("title", text)


def description_q(text: str) -> Q:
    return contains("description", text)


def comment_q(text: str) -> Q:
    """A comment that is not deleted holds the text."""
    comments = Comment.objects.filter(contains("body", text), issue_id=OuterRef("pk"), deleted_at=None)
    return Q(Exists(comments))


def contains(column: str, text: str) -> Q:
    """`text` anywhere in the column; it is stored as NFC, so it is looked for as NFC."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii() or connection.vendor != "sqlite":
        return Q(**{f"{column}__icontains": text})
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.capitalize()))
    return Q(*[Q(**{f"{column}__icontains": spelling}) for spelling in spellings], _connector=Q.OR)

"""Words in titles, descriptions and comments: the one place that says how text is looked for.

Matching is by substring, without regard to case. MariaDB and MySQL compare by the column's collation, which
passes over accents too; SQLite knows the case of ASCII letters only, so other spellings are spelt out for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from issues.models import Comment


def words_q(words: Sequence[str]) -> Q:
    """Issues that hold every one of the words, each in the title, the description or a comment."""
    return Q(*[title_q(word) | description_q(word) | comment_q(word) for word in dict.fromkeys(words)])


def title_q(text: str) -> Q:
    return _contains("title", text)


def description_q(text: str) -> Q:
    return _contains("description", text)


def comment_q(text: str) -> Q:
    """A comment that is not deleted holds the text."""
    comments = Comment.objects.filter(_contains("body", text), issue_id=OuterRef("pk"), deleted_at=None)
    return Q(Exists(comments))


def _contains(column: str, text: str) -> Q:
    """`text` anywhere in the column; it is stored as NFC, so it is looked for as NFC."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii() or connection.vendor != "sqlite":
        return Q(**{f"{column}__icontains": text})
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.capitalize()))
    return Q(*[Q(**{f"{column}__icontains": spelling}) for spelling in spellings], _connector=Q.OR)

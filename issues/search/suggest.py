"""What somebody may have meant. Knows the words of the language only, never what the database holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SAID_ELSEWHERE = {
    "state": "status",
    "assigned": "assignee",
    "owner": "assignee",
    "creator": "author",
    "by": "author",
    "tag": "label",
    "tags": "label",
    "kind": "type",
    "order": "sort",
    "severity": "priority",
    "body": "text",
    "description": "text",
    "in": "project",
    "repo": "project",
    "deadline": "due",
    "at": "as-of",
}


def shown(typed: str) -> str:
    """What was typed, short enough for a message."""
    return typed if len(typed) <= 40 else f"{typed[:39]}…"


def closest(typed: str, words: Iterable[str]) -> str | None:
    """The one of `words` (lower case) that `typed` is most like or the beginning of, if any."""
    typed = typed.casefold()[:32]
    words = list(words)
    if len(typed) >= 2 and (longer := [word for word in words if word.startswith(typed)]):
        return min(longer, key=len)
    return next(iter(difflib.get_close_matches(typed, words, n=1, cutoff=0.65)), None)


def closest_key(typed: str, keys: Iterable[str]) -> str | None:
    typed = typed.casefold().replace("_", "-")
    return _SAID_ELSEWHERE.get(typed) or closest(typed, keys)

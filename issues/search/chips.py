"""A query as chips: one for each part that stands at the top, and the text without it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from issues.search.keys import exact_issue_key
from issues.search.nodes import Parsed, Span, Word

_HANGING = re.compile(r"(?:\A|(?<=[\s(]))(?:AND|NOT|-+)\Z")
_AND_RIGHT = re.compile(r"AND(?:\Z|(?=\s))")


@dataclass(frozen=True)
class Chip:
    """kind   term | sort | as-of"""

    text: str
    start: int
    end: int
    kind: str = "term"


def chips(parsed: Parsed) -> list[Chip]:
    """In the order of the text. An `a OR b` at the top is one chip, with a `sort:` that stands inside it."""
    spans: list[tuple[Span, str]] = [(node.span, "term") for node in parsed.terms]
    for term in parsed.directives:
        if not any(start <= term.span[0] < end for (start, end), _kind in spans):
            spans.append((term.span, term.key))
    return [Chip(parsed.text[start:end], start, end, kind) for (start, end), kind in sorted(spans)]


def without(text: str, chip: Chip) -> str:
    """The text that the chip was made from, less the chip and an AND that would be left hanging; less a NOT too that
    meant nothing in front of it (`NOT sort:key a`), and would now mean what follows."""
    left, right = text[: chip.start].rstrip(), text[chip.end :].lstrip()
    bare = left
    while _HANGING.search(bare):
        bare = _HANGING.sub("", bare).rstrip()
    if bare == left and _AND_RIGHT.match(right):
        right = right[3:].lstrip()
    left = bare
    return f"{left} {right}".strip()


def exact_key(parsed: Parsed) -> str | None:
    """`ABC-12` when that is the whole query: a search box may jump there."""
    if len(parsed.terms) == 1 and isinstance(word := parsed.terms[0], Word) and not word.quoted:
        return exact_issue_key(word.text)
    return None

"""Editing the text of a query: what a filter menu or chip does is to write another text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from issues import search


def parts_of(text: str) -> list[str]:
    """The parts that stand side by side, lower case."""
    return [chip.text.casefold() for chip in search.chips(search.parse(text))]


def without_keys(text: str, keys: Sequence[str]) -> str:
    """The text without its terms of these keys (`status:`, `is:open`); what is negated or in parentheses stays."""
    return _without(text, lambda part: part.casefold().startswith(tuple(keys)))


def with_term(text: str, term: str, keys: Sequence[str]) -> str:
    """The text with `term` instead of its terms of these keys; '' only takes those out."""
    return f"{without_keys(text, keys)} {term}".strip()


def quoted(value: str) -> str:
    """A value as it is written after a key: in quotation marks where blanks or commas would end it."""
    return value if value.replace("-", "").replace("_", "").isalnum() else '"' + value.replace('"', "") + '"'


def _without(text: str, unwanted: Callable[[str], bool]) -> str:
    while True:
        parsed = search.parse(text)
        chip = next((chip for chip in search.chips(parsed) if unwanted(chip.text)), None)
        if chip is None:
            return parsed.text.strip()
        text = search.without(parsed.text, chip)

"""The keys as the help drawer and completion show them."""

from __future__ import annotations

from dataclasses import dataclass

from issues.search.fields import FIELDS, RELEVANCE, SORTS


@dataclass(frozen=True)
class KeyHelp:
    """values  what may be offered after `name:`, not all that may stand there"""

    name: str
    help: str
    values: tuple[str, ...]


def describe_keys() -> list[KeyHelp]:
    """Every key of the language, in the order in which help shows them."""
    two_ways = tuple(f"{field}-{way}" for field in SORTS if field != RELEVANCE for way in ("asc", "desc"))
    sorts = (*two_ways[:2], RELEVANCE, *two_ways[2:])
    return [
        *[KeyHelp(name, field.help, field.values) for name, field in FIELDS.items()],
        KeyHelp("sort", "the order; several are taken in turn", sorts),
        KeyHelp("as-of", "the state at the end of a day (UTC) or at a time", ("today", "yesterday")),
    ]

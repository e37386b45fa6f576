"""The texts that a query asks for, as far as it asks that they be there: what a list marks and ranks by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from issues.search.keys import is_number
from issues.search.nodes import And, Node, Not, Or, Term, Word

TITLE, COMMENT = "title", "comment"
_KEYS = {"text": "", "title": TITLE, "comment": COMMENT}


@dataclass(frozen=True)
class Sought:
    """`within`: TITLE or COMMENT for what those keys look for, as it is written; "" for a word, anywhere."""

    text: str
    within: str = ""


def sought_in(root: Node) -> tuple[Sought, ...]:
    """Each once, in the order of the query; nothing that stands behind a `-`, and no `#12`."""
    return tuple(dict.fromkeys(one for one in _sought(root) if one.text.strip()))


def words_of(sought: Iterable[Sought]) -> list[Sought]:
    """Those that may stand anywhere, by which issues can be ranked."""
    return [one for one in sought if not one.within]


def _sought(node: Node) -> Iterator[Sought]:
    match node:
        case Word():
            if node.quoted or not is_number(node.text):
                yield Sought(node.text)
        case Term() if node.key in _KEYS:
            yield from (Sought(value.text, _KEYS[node.key]) for value in node.values)
        case And() | Or():
            for child in node.children:
                yield from _sought(child)
        case Not() | Term():
            return

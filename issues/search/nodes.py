"""What a query is made of once it is read. Every part knows where it stands in the text."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Value:
    """One value after `key:`.

    text    as typed, quotes taken off, operator included: what keys without comparisons look for
    op      '' | '>' | '>=' | '<' | '<=' | '..'
    low     what the operator applies to; of a range the lower end ('' = open), without operator the text
    high    the upper end of a range ('' = open)"""

    text: str
    span: Span
    quoted: bool = False
    op: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Word:
    """Free text. A quoted one is a phrase and never an issue's key."""

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True)
class Term:
    """`key:a,b`: any of the values, at least one. The key is a known one, in its own spelling."""

    key: str
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True)
class Not:
    child: Node
    span: Span


@dataclass(frozen=True)
class And:
    """`children` may be empty only at the root: everything."""

    children: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Or:
    children: tuple[Node, ...]
    span: Span


Node = Word | Term | Not | And | Or


@dataclass(frozen=True)
class Sort:
    field: str
    descending: bool
    span: Span


@dataclass(frozen=True)
class SearchWarning:
    """A sentence for people. `suggestion` is what could stand in the text instead of the span."""

    message: str
    span: Span
    suggestion: str | None = None


@dataclass(frozen=True)
class Parsed:
    """text        what was read: at most 2,000 characters, controls as blanks
    terms       the parts that stand side by side at the top; an `a OR b` at the top is one part
    directives  the `sort:` and `as-of:` terms, which filter nothing, in the order of the text"""

    text: str
    root: Node
    terms: tuple[Node, ...]
    directives: tuple[Term, ...]
    sorts: tuple[Sort, ...]
    warnings: tuple[SearchWarning, ...]

    @property
    def as_of(self) -> Term | None:
        return next((term for term in self.directives if term.key == "as-of"), None)

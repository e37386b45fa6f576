"""Keys that ask the history of an issue: what it was before, and what of it changed when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from issues.models import Issue, Priority, Status, Type
from issues.search import dates, people
from issues.search.context import Context, any_of, listed
from issues.search.nodes import Node, Not, Term
from issues.search.nodes import Value as Said
from issues.search.spelling import plain, spellings
from issues.search.when import updated_since

_WAS: dict[str, dict[str, str]] = {
    "status": spellings(Status),
    "type": spellings(Type),
    "priority": spellings(Priority),
}
WORDS = tuple(word for words in _WAS.values() for word in words)
# What people set, as the history keeps it.
CHANGED = {
    "status": "status",
    "type": "type",
    "priority": "priority",
    "assignee": "assignee_id",
    "due": "due_date",
    "title": "title",
    "description": "description",
    "label": "label_ids",
}
BOUNDS = ("after", "before")


def was_q(context: Context, value: Said, pk: str = "pk") -> Q:
    """An earlier version had that status, type or priority, or was assigned to that person. `pk` is the column in which
    an issue's id stands, which in rows of its history is `id`."""
    word = plain(value.text)
    for column, words in _WAS.items():
        if word in words and not value.text.startswith("@"):
            return Q(Exists(_earlier(pk).filter(**{column: words[word]})))
    if value.text.startswith("@"):
        return Q(Exists(_earlier(pk).filter(assignee__in=people.users_called(context, value))))
    return context.unknown("was", value, f"Choose {listed(WORDS)}, or @ and a user name.", WORDS)


def _earlier(pk: str) -> Any:
    return Issue.history.model._base_manager.filter(id=OuterRef(pk), version__lt=OuterRef("version"))


@dataclass(frozen=True)
class Span:
    """from `begin` on, before `end`; None is open"""

    begin: datetime.datetime | None = None
    end: datetime.datetime | None = None


def changed_q(context: Context, value: Said, span: Span | None = None) -> Q:
    """Some version in that span has another value of the field than the one before it."""
    column = CHANGED.get(plain(value.text).removesuffix("s"), CHANGED.get(plain(value.text)))
    if column is None:
        return context.unknown("changed", value, f"Choose {listed(list(CHANGED))}.", CHANGED)
    versions = Issue.history.model._base_manager
    # Signed: MariaDB also takes one from rows that it has not read yet, and a version less than none is an error there.
    one_less = Cast(OuterRef("version"), BigIntegerField()) - Value(1)
    before = versions.filter(id=OuterRef("id"), version=one_less).annotate(said=_text(column))
    rows = versions.filter(id=OuterRef("pk"), version__gt=1)
    if span is not None and span.begin is not None:
        rows = rows.filter(history_date__gte=span.begin)
    if span is not None and span.end is not None:
        rows = rows.filter(history_date__lt=span.end)
    rows = rows.annotate(said=_text(column), before=Subquery(before.values("said")[:1]))
    changed = Q(Exists(rows.exclude(said=F("before"))))
    return changed if span is None or span.begin is None else changed & updated_since(span.begin)


def _text(column: str) -> Any:
    """The value as text, nothing as the empty one: NULL is neither equal nor different to SQL."""
    return Coalesce(Cast(column, CharField()), Value(""), output_field=CharField())


def is_changed(node: Node) -> bool:
    """Whether it is a `changed:`, or says that something has not changed: `after:` and `before:` beside it bound it."""
    while isinstance(node, Not):
        node = node.child
    return isinstance(node, Term) and node.key == "changed"


def within_q(context: Context, node: Node, span: Span) -> Q:
    """A node that `is_changed`; behind a `-` it is what nobody has changed in that span."""
    if isinstance(node, Not):
        return ~within_q(context, node.child, span)
    assert isinstance(node, Term)
    return any_of([changed_q(context, value, span) for value in node.values])


def span_of(context: Context, nodes: tuple[Node, ...]) -> tuple[Span, list[Q]]:
    """`after:2026-01-31` begins when that day has ended, `before:` ends as it begins, as `>` and `<` do. The first of
    each counts. With the span what else is asked for: nothing at all, where a bound is no day."""
    bounds: dict[str, datetime.datetime] = {}
    asked: list[Q] = []
    for key in BOUNDS:
        terms = [node for node in nodes if isinstance(node, Term) and node.key == key]
        context.first_counts(terms)
        if not terms:
            continue
        value = terms[0].values[0]
        period = dates.read_period(value.text, context.today, backwards=True, point=True)
        if period is None:
            asked.append(context.unknown(key, value, "Write a day as 2026-01-31, or -7d.", dates.WORDS))
            continue
        begin, end = period.bounds(context.zone)
        bounds[key] = end if key == "after" else begin
    return Span(bounds.get("after"), bounds.get("before")), asked


def alone_q(key: str) -> Any:
    """`after:` without a `changed:` beside it bounds nothing."""

    def q(context: Context, value: Said) -> Q:
        return context.unknown(key, value, f"It goes with changed:, as in changed:status {key}:2026-01-31.", ())

    return q

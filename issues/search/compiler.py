"""Tree → Q, order and moment. Asks the database nothing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q

from accounts.actor import Actor
from issues.search import dates, past
from issues.search.context import Context, all_of, any_of
from issues.search.fields import FIELDS, RELEVANCE
from issues.search.frame import Frame, frame_of
from issues.search.fulltext import words_q
from issues.search.keys import issue_key_q, number_q
from issues.search.nodes import And, Node, Not, Or, Parsed, SearchWarning, Term, Word
from issues.search.sought import Sought, sought_in, words_of
from issues.search.spelling import plain
from projects.models import Project

Order = tuple[tuple[str, bool], ...]
DEFAULT_ORDER: Order = (("updated", True),)


@dataclass(frozen=True)
class Compiled:
    """where          which issues, among those that may be seen; says nothing about visibility
    order          (field, descending), a field of SORTS; at least one. Relevance stands alone, and only where something
                   is sought
    sought         the texts that are asked for, for marks and rank
    wants_deleted  `is:deleted` was asked; then `where` lets deleted issues through only where it was
    frame          what of it decides how the rows are best read
    text, today    what it was compiled from
    by_name        whether it looks in texts for the user name of whoever asks it
    as_of          the moment whose state is asked for, UTC, or None for now
    warnings       the parser's and these, in the order of the text"""

    where: Q
    order: Order
    sought: tuple[Sought, ...]
    frame: Frame
    text: str
    today: datetime.date
    by_name: bool
    warnings: tuple[SearchWarning, ...]
    wants_deleted: bool
    as_of: datetime.datetime | None


def compile_query(parsed: Parsed, actor: Actor, *, today: datetime.date, project: Project | None = None) -> Compiled:
    """`today` is the actor's day, `project` the one whose issues are listed (it gives `#12` its meaning)."""
    context = Context(actor, today, project)
    wants_deleted = _asks_deleted(parsed.root)
    where = _among_deleted(context, parsed.root) if wants_deleted else _q(context, parsed.root)
    as_of = _moment(context, parsed)
    sought = sought_in(parsed.root)
    order = _order(context, parsed, sought)
    return Compiled(
        where=where,
        text=parsed.text,
        today=today,
        by_name=context.by_name,
        frame=frame_of(context, parsed.root, wants_deleted=wants_deleted),
        order=order,
        sought=sought,
        warnings=tuple(sorted([*parsed.warnings, *context.warnings], key=lambda warning: warning.span)),
        wants_deleted=wants_deleted,
        as_of=as_of,
    )


def _q(context: Context, node: Node) -> Q:
    match node:
        case Word():
            return _word(context, node)
        case Term():
            field = FIELDS[node.key]
            return any_of([field.q(context, value) for value in node.values])
        case Not():
            return ~_q(context, node.child)
        case Or():
            return any_of([_q(context, child) for child in node.children])
        case And():
            return _all(context, node)


def _all(context: Context, node: And) -> Q:
    """Plain words go to the full text together: an index answers them at once."""
    words: list[str] = []
    parts: list[Q] = []
    span = None
    if any(past.is_changed(child) for child in node.children):
        span, parts = past.span_of(context, node.children)
    for child in node.children:
        if span is not None and isinstance(child, Term) and child.key in past.BOUNDS:
            continue
        if span is not None and past.is_changed(child):
            parts.append(past.within_q(context, child, span))
        elif isinstance(child, Word) and _named(context, child) is None:
            words.append(child.text)
        else:
            parts.append(_q(context, child))
    if words:
        parts.append(words_q(words))
    return all_of(parts)


def _word(context: Context, word: Word) -> Q:
    named = _named(context, word)
    return words_q([word.text]) if named is None else named


def _named(context: Context, word: Word) -> Q | None:
    """The issue that the word names: `#12` that alone, `ABC-12` and `ABC12` also whatever holds the word, for
    `utf-8` looks the same. None when it names none."""
    if word.quoted:
        return None
    key = issue_key_q(word.text, short=True)
    return number_q(context, word.text) if key is None else key | words_q([word.text])


def _asks_deleted(node: Node) -> bool:
    match node:
        case Term():
            return node.key == "is" and any(plain(value.text) == "deleted" for value in node.values)
        case And() | Or():
            return any(_asks_deleted(child) for child in node.children)
        case _:
            return False


def _among_deleted(context: Context, node: Node) -> Q:
    """The node's Q for rows of which some are deleted: these pass only where `is:deleted` let them."""
    match node:
        case Or():
            return any_of([_among_deleted(context, child) for child in node.children])
        case And() if _asks_deleted(node):
            asking = [child for child in node.children if _asks_deleted(child)]
            others = tuple(child for child in node.children if not _asks_deleted(child))
            parts = [_among_deleted(context, child) for child in asking]
            return all_of([*parts, _all(context, And(others, node.span))] if others else parts)
        case Term() if _asks_deleted(node):
            return _q(context, node)
        case _:
            return _q(context, node) & Q(deleted_at__isnull=True)


def _order(context: Context, parsed: Parsed, sought: tuple[Sought, ...]) -> Order:
    others = tuple((sort.field, sort.descending) for sort in parsed.sorts if sort.field != RELEVANCE)
    asked = next((sort for sort in parsed.sorts if sort.field == RELEVANCE), None)
    if asked is None:
        return others or DEFAULT_ORDER
    if not words_of(sought):
        message = "`sort:relevance` is left out: the query looks for no words."
        context.warnings.append(SearchWarning(message, asked.span))
        return others or DEFAULT_ORDER
    if others:
        message = "`sort:relevance` stands alone; the other orders are left out."
        context.warnings.append(SearchWarning(message, asked.span))
    return ((RELEVANCE, True),)


def _moment(context: Context, parsed: Parsed) -> datetime.datetime | None:
    """The end of the day in UTC, or the moment that was written. The first `as-of:` counts."""
    term = parsed.as_of
    if term is None:
        return None
    context.first_counts([term for term in parsed.directives if term.key == "as-of"])
    value = term.values[0]
    period = dates.read_period(value.text, context.today, backwards=True, point=True)
    if period is None:
        allowed = "Write a day as 2026-01-31 or a time as 2026-01-31T12:00Z."
        context.unknown("as-of", value, allowed, dates.WORDS)
        return None
    _begin, end = period.bounds(datetime.UTC)
    return (end - datetime.timedelta(microseconds=1)).astimezone(datetime.UTC)

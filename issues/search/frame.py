"""What a query says about all issues that it finds, as far as that decides how they are best read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from issues.models import OPEN_STATUSES, Comment, Status
from issues.search.context import Context
from issues.search.fields import CATEGORIES, FIELDS, STATUSES
from issues.search.fulltext import terms_of
from issues.search.keys import is_number, issue_key_q, number_q
from issues.search.nodes import And, Node, Or, Term, Word
from issues.search.people import comments_by, mention_terms
from issues.search.spelling import plain
from issues.search.terms import Wanted
from itms_site.db.text import canonical

# Keys that leave few issues, which an index of their own finds.
_FEW = {"assignee", "author"}
_TEXTS = {"text", "title", "comment"}
_EACH: dict[str, set[str]] = {word: {status} for word, status in STATUSES.items()}
_KINDS: dict[str, set[str]] = {"open": set(OPEN_STATUSES), "closed": set(Status.values) - set(OPEN_STATUSES)}
_STATUSES_OF: dict[str, dict[str, set[str]]] = {
    "is": _KINDS,
    "status": _EACH,
    "category": {word: set(statuses) for word, statuses in CATEGORIES.items() if statuses},
}


@dataclass(frozen=True)
class Named:
    """A part of the query that every one of them fulfils by its key or number, one of `texts`; where `terms` are given,
    else by having all of these. `project_id`: whose number `#12` is, None for everybody's."""

    texts: tuple[str, ...]
    project_id: int | None
    terms: tuple[Wanted, ...] = ()


@dataclass(frozen=True)
class Frame:
    """terms    words that every one of them has
    either   for each `a OR b` of words, and for who is mentioned: the terms of a, those of b; every one of them has all
             of one of these
    labels   canonical names; every one of them has a label of each of these sets
    named    the parts that ask for keys and numbers
    comments each of these sets has a comment on every one of them
    due      when every one of them is due, where the query says so; None where it asks for deleted ones too
    is_open  True or False when all are, None when the query does not say
    statuses that they may have, when the query asks for nothing else; None when it does
    few      those of "assignee" and "author" that stand for one person each, whose issues an index has"""

    terms: tuple[Wanted, ...] = ()
    either: tuple[tuple[tuple[Wanted, ...], ...], ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    named: tuple[Named, ...] = ()
    comments: tuple[QuerySet[Comment], ...] = ()
    due: Q | None = None
    is_open: bool | None = None
    statuses: frozenset[str] | None = None
    few: frozenset[str] = frozenset()
    deleted: bool = False

    @property
    def seeks_words(self) -> bool:
        return bool(self.terms or self.either)

    def is_looked_up(self, *, by_due_day: bool = True) -> bool:
        """Whether it asks for something that few issues may have, of which an index knows these. `by_due_day`: whether
        that may be when they are due."""
        if self.named:
            return True
        looked_up = self.seeks_words or bool(self.labels) or bool(self.comments)
        return not self.few and (looked_up or (by_due_day and self.due is not None))


def frame_of(context: Context, root: Node, *, wants_deleted: bool) -> Frame:
    nodes = root.children if isinstance(root, And) else (root,)
    alternatives = [_alternatives(context, node) for node in nodes if isinstance(node, Or)]
    terms = [node for node in nodes if isinstance(node, Term)]
    few = {node.key for node in terms if node.key in _FEW and not _anybody(node)}
    due = [due_q for term in terms for due_q in _due(context, term) if not wants_deleted]
    alternatives += [_texts(term) for term in terms if term.key in _TEXTS and len(term.values) > 1]
    mentions = [_mentioned(context, term) for term in terms if term.key == "mentions"]
    if any(term.key == "updated" for term in terms):
        mentions = []  # the walk ends soon by itself
    states = {state for node in terms for state in [_openness(node)] if state is not None}
    return Frame(
        terms=_terms_among(context, nodes),
        either=tuple(each for each in [*alternatives, *mentions] if each and all(each)),
        labels=tuple(_names(term) for term in terms if term.key == "label"),
        named=tuple(named for node in nodes for named in _named(context, node)),
        comments=tuple(
            comments_by(context, term.values) for term in terms if term.key == "commenter" and not _anybody(term)
        ),
        due=due[0] if due else None,
        is_open=states.pop() if len(states) == 1 else None,
        statuses=None if wants_deleted else _statuses_alone(nodes),
        few=frozenset(few),
        deleted=wants_deleted,
    )


def _terms_among(context: Context, nodes: Iterable[Node]) -> tuple[Wanted, ...]:
    """The words of parts that stand side by side."""
    words = [word for node in nodes for word in _words(context, node)]
    return tuple(terms_of(words))


def _words(context: Context, node: Node) -> tuple[str, ...]:
    match node:
        case Word() if not _names_issue(context, node):
            return (node.text,)
        case Term(values=(value,)) if node.key in _TEXTS:
            return (value.text,)
    return ()


def _texts(term: Term) -> tuple[tuple[Wanted, ...], ...]:
    return tuple(tuple(terms_of([value.text])) for value in term.values)


def _alternatives(context: Context, node: Or) -> tuple[tuple[Wanted, ...], ...]:
    """The words of each; none for one that asks for something else."""
    parts = [child.children if isinstance(child, And) else (child,) for child in node.children]
    return tuple(_terms_among(context, part) for part in parts)


def _mentioned(context: Context, term: Term) -> tuple[tuple[Wanted, ...], ...]:
    return tuple(mention_terms(context, value) for value in term.values)


def _named(context: Context, node: Node) -> tuple[Named, ...]:
    project_id = context.project.pk if context.project else None
    match node:
        case Term(key="key"):
            return (Named(tuple(value.text for value in node.values), project_id),)
        case Word() if _names_issue(context, node):
            return (Named((node.text,), project_id, () if is_number(node.text) else tuple(terms_of([node.text]))),)
    return ()


def _due(context: Context, term: Term) -> tuple[Q, ...]:
    said = [plain(value.text) for value in term.values]
    if term.key == "is" and said == ["overdue"]:
        return (Q(due_date__lt=context.today),)
    if term.key == "due" and len(said) == 1 and said != ["none"]:
        aside = Context(context.actor, context.today, context.project)  # what is wrong with it has been said
        return (FIELDS["due"].q(aside, term.values[0]),)
    return ()


def _names(term: Term) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(value.text.strip()) for value in term.values))


def _names_issue(context: Context, word: Word) -> bool:
    if word.quoted:
        return False
    return issue_key_q(word.text, short=True) is not None or number_q(context, word.text) is not None


def _anybody(term: Term) -> bool:
    """`assignee:none` is no person: most issues of a backlog have it."""
    return any(plain(value.text) == "none" for value in term.values)


def _openness(term: Term) -> bool | None:
    """Whether all issues that the term finds are open, or all closed."""
    if term.key == "is":
        return _agreed({"open": True, "closed": False, "overdue": True}.get(plain(value.text)) for value in term.values)
    statuses = _statuses_of(term)
    return _agreed(status in OPEN_STATUSES for status in statuses) if statuses else None


def _statuses_alone(nodes: Iterable[Node]) -> frozenset[str] | None:
    found = frozenset(Status.values)
    for node in nodes:
        chosen = _statuses_of(node) if isinstance(node, Term) else None
        if chosen is None:
            return None
        found &= chosen
    return found


def _statuses_of(term: Term) -> frozenset[str] | None:
    values = [plain(value.text) for value in term.values]
    each = _STATUSES_OF.get(term.key, {})
    if not all(value in each for value in values):
        return None
    return frozenset(status for value in values for status in each[value])


def _agreed(states: Iterable[bool | None]) -> bool | None:
    found = set(states)
    return found.pop() if len(found) == 1 else None

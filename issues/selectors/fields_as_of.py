"""What the keys of a query ask of a row of the history: of an issue as it was at a past moment.

THEN is the one place that says which keys the past knows. Names are today's: of people, projects and labels."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from issues.search import past, people
from issues.search.context import Context, any_of, nothing
from issues.search.fields import FIELDS
from issues.search.fulltext import contains, description_q, terms_of, title_q
from issues.search.keys import issue_key_q, key_q, number_q
from issues.search.nodes import Value, Word
from issues.search.spelling import plain
from issues.search.terms import is_one_word
from issues.selectors.words_as_of import Terms, commented_q, comments_then
from itms_site.db.text import canonical
from projects.models import Label, Project

_NAMED_LABELS = 200


class NotOfThePastError(Exception):
    """This part of a query cannot be asked of the past."""


@dataclass(frozen=True)
class Then:
    """`holds`: whether the texts of a version have all of some terms. A Q may use `labels_then`, the ids of its labels
    as text."""

    context: Context
    moment: datetime.datetime
    project: Project | None
    holds: Callable[[Terms], Q]


Build = Callable[[Then, Value], Q]


def term_then(then: Then, key: str, value: Value) -> Q:
    if key not in THEN:
        raise NotOfThePastError
    return THEN[key](then, value)


def word_then(then: Then, word: Word) -> Q:
    if word.quoted:
        return _words(then, word.text)
    key = issue_key_q(word.text, short=True, pk="id")
    if key is not None:
        return key | _words(then, word.text)
    number = number_q(then.context, word.text)
    return _words(then, word.text) if number is None else number


def _words(then: Then, text: str) -> Q:
    spelt = title_q(text) | description_q(text) | _comment_q(then, text)
    return _terms(then, text) & (Q() if is_one_word(text) else spelt)


def _terms(then: Then, text: str) -> Q:
    terms = tuple(terms_of([text]))
    return then.holds(terms) if terms else Q()


def _comment_q(then: Then, text: str) -> Q:
    return commented_q(then.moment, lambda column: contains(column, text))


def _same(key: str) -> Build:
    """About columns that the history has too."""
    return lambda then, value: FIELDS[key].q(then.context, value)


def _is(then: Then, value: Value) -> Q:
    said = plain(value.text)
    if said == "deleted":
        raise NotOfThePastError
    if said == "archived":
        rows = Project.history.filter(id=OuterRef("id"), history_date__lte=then.moment).order_by("-version")
        newest = Subquery(rows.values("version")[:1])
        return Q(project_id__in=Project.history.filter(archived_at__isnull=False, version=newest).values("id"))
    return FIELDS["is"].q(then.context, value)


def _has(key: str) -> Build:
    def q(then: Then, value: Value) -> Q:
        thing = plain(value.text).removesuffix("s")
        if thing not in ("label", "comment"):
            return FIELDS[key].q(then.context, value)
        has = ~Q(labels_then="[]") if thing == "label" else Q(Exists(comments_then(then.moment)))
        return has if key == "has" else ~has

    return q


def _label(then: Then, value: Value) -> Q:
    """Issues that bore a label which is called so today, or was when it was deleted."""
    labels = Label.objects.filter(name_canonical=canonical(value.text.strip()))
    if then.project is not None:
        labels = labels.filter(project=then.project)
    ids = list(labels.values_list("pk", flat=True)[:_NAMED_LABELS])
    if not ids:
        return nothing()
    return Q(labels_then__regex=rf"(\[|,| )({'|'.join(str(pk) for pk in ids)})(\]|,)")


def _commenter(then: Then, value: Value) -> Q:
    comments = comments_then(then.moment)
    if people.is_none(value):
        return ~Q(Exists(comments))
    return Q(Exists(comments.filter(author__in=people.users_called(then.context, value))))


def _mentions(then: Then, value: Value) -> Q:
    name = people.mentioned_name(then.context, value)
    if name is None:
        return nothing()
    said = people.mention_of(name)
    mentioned = said("description") | commented_q(then.moment, said)
    return ~mentioned if name == people.ANYBODY else mentioned


def _involves(then: Then, value: Value) -> Q:
    if people.is_none(value):
        return nothing()
    return any_of([THEN[role](then, value) for role in ("assignee", "author", "commenter", "mentions")])


_SAME = (
    "status",
    "category",
    "type",
    "priority",
    "assignee",
    "author",
    "project",
    "created",
    "updated",
    "closed",
    "due",
)
THEN: dict[str, Build] = {
    **{key: _same(key) for key in _SAME},
    "is": _is,
    "has": _has("has"),
    "no": _has("no"),
    "label": _label,
    "commenter": _commenter,
    "mentions": _mentions,
    "involves": _involves,
    "key": lambda then, value: key_q(then.context, value, pk="id"),
    "was": lambda then, value: past.was_q(then.context, value, pk="id"),
    "text": lambda then, value: _words(then, value.text),
    "title": lambda then, value: _terms(then, value.text) & title_q(value.text),
    "comment": lambda then, value: _terms(then, value.text) & _comment_q(then, value.text),
}

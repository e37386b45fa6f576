"""The keys of the language: what each is called, what help says of it, and how one of its values becomes a Q.

A Q asks about one issue, never about whether the reader may see it. What lies in other tables is asked by
EXISTS, or by IN with a subquery, so that no issue appears twice and compiling spends no query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from issues.models import OPEN_STATUSES, PRIORITY_RANK, Comment, IssueLabel, Status, Type
from issues.search import past, people
from issues.search.context import Context, listed
from issues.search.fulltext import comment_q, title_q, within, words_q
from issues.search.keys import key_q, projects_called
from issues.search.nodes import Value
from issues.search.spelling import plain, spellings
from issues.search.when import day_q, time_q
from itms_site.db.text import canonical

RELEVANCE = "relevance"
# Whether an order is descending when nothing is said.
SORTS = {
    "updated": True,
    "created": True,
    "due": False,
    "priority": True,
    "key": False,
    "comments": True,
    RELEVANCE: True,
}
DIRECTIVES = ("sort", "as-of")
_PEOPLE = ("@me", "none")
_DAYS = ("today", "yesterday", "this-week", "this-month", "-7d", "-30d")
_DUE_DAYS = ("today", "tomorrow", "this-week", "next-week", "7d", "none")
Build = Callable[[Context, Value], Q]


@dataclass(frozen=True)
class Field:
    """values  what completion offers after the key"""

    help: str
    values: tuple[str, ...]
    q: Build


STATUSES, TYPES = spellings(Status), spellings(Type)
# How far the work is, in the words of trackers with other statuses; some of these have no issue here.
CATEGORIES = {
    "backlog": (),
    "todo": (Status.OPEN,),
    "started": (Status.IN_PROGRESS,),
    "done": (Status.RESOLVED, Status.CLOSED),
    "canceled": (),
}
_WORKED = [word for word, statuses in CATEGORIES.items() if statuses]
RANKS = {plain(priority): rank for priority, rank in PRIORITY_RANK.items()}


def _choice(column: str, words: dict[str, str]) -> Build:
    def q(context: Context, value: Value) -> Q:
        chosen = words.get(plain(value.text))
        if chosen is None:
            return context.unknown(column, value, f"Choose {listed(list(words))}.", words)
        return Q(**{column: chosen})

    return q


def _status(context: Context, value: Value) -> Q:
    chosen = STATUSES.get(plain(value.text))
    if chosen is None:
        return context.unknown("status", value, f"Choose {listed(list(STATUSES))}.", STATUSES)
    # The second follows from the first (a CHECK of the table); the indexes of lists begin with it.
    return Q(status=chosen, is_open=chosen in OPEN_STATUSES)


def _category(context: Context, value: Value) -> Q:
    statuses = CATEGORIES.get(plain(value.text), ())
    if not statuses:
        return context.unknown("category", value, "Choose todo, started or done: no status is of another.", _WORKED)
    return Q(status__in=statuses, is_open=statuses[0] in OPEN_STATUSES)


def _priority(context: Context, value: Value) -> Q:
    ends = {value.op: value.low} if value.op != ".." else {">=": value.low, "<=": value.high}
    ends = {op: plain(end) for op, end in ends.items() if end}
    if not ends or any(end not in RANKS for end in ends.values()):
        return context.unknown("priority", value, f"Choose {listed(list(RANKS))}, or >=high.", RANKS)
    lookups = {"": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
    return Q(**{f"priority_rank__{lookups[op]}": RANKS[end] for op, end in ends.items()})


def _label(context: Context, value: Value) -> Q:
    name = canonical(value.text.strip())
    return Q(Exists(IssueLabel.objects.filter(issue_id=OuterRef("pk"), label__name_canonical=name)))


def _project(context: Context, value: Value) -> Q:
    return Q(project__in=projects_called(value.text))


_STATES: dict[str, Callable[[Context], Q]] = {
    "open": lambda context: Q(is_open=True),
    "closed": lambda context: Q(is_open=False),
    "overdue": lambda context: Q(is_open=True, due_date__lt=context.today),
    "mine": people.mine_q,
    "archived": lambda context: Q(project__archived_at__isnull=False),
    "deleted": lambda context: Q(deleted_at__isnull=False),
}


def _is(context: Context, value: Value) -> Q:
    state = _STATES.get(plain(value.text))
    if state is None:
        return context.unknown("is", value, f"Choose {listed(list(_STATES))}.", _STATES)
    return state(context)


_THINGS: dict[str, Callable[[], Q]] = {
    "assignee": lambda: Q(assignee__isnull=False),
    "label": lambda: Q(Exists(IssueLabel.objects.filter(issue_id=OuterRef("pk")))),
    "due": lambda: Q(due_date__isnull=False),
    "comment": lambda: Q(Exists(Comment.objects.filter(issue_id=OuterRef("pk"), deleted_at=None))),
}


def _has(key: str) -> Build:
    def q(context: Context, value: Value) -> Q:
        thing = _THINGS.get(plain(value.text).removesuffix("s"))
        if thing is None:
            return context.unknown(key, value, f"Choose {listed(list(_THINGS))}.", _THINGS)
        return thing() if key == "has" else ~thing()

    return q


def _text(q: Callable[[str], Q]) -> Build:
    return lambda context, value: q(value.text)


FIELDS: dict[str, Field] = {
    "is": Field("the state of the issue; mine: assigned to you", tuple(_STATES), _is),
    "status": Field("its status", tuple(STATUSES), _status),
    "category": Field("how far it is, in words for all statuses", tuple(_WORKED), _category),
    "type": Field("what kind of issue", tuple(TYPES), _choice("type", TYPES)),
    "priority": Field("its priority; also >=high and low..medium", (*RANKS, ">=high"), _priority),
    "assignee": Field("who it is assigned to", _PEOPLE, people.assignee_q),
    "author": Field("who reported it; reporter: is the same", ("@me",), people.author_q),
    "commenter": Field("who commented on it", _PEOPLE, people.commenter_q),
    "mentions": Field("who is mentioned by @name in it", _PEOPLE, people.mentions_q),
    "involves": Field("author, assignee, commenter or mentioned", ("@me",), people.involves_q),
    "label": Field("a label; label:a,b is either, label:a label:b is both", (), _label),
    "project": Field("a project's key, a former one too", (), _project),
    "has": Field("has at least one", tuple(_THINGS), _has("has")),
    "no": Field("has none", tuple(_THINGS), _has("no")),
    "created": Field("when it was reported", _DAYS, time_q("created", "created_at")),
    "updated": Field("when it last changed", _DAYS, time_q("updated", "updated_at")),
    "closed": Field("when it was closed", (*_DAYS, "none"), time_q("closed", "closed_at", nullable=True)),
    "due": Field("when it is due", _DUE_DAYS, day_q("due", "due_date", nullable=True)),
    "key": Field("its key, a former one too; 12 or #12 is a number", (), key_q),
    "was": Field(
        "a status, type or priority that it had before, or @name of a former assignee", past.WORDS, past.was_q
    ),
    "changed": Field("what of it changed; also with after: and before:", tuple(past.CHANGED), past.changed_q),
    "after": Field("with changed: only what changed after that day", (), past.alone_q("after")),
    "before": Field("with changed: only what changed before that day", (), past.alone_q("before")),
    "text": Field("text in title, description or comments", (), _text(lambda text: words_q([text]))),
    "title": Field("text in the title", (), _text(within(title_q))),
    "comment": Field("text in a comment", (), _text(within(comment_q))),
}

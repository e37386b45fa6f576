"""The columns of a board and their cards: which there are, and where a card may be moved by its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.actor import Actor
from accounts.person import Person
from issues.models import Issue, Priority, Status
from issues.rules import TRANSITIONS, may_assign, may_edit
from issues.selectors.board import place_of
from issues.selectors.choices import Choices
from issues.selectors.listing import COUNTED
from issues.views.shown import Row, row_of
from itms_site.addresses import reverse
from itms_site.db.text import canonical
from itms_site.paging import Page

NOBODY = "none"  # the name of the column of what nobody has; no user can be called that
MOST_PEOPLE = 12  # beyond this, people without an issue have no column
MOST_COLUMNS = 40
# What a move is: (route, the field that it sends)
MOVES = {
    "status": ("issue_status", "status"),
    "assignee": ("issue_assignee", "assignee"),
    "priority": ("issue_properties", "priority"),
}


@dataclass(frozen=True)
class Card:
    """`moves`: names of the columns it may go to, `*` for all of them; empty: it stays."""

    row: Row
    version: int
    column: str
    moves: Sequence[str]


@dataclass(frozen=True)
class Column:
    """name    in addresses and ids
    value   what a move into it sends
    person  who it belongs to, None for statuses, priorities and nobody
    open    whether anything can be moved into it
    folded  shows its head alone; `fold` is the board where that is the other way
    new     what a new issue is given to stand here, None where it cannot"""

    name: str
    value: str
    title: str
    count: str = "0"
    person: Person | None = None
    open: bool = True
    new: Mapping[str, str] | None = None
    cards: list[Card] = field(default_factory=list)
    more: str | None = None
    first: str | None = None
    folded: bool = False
    fold: str = ""


def columns_by(by: str, choices: Choices, actor: Actor) -> list[Column]:
    """Without their cards. `choices` holds the totals of each status or priority (absent: 0), or who
    holds how many."""
    if by == "assignee":
        return _people(choices, actor)
    totals = choices.totals or [0] * len(values_of(by))
    if by == "status":
        return [
            Column(s.value, s.value, s.label, words_for(n), new={} if s == Status.OPEN else None)
            for s, n in zip(Status, totals, strict=True)
        ]
    return [
        Column(p.value, p.value, p.label, words_for(n), new={"priority": p.value})
        for p, n in zip(reversed(Priority), totals, strict=True)
    ]


def values_of(by: str) -> list[str]:
    """The values of the columns that are known before anything is read."""
    return {"status": list(Status.values), "priority": list(reversed(Priority.values))}.get(by, [])


def words_for(n: int) -> str:
    return f"{COUNTED:,}+" if n > COUNTED else f"{n:,}"


def _people(choices: Choices, actor: Actor) -> list[Column]:
    """Nobody, the reader, then by user name: whoever holds an issue, and while they are few everyone who may."""
    held = {person.username if person else "": n for person, n in choices.held}
    known = {person.username: person for person, _n in choices.held if person}
    members = {person.username: person for person in choices.people}
    me = actor.user.username if actor.user else ""
    wanted = set(known) | {name for name in members if len(members) <= MOST_PEOPLE or name == me}
    names = sorted(wanted, key=lambda name: (name != me, canonical(name)))[: MOST_COLUMNS - 1]
    people = [members.get(name) or known[name] for name in names]
    nobody = Column(NOBODY, "", "Nobody", words_for(held.get("", 0)), new={})
    return [
        nobody,
        *(
            Column(
                person.username,
                person.username,
                person.name,
                words_for(held.get(person.username, 0)),
                person=person,
                open=person.username in members,
                new={"assignee": person.username} if person.username in members else None,
            )
            for person in people
        ),
    ]


def with_cards(
    columns: Sequence[Column], pages: Mapping[str, Page[Issue]], actor: Actor, by: str, *, writable: bool
) -> list[Column]:
    """The same columns, filled. `pages` by the columns' values; a folded one has none."""
    return [
        Column(
            **{
                **vars(column),
                "cards": [card_of(issue, columns, actor, by, writable=writable) for issue in page.items],
                "more": page.next,
            }
        )
        for column in columns
        for page in (pages.get(column.value) or Page([], None),)
    ]


def card_of(issue: Issue, columns: Sequence[Column], actor: Actor, by: str, *, writable: bool) -> Card:
    place = place_of(issue, by) or (NOBODY if by == "assignee" else "")
    others = [column for column in columns if column.open and column.name != place]
    moves = [column.name for column in others if writable and _may_move(actor, issue, by, column.value)]
    return Card(row_of(issue), issue.version, place, ["*"] if moves and len(moves) == len(others) else moves)


def _may_move(actor: Actor, issue: Issue, by: str, value: str) -> bool:
    if by == "assignee":
        me = actor.user.username if actor.user else None
        return may_assign(actor, issue, None if not value else actor.user_id if value == me else -1)
    if not may_edit(actor, issue, (by,)):
        return False
    return by != "status" or value in TRANSITIONS[issue.status]


def move_of(card: Card, columns: Sequence[Column], by: str) -> dict[str, Any]:
    """The form that moves one card: where it is sent, and the columns to choose from."""
    route, name = MOVES[by]
    allowed = [c for c in columns if c.open and c.name != card.column and (c.name in card.moves or "*" in card.moves)]
    return {"action": reverse(route, card.row.key), "field": name, "card": card, "columns": allowed}

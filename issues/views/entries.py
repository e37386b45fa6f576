"""The timeline of an issue in the form that its page draws: comments as cards, runs of changes in one line."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.person import Person
from issues.history.timeline import Event, Thread, Written
from issues.models import Status
from itms_site.task_lists import progress

# Changes by one person within this time stand in one line, as long as it can be read at a glance.
RUN = datetime.timedelta(minutes=10)
RUN_LENGTH = 160
# A longer timeline is cut to its newest part, with a link to the rest: every comment costs time to render.
SHOWN = 100
_ICONS = {
    "status": "circle-dot",
    "assignee": "user-round",
    "labels": "tag",
    "due_date": "calendar",
    "priority": "signal",
    "description": "pencil",
    "title": "pencil",
}


class Doable(NamedTuple):
    """What the reader may do with a comment, and the top-level comment `top` that an answer to it goes below."""

    top: int
    answer: bool = False
    edit: bool = False
    remove: bool = False
    see_edits: bool = False


@dataclass(frozen=True)
class Card:
    """A comment; its texts are rendered by the template."""

    comment: Written
    may: Doable
    ticks: bool = False
    replies: list[Card] = field(default_factory=list)
    open_reply: bool = False
    kind: str = "comment"


@dataclass(frozen=True)
class Line:
    """One or several versions by one person."""

    version: int
    at: datetime.datetime
    actor: Person | None
    words: str
    icon: str
    kind: str = "event"


@dataclass(frozen=True)
class MayWithComments:
    """write      the reader may write comments, and change those that are `own`
    moderate   they may remove those of others, and see what these said before"""

    write: bool = False
    moderate: bool = False
    own: Callable[[Written], bool] = lambda comment: False

    def with_one(self, comment: Written, top: int) -> Doable:
        own = self.own(comment)
        able = own or self.moderate
        return Doable(top, self.write, self.write and own, self.write and able, able and comment.edited_at is not None)


NOTHING = MayWithComments()


@dataclass(frozen=True)
class Items:
    """earlier: how many entries before the first one are not shown"""

    entries: list[Card | Line]
    earlier: int


def items_of(
    timeline: Sequence[Event | Thread],
    *,
    everything: bool,
    reply_to: int | None = None,
    may: MayWithComments = NOTHING,
) -> Items:
    """What is shown, oldest first. A thread that one replies to is always among it."""

    def card(comment: Written, top: int, replies: Iterable[Written] = ()) -> Card:
        able = may.with_one(comment, top)
        return Card(
            comment,
            able,
            ticks=able.edit and progress(comment.body) is not None,
            replies=[card(reply, top) for reply in replies],
            open_reply=may.write and comment.id == reply_to and comment.id == top,
        )

    entries = _folded(timeline)
    kept = entries
    if not everything and len(entries) > SHOWN:
        answered = [e for e in entries[:-SHOWN] if isinstance(e, Thread) and e.comment.id == reply_to]
        kept = [*answered, *entries[-SHOWN:]]
    drawn: list[Card | Line] = [
        card(entry.comment, entry.comment.id, entry.replies) if isinstance(entry, Thread) else entry for entry in kept
    ]
    return Items(drawn, len(entries) - len(kept))


def part_of(timeline: Sequence[Event | Thread], show: str) -> Sequence[Event | Thread]:
    """`show` comments or changes: these alone; anything else: all."""
    wanted = {"comments": Thread, "changes": Event}.get(show)
    return [item for item in timeline if isinstance(item, wanted)] if wanted else timeline


def parts_of(timeline: Sequence[Event | Thread], show: str, here: str) -> list[tuple[str, str, bool, int | None]]:
    """The links that choose one: (text, address, chosen, how many). Deleted comments are not counted."""
    comments = sum(comment.deleted_at is None for comment in comments_in(timeline))
    threads = sum(isinstance(item, Thread) for item in timeline)
    changes = len(timeline) - threads
    return [
        ("All", f"{here}#activity", show not in ("comments", "changes"), None),
        ("Comments", f"{here}?show=comments#activity", show == "comments", comments),
        ("Changes", f"{here}?show=changes#activity", show == "changes", changes),
    ]


def comments_in(timeline: Sequence[Event | Thread]) -> list[Written]:
    """All comments and replies, deleted ones included (without their words)."""
    return [comment for item in timeline if isinstance(item, Thread) for comment in (item.comment, *item.replies)]


def _folded(timeline: Sequence[Event | Thread]) -> list[Thread | Line]:
    found: list[Thread | Line] = []
    for item in timeline:
        if isinstance(item, Thread):
            found.append(item)
            continue
        last = found[-1] if found else None
        if isinstance(last, Line) and _belongs(last, item):
            found[-1] = Line(item.version, item.at, item.actor, f"{last.words}, then {item.words}", last.icon)
        else:
            found.append(Line(item.version, item.at, item.actor, item.words, _icon(item)))
    return found


def _belongs(line: Line, event: Event) -> bool:
    near = line.actor == event.actor and event.at - line.at <= RUN
    return near and len(line.words) + len(event.words) <= RUN_LENGTH


def _icon(event: Event) -> str:
    if event.verb == "issue.delete":
        return "trash-2"
    if event.verb == "issue.restore":
        return "rotate-ccw"
    change: Any = event.changes[0] if event.changes else None
    if change is None:
        return "circle-dot"
    if change.field == "status" and change.new in (Status.RESOLVED, Status.CLOSED):
        return "circle-check"
    return _ICONS.get(change.field, "circle-dot")

"""The timeline of an issue in the form that its page draws: comments as cards, runs of changes in one line."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accounts.models import User
from issues.history.timeline import Event, Thread
from issues.models import Comment, Status

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


@dataclass(frozen=True)
class Card:
    """A comment; its texts are rendered by the template."""

    comment: Comment
    edit_href: str | None
    delete_href: str | None
    reply_href: str | None
    replies: list[Card] = field(default_factory=list)
    open_reply: bool = False
    kind: str = "comment"


@dataclass(frozen=True)
class Line:
    """One or several versions by one person."""

    version: int
    at: datetime.datetime
    actor: User | None
    words: str
    icon: str
    kind: str = "event"


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
    may_write: bool = False,
    may_edit: Callable[[Comment], bool] = lambda comment: False,
    may_delete: Callable[[Comment], bool] = lambda comment: False,
) -> Items:
    """What is shown, oldest first. A thread that one replies to is always among it."""

    def card(comment: Comment, parent: Comment | None = None, replies: Iterable[Comment] = ()) -> Card:
        top = parent or comment
        return Card(
            comment,
            reverse("comment_edit", args=[comment.pk]) if may_edit(comment) else None,
            reverse("comment_removal", args=[comment.pk]) if may_delete(comment) else None,
            f"?reply={top.pk}#reply" if may_write else None,
            [card(reply, comment) for reply in replies],
            open_reply=may_write and parent is None and comment.pk == reply_to,
        )

    entries = _folded(timeline)
    kept = entries
    if not everything and len(entries) > SHOWN:
        answered = [e for e in entries[:-SHOWN] if isinstance(e, Thread) and e.comment.pk == reply_to]
        kept = [*answered, *entries[-SHOWN:]]
    drawn: list[Card | Line] = [
        card(entry.comment, replies=entry.replies) if isinstance(entry, Thread) else entry for entry in kept
    ]
    return Items(drawn, len(entries) - len(kept))


def comments_in(timeline: Sequence[Event | Thread]) -> list[Comment]:
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

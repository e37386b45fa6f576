"""The timeline of an issue: its comments, with their replies, and its changes, merged by time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.person import Person, columns_of, person_of
from issues.history.entries import Entry, entries_of
from issues.history.wording import entry_words
from issues.models import Comment, Issue
from itms_site.db.prepared import Prepared
from itms_site.errors import FieldChange


@dataclass(frozen=True)
class Event:
    """A version of the issue as a sentence. `actor` None is the system."""

    version: int
    at: datetime.datetime
    actor: Person | None
    verb: str
    words: str
    changes: list[FieldChange]
    kind: str = "event"


class Written(NamedTuple):
    """A comment. Of a deleted one `body` is ''."""

    id: int
    version: int
    parent_id: int | None
    author_id: int
    body: str
    created_at: datetime.datetime
    edited_at: datetime.datetime | None
    deleted_at: datetime.datetime | None
    author: Person


@dataclass(frozen=True)
class Thread:
    """A top-level comment with its replies, oldest first."""

    at: datetime.datetime
    comment: Written
    replies: list[Written] = field(default_factory=list)
    kind: str = "comment"


_OWN = Written._fields[:-1]


def _comments_of(issue_id: int, *until: datetime.datetime) -> QuerySet[Comment, Any]:
    rows = Comment.objects.filter(issue_id=issue_id).order_by("created_at", "pk")
    rows = rows.filter(created_at__lte=until[0]) if until else rows
    return rows.values_list(*_OWN, *columns_of("author"))


_comments = Prepared(_comments_of)


def comments_of(issue: Issue, *, until: datetime.datetime | None = None) -> list[Written]:
    """Oldest first. One query."""
    found = []
    for *own, username, first, last in _comments.fetch(given=[issue.pk, *([until] if until is not None else [])]):
        comment = Written._make((*own, person_of(username, first, last)))
        found.append(comment if comment.deleted_at is None else comment._replace(body=""))
    return found


def threads_of(comments: Iterable[Written]) -> list[Thread]:
    """Deleted comments keep their place without their words."""
    found: dict[int, Thread] = {}
    for comment in comments:
        if comment.parent_id is None:
            found[comment.id] = Thread(comment.created_at, comment)
        elif comment.parent_id in found:
            found[comment.parent_id].replies.append(comment)
    return list(found.values())


def events_of(issue: Issue, *, until: datetime.datetime | None = None) -> list[Event]:
    """All versions but the first, oldest first; the first is the issue's own "opened by"."""
    return [
        Event(entry.version, entry.at, entry.change.actor, entry.change.verb, _words(entry), entry.changes)
        for entry in entries_of(issue)
        if entry.version > 1 and (until is None or entry.at <= until)
    ]


def timeline_of(issue: Issue, *, until: datetime.datetime | None = None) -> list[Event | Thread]:
    """Events and threads by time. Five queries at most, whatever their number."""
    merged: list[Event | Thread] = [*events_of(issue, until=until), *threads_of(comments_of(issue, until=until))]
    return sorted(merged, key=lambda item: item.at)


def _words(entry: Entry) -> str:
    return entry_words(entry.change.verb, entry.changes)

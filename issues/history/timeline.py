"""The timeline of an issue: its comments, with their replies, and its changes, merged by time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from issues.history.entries import entries_of
from issues.history.wording import entry_words
from issues.models import Comment, Issue
from itms_site.db.prepared import Prepared


@dataclass(frozen=True)
class Event:
    """A version of the issue as a sentence. `actor` None is the system."""

    version: int
    at: datetime.datetime
    actor: User | None
    verb: str
    words: str
    changes: list[Any]
    kind: str = "event"


@dataclass(frozen=True)
class Thread:
    """A top-level comment with its replies, oldest first."""

    at: datetime.datetime
    comment: Comment
    replies: list[Comment] = field(default_factory=list)
    kind: str = "comment"


def _comments_of(issue_id: int, *until: datetime.datetime) -> QuerySet[Comment]:
    rows = Comment.objects.filter(issue_id=issue_id).select_related("author").order_by("created_at", "pk")
    return rows.filter(created_at__lte=until[0]) if until else rows


_comments = Prepared(_comments_of)


def threads_of(issue: Issue, *, until: datetime.datetime | None = None) -> list[Thread]:
    """One query. Deleted comments keep their place without their words."""
    comments = _comments.fetch(given=[issue.pk, *([until] if until is not None else [])])
    found: dict[int, Thread] = {}
    for comment in comments:
        if comment.deleted_at is not None:
            comment.body = ""
        if comment.parent_id is None:
            found[comment.pk] = Thread(comment.created_at, comment)
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
    merged: list[Event | Thread] = [*events_of(issue, until=until), *threads_of(issue, until=until)]
    return sorted(merged, key=lambda item: item.at)


def _words(entry: Any) -> str:
    return entry_words(entry.change.verb, entry.changes)

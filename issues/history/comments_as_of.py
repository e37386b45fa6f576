"""The comments of an issue as they were at a moment.

A comment that was deleted, before or since, keeps its place without its words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from issues.history.timeline import Thread, threads_of
from issues.models import Comment, Issue


def threads_at(issue: Issue, moment: datetime.datetime) -> list[Thread]:
    """Threads written until then, each comment in the words that it had then. Two queries."""
    threads = threads_of(issue, until=moment)
    comments = [comment for thread in threads for comment in (thread.comment, *thread.replies)]
    _put_back(comments, Comment.history.filter(issue_id=issue.pk, history_date__lte=moment))
    return threads


def put_back(comments: Sequence[Comment], moment: datetime.datetime) -> None:
    """Gives each comment, written until then, the words and the version that it had then. One query."""
    ids = [comment.pk for comment in comments]
    _put_back(comments, Comment.history.filter(id__in=ids, history_date__lte=moment))


def _put_back(comments: Sequence[Comment], rows: QuerySet[Any]) -> None:
    then = {pk: found for pk, *found in rows.order_by("version").values_list("id", "body", "edited_at", "version")}
    for comment in comments:
        if comment.deleted_at is None and comment.pk in then:
            comment.body, comment.edited_at, comment.version = then[comment.pk]

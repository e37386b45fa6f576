"""The comments of an issue as they were at a moment.

A comment that was deleted, before or since, keeps its place without its words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from issues.history.timeline import Thread, comments_of, threads_of
from issues.models import Comment, Issue


def threads_at(issue: Issue, moment: datetime.datetime) -> list[Thread]:
    """Threads written until then, each comment in the words that it had then. Two queries."""
    then = _then(Comment.history.filter(issue_id=issue.pk, history_date__lte=moment))
    comments = []
    for comment in comments_of(issue, until=moment):
        if comment.deleted_at is None and comment.id in then:
            body, edited_at, version = then[comment.id]
            comment = comment._replace(body=body, edited_at=edited_at, version=version)
        comments.append(comment)
    return threads_of(comments)


def put_back(comments: Sequence[Comment], moment: datetime.datetime) -> None:
    """Gives each comment, written until then, the words and the version that it had then. One query."""
    ids = [comment.pk for comment in comments]
    then = _then(Comment.history.filter(id__in=ids, history_date__lte=moment))
    for comment in comments:
        if comment.deleted_at is None and comment.pk in then:
            comment.body, comment.edited_at, comment.version = then[comment.pk]


def _then(rows: QuerySet[Any]) -> dict[int, tuple[str, datetime.datetime | None, int]]:
    """By the comment's id, what its newest of these rows says."""
    found = rows.order_by("version").values_list("id", "body", "edited_at", "version")
    return {pk: (body, edited_at, version) for pk, body, edited_at, version in found}

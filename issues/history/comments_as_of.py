"""The comments of an issue as they were at a moment."""

from __future__ import annotations

import datetime

from issues.history.timeline import Thread, threads_of
from issues.models import Comment, Issue


def threads_at(issue: Issue, moment: datetime.datetime) -> list[Thread]:
    """Threads written until then, each comment in the words that it had then. Two queries.

    A comment that was deleted, before or since, keeps its place without its words."""
    threads = threads_of(issue, until=moment)
    rows = Comment.history.filter(issue_id=issue.pk, history_date__lte=moment).order_by("version")
    then = {pk: (body, edited_at) for pk, body, edited_at in rows.values_list("id", "body", "edited_at")}
    for thread in threads:
        for comment in (thread.comment, *thread.replies):
            if comment.deleted_at is None and comment.pk in then:
                comment.body, comment.edited_at = then[comment.pk]
    return threads

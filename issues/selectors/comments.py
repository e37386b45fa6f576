"""Comments of one issue."""

from __future__ import annotations

from django.db.models import QuerySet

from issues.models import Comment, Issue


def comments_of(issue: Issue) -> QuerySet[Comment]:
    """All, deleted ones too, with their authors. The issue came through `get_issue`."""
    return Comment.objects.filter(issue=issue).select_related("author")

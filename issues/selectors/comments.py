"""Comments of one issue, and one of them read again."""

from __future__ import annotations

from django.db.models import QuerySet

from issues.models import Comment, Issue
from itms_site.errors import Gone


def comments_of(issue: Issue) -> QuerySet[Comment]:
    """All, deleted ones too, with their authors. The issue came through `get_issue`."""
    return Comment.objects.filter(issue=issue).select_related("author")


def comment_again(comment: Comment) -> Comment:
    """The same comment as it is now, under its project's lock. Raises Gone when it was deleted meanwhile."""
    locked = Comment.objects.select_related("issue__project", "author", "change__actor").get(pk=comment.pk)
    if locked.deleted_at is not None:
        by = locked.change.actor
        raise Gone("The comment", by.username if by else None, locked.deleted_at)
    return locked

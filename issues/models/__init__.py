"""Issues, their labels and comments."""

from issues.models.comment import Comment
from issues.models.issue import (
    OPEN_STATUSES,
    PRIORITY_RANK,
    Issue,
    IssueLabel,
    IssueOldKey,
    Priority,
    Status,
    Type,
)

__all__ = [
    "OPEN_STATUSES",
    "PRIORITY_RANK",
    "Comment",
    "Issue",
    "IssueLabel",
    "IssueOldKey",
    "Priority",
    "Status",
    "Type",
]

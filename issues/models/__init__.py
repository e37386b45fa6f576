"""Issues, their labels and comments, and saved views of them."""

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
from issues.models.saved_query import BOARD_GROUPS, LIST_GROUPS, Layout, SavedQuery
from issues.models.search_document import SearchDocument
from issues.models.search_term import SearchTerm
from issues.models.tally import IssueTally

__all__ = [
    "BOARD_GROUPS",
    "LIST_GROUPS",
    "OPEN_STATUSES",
    "PRIORITY_RANK",
    "Comment",
    "Issue",
    "IssueLabel",
    "IssueOldKey",
    "IssueTally",
    "Layout",
    "Priority",
    "SavedQuery",
    "SearchDocument",
    "SearchTerm",
    "Status",
    "Type",
]

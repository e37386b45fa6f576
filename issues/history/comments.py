"""Versions of comments."""

from __future__ import annotations

from typing import Any

from accounts.history import row_at
from issues.models import Comment


def comment_state(row: Any) -> dict[str, Any]:
    """What people set, of a Comment or a row of its history."""
    return {"body": row.body}


def comment_state_at(comment: Comment, version: int) -> dict[str, Any] | None:
    row = row_at(comment, version)
    return comment_state(row) if row is not None else None

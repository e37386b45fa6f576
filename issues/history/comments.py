"""Versions of comments."""

from __future__ import annotations

import copy
from typing import Any

from accounts.history import differences, row_at
from accounts.models import Change
from issues.models import Comment
from itms_site.errors import FieldChange


def comment_state(row: Any) -> dict[str, Any]:
    """What people set, of a Comment or a row of its history."""
    return {"body": row.body}


def comment_state_at(comment: Comment, version: int) -> dict[str, Any] | None:
    row = row_at(comment, version)
    return comment_state(row) if row is not None else None


def comment_in(comment: Comment, version: int) -> Comment:
    """A copy, to be read, with the words of that version."""
    found, row = copy.copy(comment), row_at(comment, version)
    for name in ("body", "edited_at", "version"):
        setattr(found, name, getattr(row, name))
    return found


def comment_entries(
    comment: Comment, *, after_version: int = 0, limit: int = 1000
) -> list[tuple[int, Change, list[FieldChange]]]:
    """(version, Change, what it changed), oldest first, from the version after `after_version`. One query."""
    rows = list(
        comment.history.filter(id=comment.pk, version__gte=after_version)
        .select_related("change__actor")
        .order_by("version")[: limit + (1 if after_version else 0)]
    )
    found = []
    for index, row in enumerate(rows):
        if row.version != after_version:
            before = comment_state(rows[index - 1]) if index else {"body": None}
            found.append((row.version, row.change, differences(before, comment_state(row))))
    return found

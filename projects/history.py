"""Versions of projects, members and labels in the words of the API."""

from __future__ import annotations

from typing import Any

from accounts.history import row_at
from projects.models import Project


def project_state(row: Any) -> dict[str, Any]:
    """What people set, of a Project or a row of its history: {key, name, description, is_public, archived}."""
    return {
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "is_public": row.is_public,
        "archived": row.archived_at is not None,
    }


def state_at(project: Project, version: int) -> dict[str, Any] | None:
    """The state at that version; None if there was none."""
    row = row_at(project, version)
    return project_state(row) if row is not None else None

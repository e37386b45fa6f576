"""What every act on an issue begins with: the project's head locked, the issue read and seen again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.actor import Actor
from accounts.services.ledger import Record, recording
from issues.models import Issue
from issues.selectors.detail import lock_issue
from projects.rules import remember


@contextmanager
def acting_on(
    actor: Actor, verb: str, issue: Issue, *, deleted_ok: bool = False, **importing: Any
) -> Iterator[tuple[Record, Issue]]:
    """Yields the open record and the issue as it is under the lock. `issue` came from `get_issue` with this actor, who
    knows afterwards what was looked up under the lock: an act on an issue changes nobody's rights.

    Raises NotFound, Gone, Conflict."""
    with recording(actor, verb, issue.project_id, **importing) as record:
        locked = lock_issue(record.actor, issue.pk, deleted_ok=deleted_ok)
        _name_people(locked, issue)
        yield record, locked
    remember(actor, record.actor)


def _name_people(locked: Issue, read: Issue) -> None:
    """Who is shown in an answer was loaded with the issue as it was read, and is not asked for again."""
    for name in ("reporter", "assignee"):
        field = Issue._meta.get_field(name)
        if field.is_cached(read) and getattr(read, f"{name}_id") == getattr(locked, f"{name}_id"):  # type: ignore[union-attr]
            setattr(locked, name, getattr(read, name))

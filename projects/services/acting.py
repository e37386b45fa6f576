"""What every act in a project begins with: the head locked, then the project read and seen again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from accounts.services.ledger import Record, recording
from itms_site.errors import Conflict, NotFound
from projects.models import Project
from projects.rules import visible_projects


@contextmanager
def acting(
    actor: Actor,
    verb: str,
    project_id: int,
    *,
    at: datetime | None = None,
    data: dict[str, Any] | None = None,
    reason: str = "",
    deleted_ok: bool = False,
) -> Iterator[tuple[Record, Project]]:
    """Yields the open record and the project as it is under the lock.

    Raises NotFound when the actor may no longer see it, Conflict when it was deleted meanwhile."""
    with recording(actor, verb, project_id, at=at, data=data, reason=reason) as record:
        project = Project.objects.filter(visible_projects(record.actor), pk=project_id).first()
        if project is None:
            raise NotFound("This project is not there any more, or you may no longer see it.")
        if project.deleted_at is not None and not deleted_ok:
            raise Conflict(f"{project.key} was deleted meanwhile.")
        yield record, project

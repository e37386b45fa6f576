"""What every act in a project begins with: the head locked, then the project read and seen again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.services.ledger import Record, recording
from itms_site.db.prepared import Prepared
from itms_site.errors import Conflict, NotFound
from projects.models import Project
from projects.rules import visible_projects


def _visible(is_operator: bool, user_id: int, project_id: int) -> QuerySet[Project]:
    return Project.objects.filter(visible_projects(Actor.stand_in(user_id, is_operator)), pk=project_id)


_seen_again = Prepared(_visible)


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
        actor = record.actor
        found: list[Project] = _seen_again.fetch(actor.is_operator, given=(actor.user_id or 0, project_id))
        project = found[0] if found else None
        if project is None:
            raise NotFound("This project is not there any more, or you may no longer see it.")
        if project.deleted_at is not None and not deleted_ok:
            raise Conflict(f"{project.key} was deleted meanwhile.")
        yield record, project

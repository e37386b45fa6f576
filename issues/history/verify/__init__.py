"""Replays every history against the tables and names each difference. Reads only.

    for difference in verify():
        print(difference)           # ABC-12 title: the table says “a”, its history says “b”

Trusts neither the triggers nor the constraints nor the models' conversions: a session can write with all of them
switched off. Reads one snapshot in pieces, so that it needs little memory and hinders no writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from issues.history.verify import deriving, guarding, ledgers, referring, relating
from issues.history.verify.naming import Scope
from issues.history.verify.replaying import KINDS, replay
from issues.history.verify.report import Difference, Progress
from itms_site.db.snapshot import snapshot
from projects.models import ProjectKey

__all__ = ["Difference", "Progress", "differences", "verify"]

Check = Callable[[Scope, Progress], Iterator[Difference]]
CHECKS: tuple[Check, ...] = (
    guarding.guards,
    guarding.file,
    ledgers.heads,
    ledgers.empty_changes,
    relating.grant_rows,
    relating.leads,
    relating.keys,
    relating.names,
    relating.assignees,
    relating.labels,
    relating.threads,
    deriving.documents,
    deriving.index_of_words,
    deriving.tallies,
    referring.rules,
    referring.references,
)


def verify(project_key: str | None = None, progress: Progress | None = None) -> Iterator[Difference]:
    """Yields what differs, as it is found. With a key (an old one too) only what belongs to that project.

    Raises ProjectKey.DoesNotExist."""
    progress = progress or Progress()
    if missing := list(guarding.tables()):
        yield from missing
        return
    with snapshot():
        scope = Scope()
        if project_key is not None:
            scope = Scope(ProjectKey.objects.get(key=project_key.upper()).head_id)
        for kind in KINDS:
            yield from replay(kind, scope, progress)
        for check in CHECKS:
            yield from check(scope, progress)


def differences(project_key: str | None = None) -> list[Difference]:
    """All of them at once: `assert not differences()`."""
    return list(verify(project_key))

"""A backup is of one moment: what others write meanwhile is wholly in it or wholly not, and they do not wait."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import connection

from issues.history.verify import differences
from issues.models import Issue
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from itms_site.backup.taking import take
from tests.backup.conftest import empty_it, restore_from
from tests.world import World

pytestmark = pytest.mark.concurrency


class Interrupted:
    """Between any two tables somebody else opens an issue and comments on it."""

    def __init__(self, world: World) -> None:
        self.world, self.written = world, 0

    def begin(self, what: str, total: int) -> None:
        thread = threading.Thread(target=self._write)
        thread.start()
        thread.join(timeout=15)
        assert not thread.is_alive(), f"a writer waits for the backup ({what})"

    def advance(self, count: int) -> None: ...

    def _write(self) -> None:
        try:
            issue = open_issue(self.world.actor("lead"), self.world.projects["PUB"].pk, title="Meanwhile")
            add_comment(self.world.actor("dev"), issue, body="Me too")
            self.written += 1
        finally:
            connection.close()


def test_it_is_of_one_moment(committed_world: World, tmp_path: Path) -> None:
    file, interrupted = tmp_path / "itms.backup", Interrupted(committed_world)
    take(file, interrupted)
    assert interrupted.written > 20
    assert Issue.objects.count() == 6 + interrupted.written
    empty_it()
    restore_from(file)
    assert differences() == []
    assert Issue.objects.count() == 6

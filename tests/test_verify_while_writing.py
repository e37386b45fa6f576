"""`verify` looks at one moment: others write meanwhile, are not hindered, and are not taken for a difference."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from issues.history.verify import Progress, verify
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from tests.world import World

pytestmark = pytest.mark.concurrency


class Interrupted(Progress):
    """Between any two checks somebody else opens an issue and comments on it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.written = world, 0

    def begin(self, what: str, total: int) -> None:
        thread = threading.Thread(target=self._write)
        thread.start()
        thread.join(timeout=15)
        assert not thread.is_alive(), f"a writer waits for verify ({what})"

    def _write(self) -> None:
        try:
            issue = open_issue(self.world.actor("lead"), self.world.projects["PUB"].pk, title="Meanwhile")
            add_comment(self.world.actor("dev"), issue, body="Me too")
            self.written += 1
        finally:
            connection.close()


def test_it_works(committed_world: World) -> None:
    interrupted = Interrupted(committed_world)
    assert list(verify(progress=interrupted)) == []
    assert interrupted.written > 10
    # What came later is seen by the next one.
    afterwards = Progress()
    assert list(verify(progress=afterwards)) == []
    assert afterwards.replayed["issues"] == 6 + interrupted.written

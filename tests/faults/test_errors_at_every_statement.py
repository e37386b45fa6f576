"""The database gives the transaction up at any statement: the act is done again as a whole, and done once.

Also where the code in between swallows the error: the connection is marked, so nothing of the torn act is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from itms_site.errors import Unavailable
from tests.faults.acts import SCENES, Scene, changes
from tests.faults.dying import content
from tests.world import World

DEADLOCK, LOST = 1213, 2013


@contextmanager
def failing(position: int, code: int, times: int = 1) -> Iterator[list[str]]:
    """From the statement of that position on, so many fail when they have been executed. Yields what failed."""
    failed: list[str] = []
    count = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        fails = count >= position and len(failed) < times
        # A BEGIN that failed has begun nothing; any other statement may have been done already.
        result = None if fails and sql.startswith("BEGIN") else execute(sql, params, many, context)
        if fails:
            failed.append(sql)
            raise OperationalError(code, "the transaction was given up")
        return result

    # Innermost, as an error of the server comes: the wrapper that marks the connection sees it.
    connection.ensure_connection()
    connection.execute_wrappers.append(wrapper)
    try:
        yield failed
    finally:
        connection.execute_wrappers.remove(wrapper)


@pytest.mark.parametrize("make", SCENES[:4], ids=lambda make: make.__name__)
@pytest.mark.parametrize("code", [DEADLOCK, LOST])
def test_it_is_done_again_as_a_whole(world: World, make: Callable[[World], Scene], code: int) -> None:
    for position in range(1, 200, 3 if code == LOST else 2):
        scene = make(world)
        before = changes()
        with failing(position, code) as failed:
            scene.act()
        assert scene.done(), failed
        assert changes() == before + 1, failed
        if not failed:
            return
    raise AssertionError("no end")


@pytest.mark.parametrize("make", SCENES[:4], ids=lambda make: make.__name__)
def test_when_it_never_works_nothing_is_left(world: World, make: Callable[[World], Scene]) -> None:
    scene = make(world)
    before = content()
    with failing(7, DEADLOCK, times=1000), pytest.raises(Unavailable):
        scene.act()
    assert content() == before

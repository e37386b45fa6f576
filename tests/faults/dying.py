"""Acts in a child process that ends itself, as by a power cut, before or after its n-th statement."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

KILLED, DONE, FAILED = 137, 0, 1


def run_and_die(act: Callable[[], object], at: int, *, after: bool) -> int:
    """Forks; the child runs `act` and ends with `os._exit(137)` before (or after) its statement number `at`, COMMIT
    counted as one. Returns 137, 0 when the act came to its end first, or 1 when it raised."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            _count_to(at, after=after)
            act()
            code = DONE
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _count_to(at: int, *, after: bool) -> None:
    count = 0

    def step(go: Callable[[], Any]) -> Any:
        nonlocal count
        count += 1
        if count == at and not after:
            os._exit(KILLED)
        result = go()
        if count == at and after:
            os._exit(KILLED)
        return result

    connection.ensure_connection()
    commit = connection._commit  # COMMIT goes past the wrappers
    connection._commit = lambda: step(commit)
    connection.execute_wrappers.append(
        lambda execute, sql, params, many, context: step(lambda: execute(sql, params, many, context))
    )

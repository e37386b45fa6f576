"""Acts at the same time: each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, connections

from itms_site.errors import ItmsError

Act = Callable[[], Any]
LONGEST = 60.0


def together(*acts: Act) -> list[Any]:
    """Starts all acts at one moment. What each returned, or the ItmsError that refused it, in their order; any
    other exception is raised here."""
    results: list[Any] = [None] * len(acts)
    broken: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(position: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(LONGEST)
            results[position] = acts[position]()
        except ItmsError as error:
            results[position] = error
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    _join([threading.Thread(target=run, args=(n,), daemon=True) for n in range(len(acts))])
    if broken:
        raise broken[0]
    return results


def refused(results: Sequence[Any]) -> list[ItmsError]:
    return [result for result in results if isinstance(result, ItmsError)]


def interleaved(first: Act, second: Act, stop: int) -> tuple[list[Any], bool]:
    """`first` stands still after its statement number `stop` while `second` runs, or waits for a lock that `first`
    holds; then both go on. Their results, and whether `first` came as far as that."""
    reached, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    came_there = False

    def pausing() -> Any:
        nonlocal came_there
        count = 0

        def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal count, came_there
            result = execute(sql, params, many, context)
            count += 1
            if count == stop:
                came_there = True
                reached.set()
                go_on.wait(LONGEST)
            return result

        with connection.execute_wrapper(wrapper):
            try:
                return first()
            finally:
                reached.set()

    def following() -> Any:
        reached.wait(LONGEST)
        try:
            return second()
        finally:
            ended.set()

    def releasing() -> None:
        reached.wait(LONGEST)
        ended.wait(0.15)
        go_on.set()

    results = together(pausing, following, releasing)
    return results[:2], came_there


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert not any(thread.is_alive() for thread in threads), "an act did not end: somebody waits for somebody"

"""A process that ends in the middle of an act, as if the power had gone: no rollback, no goodbye to the server."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, connections

KILLED = 137
Content = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Death:
    """after   False: before the statement was sent, True: when its answer had come
    statement  its first words; COMMIT is one
    committed  the act had been committed"""

    position: int
    after: bool
    statement: str

    @property
    def committed(self) -> bool:
        return self.after and self.statement == "COMMIT"

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} statement {self.position}: {self.statement}"


def deaths(act: Callable[[], object], limit: int = 200) -> Iterator[Death]:
    """Runs the act in one child process after another, each ended one step further, until one has committed."""
    for position in range(1, limit):
        for after in (False, True):
            death = _die(act, position, after)
            yield death
            if death.committed:
                return
    raise AssertionError(f"the act has more than {limit} statements")


def _die(act: Callable[[], object], position: int, after: bool) -> Death:
    connections.close_all()  # a forked process must not talk on its parent's connection
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _child(act, position, after, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _pid, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code == KILLED, f"the act went on past its {position} statements, or broke: {told}"
    return Death(position, after, told)


def _child(act: Callable[[], object], position: int, after: bool, pipe: int) -> None:
    """Never returns."""
    count = 0

    def step(words: str, run: Callable[[], Any]) -> Any:
        nonlocal count
        count += 1
        mine = count == position
        if mine and not after:
            _end(pipe, words)
        result = run()
        if mine:
            _end(pipe, words)
        return result

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return step(" ".join(sql.split()[:3]), lambda: execute(sql, params, many, context))

    try:
        commit = connection.commit
        connection.commit = lambda: step("COMMIT", commit)  # type: ignore[method-assign]
        with connection.execute_wrapper(wrapper):
            act()
        os.write(pipe, b"it came to its end")
    except BaseException:
        os.write(pipe, traceback.format_exc().encode())
    finally:
        os._exit(1)


def _end(pipe: int, words: str) -> None:
    os.write(pipe, words.encode())
    os._exit(KILLED)


def content() -> Content:
    """Every row of every table of ours, as another session sees it."""
    found: Content = {}
    with connection.cursor() as cursor:
        for label in ("accounts", "projects", "issues"):
            for model in apps.get_app_config(label).get_models():
                table = model._meta.db_table
                cursor.execute(f"SELECT * FROM {table}")
                found[table] = sorted(cursor.fetchall(), key=repr)
    return found

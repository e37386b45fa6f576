"""Runs a transaction again as a whole when the database rolled it back for reasons of its own.

`@transactional` makes a function one transaction. Called at the top it is retried on deadlock, lock timeout,
failed certification and a lost connection before COMMIT; called inside another it joins, behind a savepoint.
The meaning of each code, and the source: MySQL 8 and MariaDB 10.11 error references, measured on both.
"""

from __future__ import annotations

import functools
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created
from django.db.utils import InterfaceError, OperationalError

from itms_site.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)


class _Torn(threading.local):
    """What the database gave up the present transaction of this thread for."""

    error: DatabaseError | None = None


class _Bound(threading.local):
    """Whether the next act of this thread stands or falls with the transaction that it joins."""

    next: bool = False


_torn = _Torn()
_bound = _Bound()

# The transaction (or, for a lock timeout, the statement) was rolled back: do all of it again. 1969 and 3024 are
# statements that took too long (db/timeouts.py): no time is left for another try, and the answer is Unavailable.
AGAIN = {1205, 1213, 1020, 1614, 1969, 3024, 3101, 3572}
# The server never began, or is away. Before COMMIT nothing was done: a new connection may help.
AWAY = {1040, 1047, 1053, 1180, 1203, 1226, 1290, 1317, 1836, 1927, 2002, 2003, 2006, 2013, 2055, 3100, 4031}
TRIES = 8
LONGEST = 3.0


def code_of(error: BaseException) -> int | None:
    """The server's error number; 1205 for SQLite's "database is locked"."""
    if isinstance(error, DatabaseError | InterfaceError):
        if error.args and isinstance(error.args[0], int):
            return error.args[0]
        if "locked" in str(error) or "busy" in str(error):
            return 1205
    return None


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """One transaction around `function`, retried as a whole when it is the outermost.

    Raises Unavailable when the database stays busy or away; every other error passes through."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return run(lambda: function(*args, **kwargs))

    return call


def run(act: Callable[[], R]) -> R:
    """`act` in one transaction, again as a whole while the database asks for that (at most 8 times, 3 s).

    Inside another transaction it joins, behind a savepoint: only the outermost can be done again."""
    alone, _bound.next = not _bound.next, False
    if connection.in_atomic_block:
        with transaction.atomic(savepoint=alone):
            return act()
    began = time.monotonic()
    attempt = 0
    while True:
        attempt += 1
        state = {"committing": False}
        _torn.error = None
        try:
            with transaction.atomic():
                result = act()
                if connection.needs_rollback and _torn.error is not None:
                    raise _torn.error  # swallowed on the way: without this the act would seem to be saved
                state["committing"] = True
            return result
        except (OperationalError, InterfaceError) as error:
            code = code_of(error)
            if code in AWAY or isinstance(error, InterfaceError):
                connection.close()
                if state["committing"]:
                    raise Unavailable(
                        "The connection to the database broke while saving. Look whether it was saved before "
                        "you try again; a request with an Idempotency-Key may simply be sent again."
                    ) from error
            elif code not in AGAIN:
                raise
            spent = time.monotonic() - began
            if attempt >= TRIES or spent > LONGEST:
                log.warning("gave up after %d tries in %.1f s: %s", attempt, spent, error)
                raise Unavailable() from error
            time.sleep(min(0.01 * 2**attempt, 0.5) * random.uniform(0.5, 1.5))


def bound(act: Callable[[], R]) -> R:
    """`act` inside the transaction that is open, all of which ends with whatever error it raises: the first service
    that it calls needs no savepoint."""
    _bound.next = True
    try:
        return act()
    finally:
        _bound.next = False


@contextmanager
def database_away_is_unavailable() -> Iterator[None]:
    """Reads: a database that is away or overloaded becomes Unavailable (503) instead of a crash."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        code = code_of(error)
        if code in AWAY or code in AGAIN or isinstance(error, InterfaceError):
            connection.close()
            raise Unavailable() from error
        raise


def watch_connections() -> None:
    connection_created.connect(_watch, dispatch_uid="itms_site.retry")


def _watch(connection: Any, **_: Any) -> None:
    if _mark_for_rollback not in connection.execute_wrappers:
        connection.execute_wrappers.append(_mark_for_rollback)


def _mark_for_rollback(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """After a deadlock the server has thrown away the whole transaction: code that swallowed the error would
    go on in a new one and commit half of the act. So the connection is marked, whoever catches."""
    try:
        return execute(sql, params, many, context)
    except DatabaseError as error:
        using = context["connection"]
        if using.in_atomic_block and (code_of(error) in AGAIN | AWAY):
            using.needs_rollback = True
            _torn.error = error
        raise

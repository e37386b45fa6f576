"""The committed cast, made once per process by the services and afterwards put back from a copy: on SQLite, where the
whole database is one file. On a server it is made each time."""

from __future__ import annotations

import sqlite3

from django.core.cache import cache
from django.db import connection

from tests.standing import as_it_stands
from tests.world import World

_kept: list[tuple[sqlite3.Connection, World]] = []


def committed() -> World:
    if connection.vendor != "sqlite":
        return World.make()
    if not _kept:
        world = World.make()
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(copy)
        _kept.append((copy, world))
    copy, world = _kept[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, name FROM sqlite_sequence")
        numbers = cursor.fetchall()
        copy.backup(connection.connection)
        # No id is given twice, so that nothing which outlives a test is taken for something of the next one.
        cursor.executemany("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", numbers)
    cache.clear()  # what was counted against the same people in an earlier test
    return as_it_stands(world)

"""Users held where they are while an act counts on them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from accounts.models import User


def hold(ids: Iterable[int]) -> list[User]:
    """The users of these ids as they are now, by id, under a shared lock: until this transaction ends nobody
    deactivates them or takes their rights away, and whoever is just doing so is waited for. SQLite has one writer."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    lock = " LOCK IN SHARE MODE" if connection.vendor == "mysql" else ""
    marks = ", ".join(["%s"] * len(wanted))
    table = User._meta.db_table
    return list(User.objects.raw(f"SELECT * FROM {table} WHERE id IN ({marks}) ORDER BY id{lock}", wanted))

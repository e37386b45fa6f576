"""People as plain values, for pages that name them many times: a model instance for each would cost more than to find
the rows."""

from __future__ import annotations

from typing import NamedTuple

NAMES = ("username", "first_name", "last_name")


class Person(NamedTuple):
    """Whom a page shows. Equal persons look the same."""

    username: str
    name: str


def columns_of(relation: str) -> tuple[str, ...]:
    """What `person_of` takes, for `values_list`."""
    return tuple(f"{relation}__{name}" for name in NAMES)


def person_of(username: str | None, first: str | None, last: str | None) -> Person | None:
    return Person(username, f"{first} {last}".strip() or username) if username else None

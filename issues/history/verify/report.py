"""What `verify` says: a difference, and how far it has come."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

SHOWN = 60


@dataclass(frozen=True)
class Difference:
    """where  the object in words that a person can look up, and its field: `ABC-12 title`
    what   what is wrong with it, in one sentence"""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Progress:
    """Told by the checks how far they are. This one shows nothing; it counts what was replayed.

    replayed  what → how many rows of it, as {"issues": 12, "history rows": 57}"""

    def __init__(self) -> None:
        self.replayed: Counter[str] = Counter()

    def begin(self, what: str, total: int) -> None:
        """A check begins that will go through `total` rows."""

    def advance(self, rows: int) -> None:
        """It went through so many more."""


def versus(table: Any, history: Any) -> str:
    """The sentence about a value that differs. Long texts are shown around the first character that does."""
    start = 0
    if isinstance(table, str) and isinstance(history, str):
        while start < min(len(table), len(history)) and table[start] == history[start]:
            start += 1
    start = max(0, start - 20)
    return f"the table says {show(table, start)}, its history says {show(history, start)}"


def show(value: Any, start: int = 0) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime.date):  # datetimes are dates; SQLite has them as text anyway
        value = str(value)
    if not isinstance(value, str):
        return repr(value)
    before = "…" if start and value else ""
    after = "…" if len(value) > start + SHOWN else ""
    # An escaped character is one that a terminal would not show, or would obey.
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[start : start + SHOWN])
    return f"“{before}{text}{after}”"


def ranges_of(numbers: list[int]) -> str:
    """`[1, 2, 3, 7]` → `1–3, 7`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("–".join(str(n) for n in part) for part in parts)

"""What a version changed, as the admin's tables show it: short values side by side, long texts line by line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from itms_site.errors import FieldChange

SHORT, LINES = 120, 60


@dataclass(frozen=True)
class Shown:
    """`lines` is filled for long texts alone: (+ or - or blank, the line)."""

    field: str
    old: str
    new: str
    lines: list[tuple[str, str]] = field(default_factory=list)


def shown(changes: Sequence[FieldChange]) -> list[Shown]:
    return [_one(change.field.replace("_", " "), _words(change.old), _words(change.new)) for change in changes]


def _one(name: str, old: str, new: str) -> Shown:
    if "\n" not in old + new and len(old) <= SHORT and len(new) <= SHORT:
        return Shown(name, old, new)
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))[2:]
    told = [(line[0].strip(), line[1:]) for line in lines if not line.startswith("@@")]
    if len(told) > LINES:
        told = [*told[:LINES], ("", f"… and {len(told) - LINES} more lines")]
    return Shown(name, old, new, told)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)

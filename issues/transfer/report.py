"""The account of an import: what became of every single item of the source, and totals that add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

CREATED, KEPT, SKIPPED, REFUSED = "created", "kept as text", "skipped", "refused"
OUTCOMES = (CREATED, KEPT, SKIPPED, REFUSED)
SHOWN = 5
# Said of all that belongs to an issue which is not brought in; the issue itself has the reason.
WITH_ITS_ISSUE = "its issue was"


@dataclass(frozen=True)
class Item:
    """source   what it is called there: `ALOY-1`, `ALOY-1 comment 194980`, a label's or a person's name
    result   what it became: a key, a user name
    reason   why it was skipped or refused"""

    kind: str
    source: str
    outcome: str
    result: str = ""
    reason: str = ""

    @property
    def is_decided_by_itself(self) -> bool:
        return not self.reason.startswith(WITH_ITS_ISSUE)


@dataclass
class Report:
    """verdict  `imported`, or why nothing was written
    found    how many items of each kind the source has, counted before anything is done
    notes    (source, what had to be changed to make it fit)"""

    project: str
    source: str
    by: str
    verdict: str = "imported"
    found: Counter[str] = field(default_factory=Counter)
    items: list[Item] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, source: str, outcome: str, *, result: str = "", reason: str = "") -> None:
        self.items.append(Item(kind, source, outcome, result, reason))

    def note(self, source: str, what: str) -> None:
        self.notes.append((source, what))

    @property
    def refused(self) -> list[Item]:
        """Without what was refused only because its issue was."""
        return [item for item in self.items if item.outcome == REFUSED and item.is_decided_by_itself]

    def totals(self) -> dict[str, dict[str, int]]:
        """Kind → {found, created, kept as text, skipped, refused}, the kinds in the order they were found in.

        Raises AssertionError when an item was forgotten or counted twice: then the import is wrong."""
        counted = Counter((item.kind, item.outcome) for item in self.items)
        totals = {}
        for kind in {**self.found, **{item.kind: 0 for item in self.items}}:
            row = {outcome: counted[kind, outcome] for outcome in OUTCOMES}
            if sum(row.values()) != self.found[kind]:
                raise AssertionError(f"{kind}: {self.found[kind]} found, but the report accounts for {row}")
            totals[kind] = {"found": self.found[kind], **row}
        return totals

    def as_json(self) -> dict[str, Any]:
        return {
            "project": self.project,
            "source": self.source,
            "by": self.by,
            "verdict": self.verdict,
            "totals": self.totals(),
            "items": [vars(item) for item in self.items],
            "notes": [{"source": source, "note": what} for source, what in self.notes],
        }

    def as_text(self) -> str:
        """For a terminal: totals, then reasons and notes, each with a few examples."""
        lines = [_row("", ["found", *OUTCOMES])]
        lines += [_row(kind, [str(number) for number in row.values()]) for kind, row in self.totals().items()]
        reasons: dict[str, list[str]] = defaultdict(list)
        for item in self.items:
            if item.reason and item.outcome != CREATED and item.is_decided_by_itself:
                reasons[f"{item.outcome} {item.kind}: {item.reason}"].append(item.source)
        for source, what in self.notes:
            reasons[f"note: {what}"].append(source)
        if reasons:
            lines.append("")
        lines += [f"{len(sources):>6} × {reason} ({_few(sources)})" for reason, sources in reasons.items()]
        return "\n".join([*lines, "", f"{self.project}: {self.verdict}"])


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<12}" + "".join(f"{cell:>14}" for cell in cells)


def _few(sources: list[str]) -> str:
    more = f", and {len(sources) - SHOWN} more" if len(sources) > SHOWN else ""
    return ", ".join(sources[:SHOWN]) + more

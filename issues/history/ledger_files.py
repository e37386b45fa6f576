"""The ledger as a file, piece by piece: CSV for tables, JSON for programs. Rights are asked for every piece anew."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from accounts.actor import Actor
from accounts.models import Change
from issues.history.audit import Question, Written, ledger_page, written_by

PIECE = 100
COLUMNS = ("id", "at", "project", "seq", "actor", "verb", "via", "request_id", "reason", "wrote", "changes")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_of(actor: Actor, question: Question) -> Iterator[str]:
    """One line for each Change. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    yield _line(COLUMNS)
    for change, written in _all(actor, question):
        facts = _facts(change)
        wrote = "; ".join(f"{row.kind} {row.name} v{row.version}" for row in written)
        told = "; ".join(
            f"{row.name} {c.field}: {_word(c.old)} → {_word(c.new)}" for row in written for c in row.changes
        )
        yield _line([*facts.values(), wrote, told])


def json_of(actor: Actor, question: Question) -> Iterator[str]:
    """One array of Changes."""
    yield "["
    between = "\n"
    for change, written in _all(actor, question):
        facts = {**_facts(change), "data": change.data, "wrote": [_row(row) for row in written]}
        yield between + json.dumps(facts, ensure_ascii=False, default=str)
        between = ",\n"
    yield "\n]\n"


Writer = Callable[[Actor, Question], Iterator[str]]
FORMATS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", csv_of),
    "json": ("application/json", json_of),
}


def _all(actor: Actor, question: Question) -> Iterator[tuple[Change, list[Written]]]:
    after = None
    while True:
        asking = actor.refreshed()
        page = ledger_page(asking, question, limit=PIECE, after=after)
        written = written_by([change.pk for change in page.items])
        for change in page.items:
            yield change, written[change.pk]
        after = page.next
        if after is None:
            return


def _facts(change: Change) -> dict[str, Any]:
    return {
        "id": change.pk,
        "at": change.at.isoformat(),
        "project": change.head.project.key if change.head else None,
        "seq": change.seq,
        "actor": change.actor.username if change.actor else None,
        "verb": change.verb,
        "via": change.via,
        "request_id": change.request_id,
        "reason": change.reason,
    }


def _row(row: Written) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "id": row.pk,
        "name": row.name,
        "version": row.version,
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in row.changes],
    }


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: Any) -> str:
    text = _word(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text

"""Issues as a file that goes out: CSV for tables, JSON in the shape of the API."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from issues.selectors.exporting import Exported

HEADER = (
    "key", "title", "type", "status", "priority", "reporter", "assignee", "labels",
    "due_date", "created_at", "updated_at", "closed_at", "url", "description",
)  # fmt: skip
FORMULA = frozenset("=+-@\t\r")


def csv_lines(pieces: Iterable[list[Exported]], *, site: str) -> Iterator[str]:
    """RFC 4180 with a header. `site` stands before the addresses: `https://itms.example`."""
    yield ",".join(HEADER) + "\r\n"
    for piece in pieces:
        text = io.StringIO()
        csv.writer(text).writerows(_cells(row, site) for row in piece)
        yield text.getvalue()


def json_lines(pieces: Iterable[list[Exported]]) -> Iterator[str]:
    """One array, an issue on each line."""
    yield "["
    before = "\n"
    for piece in pieces:
        yield before + ",\n".join(json.dumps(_issue(row), ensure_ascii=False) for row in piece) if piece else ""
        before = ",\n" if piece else before
    yield "\n]\n"


def _cells(row: Exported, site: str) -> tuple[Any, ...]:
    return (
        row.key,
        _plain(row.title),
        row.type,
        row.status,
        row.priority,
        row.reporter,
        row.assignee or "",
        _plain(", ".join(row.labels)),
        row.due_date or "",
        row.created_at,
        row.updated_at,
        row.closed_at or "",
        f"{site}/issues/{row.key}/",
        _plain(row.description),
    )


def _plain(text: str) -> str:
    """What a spreadsheet would take for a formula is made text by an apostrophe."""
    return f"'{text}" if text and text[0] in FORMULA else text


def _issue(row: Exported) -> dict[str, Any]:
    return {
        "key": row.key,
        "number": row.number,
        "project": row.project,
        "title": row.title,
        "description": row.description,
        "type": row.type,
        "status": row.status,
        "priority": row.priority,
        "reporter": _person(row.reporter, row.reporter_first, row.reporter_last),
        "assignee": _person(row.assignee, row.assignee_first, row.assignee_last) if row.assignee else None,
        "labels": row.labels,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "closed_at": row.closed_at,
        "version": row.version,
        "url": f"/issues/{row.key}/",
    }


def _person(username: str, first: str | None, last: str | None) -> dict[str, str]:
    return {"username": username, "name": f"{first} {last}".strip() or username}

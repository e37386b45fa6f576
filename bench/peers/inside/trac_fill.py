"""Fills a Trac environment whose tables are there: python trac_fill.py HOME < data (JSON: a line for the head of
`Source`, then one for each issue). Straight into its SQLite tables, in the form in which the web interface leaves them:
each change of a ticket is a number of rows with the same time, one of them its comment, which may be empty."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

STATUSES = {"OPEN": "new", "IN_PROGRESS": "accepted", "RESOLVED": "resolved", "CLOSED": "closed"}
NAMES = {"title": "summary", "assignee": "owner", "labels": "keywords"}
ENUMS = {
    "ticket_type": ("BUG", "FEATURE", "TASK", "OTHER"),
    "priority": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
}
INSERTS = {
    "ticket": "INSERT INTO ticket (id, type, time, changetime, component, priority, owner, reporter, status,"
    " resolution, summary, description, keywords, severity, cc, version, milestone)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, '', '', '', '')",
    "change": "INSERT INTO ticket_change (ticket, time, author, field, oldvalue, newvalue) VALUES (?, ?, ?, ?, ?, ?)",
    "custom": "INSERT INTO ticket_custom (ticket, name, value) VALUES (?, 'due', ?)",
}


def main() -> None:
    home = Path(sys.argv[1])
    line = sqlite3.connect(home / "db" / "trac.db")
    _head(home, line, json.loads(sys.stdin.readline()))
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
    for number, text in enumerate(sys.stdin, 1):
        _issue(json.loads(text), rows)
        if number % 1000 == 0:
            _flush(line, rows)
            print(f"trac: {number:,} issues", file=sys.stderr, flush=True)
    _flush(line, rows)
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()


def _head(home: Path, line: sqlite3.Connection, head: dict[str, Any]) -> None:
    for kind, names in ENUMS.items():
        line.execute("DELETE FROM enum WHERE type = ?", (kind,))
        for value, name in enumerate(names, 1):
            line.execute("INSERT INTO enum (type, name, value) VALUES (?, ?, ?)", (kind, name, str(value)))
    for table in ("component", "milestone", "version"):
        line.execute(f"DELETE FROM {table}")
    for project in head["projects"]:
        line.execute("INSERT INTO component (name, owner, description) VALUES (?, '', ?)",
                     (project["key"], f"{project['name']}\n\n{project['text']}"))  # fmt: skip
    secret = base64.b64encode(hashlib.sha1(head["password"].encode()).digest()).decode()
    people = [person["name"] for person in head["people"] if person["signs_in"]]
    (home / "htpasswd").write_text("".join(f"{name}:{{SHA}}{secret}\n" for name in people))
    for person in head["people"]:
        line.execute("INSERT INTO session (sid, authenticated, last_visit) VALUES (?, 1, 0)", (person["name"],))
        for name, value in (("name", person["full"]), ("email", person["email"])):
            line.execute("INSERT INTO session_attribute (sid, authenticated, name, value) VALUES (?, 1, ?, ?)",
                         (person["name"], name, value))  # fmt: skip
    line.commit()


def _issue(issue: dict[str, Any], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    number = issue["id"]
    acts: list[tuple[int, str, dict[str, Any], str]] = [
        (act["at"], act["who"], {}, act["body"]) for act in issue["comments"]
    ]
    acts += [(act["at"], act["who"], act["fields"], "") for act in issue["changes"]]
    last = 0
    for count, (at, who, fields, body) in enumerate(sorted(acts, key=lambda act: act[0]), 1):
        last = max(last + 1, at)  # two changes of a ticket never have the same time
        for field, (old, new) in fields.items():
            values = (_value(field, old), _value(field, new))
            rows["change"].append((number, last, who, NAMES.get(field, field), *values))
        rows["change"].append((number, last, who, "comment", str(count), body))
    rows["ticket"].append(
        (number, issue["type"], issue["created"], max(last, issue["updated"]), issue["project"], issue["priority"],
         issue["assignee"], issue["reporter"], STATUSES[issue["status"]], issue["title"], issue["description"],
         _value("labels", issue["labels"]))
    )  # fmt: skip
    rows["custom"].append((number, issue["due"]))


def _value(field: str, value: Any) -> str:
    if field == "labels":
        return " ".join(name.replace(" ", "-") for name in value)
    return STATUSES[value] if field == "status" else str(value)


def _flush(line: sqlite3.Connection, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    for table, found in rows.items():
        line.executemany(INSERTS[table], found)
        found.clear()
    line.commit()


if __name__ == "__main__":
    main()

"""Fills a Roundup tracker whose tables are there: python roundup_fill.py HOME < data (JSON: a line for the head of
`Source`, then one for each issue). Runs in the tracker's own environment.

People, projects and keywords go through Roundup's Python API; issues, messages and their journals straight into its
SQLite tables and its folder of message files, in the form in which the API leaves them, which takes a hundredth of its
time. Words go through Roundup's own Xapian indexer, whose database is held open. The journals of linked messages, users
and keywords stay empty: no page that is measured reads them."""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("XAPIAN_FLUSH_THRESHOLD", "100000")
import roundup.instance
import xapian
from roundup import date, password
from roundup.anypy.strings import repr_export

EPOCH = datetime.datetime(1970, 1, 1)
LINKS = {"status": "status", "priority": "priority", "type": "kind", "assignee": "user"}
NAMES = {"assignee": "assignedto", "labels": "keyword"}
INSERTS = {
    "issue": "INSERT INTO _issue (id, _title, _status, _priority, _type, _assignedto, _due, _project, _creation,"
    " _creator, _activity, _actor, __retired__) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
    "msg": "INSERT INTO _msg (id, _author, _creator, _actor, _creation, _activity, _date, _summary, __retired__)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
    "messages": "INSERT INTO issue_messages (linkid, nodeid) VALUES (?, ?)",
    "keyword": "INSERT INTO issue_keyword (linkid, nodeid) VALUES (?, ?)",
    "journal": "INSERT INTO issue__journal (nodeid, date, tag, action, params) VALUES (?, ?, ?, ?, ?)",
    "msg_journal": "INSERT INTO msg__journal (nodeid, date, tag, action, params) VALUES (?, ?, ?, 'create', '{}')",
}


def main() -> None:
    home = Path(sys.argv[1])
    db = roundup.instance.open(str(home)).open("admin")
    ids = _small(db, json.loads(sys.stdin.readline()))
    fill = _Fill(home, ids, db.indexer)
    for number, text in enumerate(sys.stdin, 1):
        fill.issue(json.loads(text))
        if number % 1000 == 0:
            fill.flush()
            print(f"roundup: {number:,} issues", file=sys.stderr, flush=True)
    fill.end()
    db.close()


def _small(db: Any, head: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Ids by name, of each class that issues link to."""
    secret = password.Password(head["password"], config=db.config)
    for person in head["people"]:
        allowed = {"password": secret} if person["signs_in"] else {}
        db.user.create(username=person["name"], realname=person["full"], roles="User", **allowed)
    for project in head["projects"]:
        db.project.create(key=project["key"], name=project["name"], description=project["text"])
    for label in head["labels"]:
        db.keyword.create(name=label)
    db.commit()
    return {
        name: {db.getclass(name).get(id, db.getclass(name).getkey()): id for id in db.getclass(name).list()}
        for name in ("user", "project", "keyword", "status", "priority", "kind")
    }


class _Fill:
    def __init__(self, home: Path, ids: dict[str, dict[str, str]], indexer: Any) -> None:
        self.ids = ids
        self.files = home / "db" / "files" / "msg"
        self.line = sqlite3.connect(home / "db" / "db")
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
        self.indexer = indexer
        self.words = xapian.WritableDatabase(str(home / "db" / "text-index"), xapian.DB_CREATE_OR_OPEN)
        indexer._get_database = lambda: self.words
        self.last_issue = self.last_message = 0

    def issue(self, issue: dict[str, Any]) -> None:
        number, reporter = issue["id"], self._user(issue["reporter"])
        created, updated = _moment(issue["created"]), _moment(issue["updated"])
        actors = [(act["at"], act["who"]) for act in (*issue["comments"], *issue["changes"])]
        actor = self._user(max(actors)[1]) if actors else reporter
        links = [self._link(field, issue[field]) for field in ("status", "priority", "type", "assignee")]
        due = _day(issue["due"]) or None
        self.rows["issue"].append(
            (number, issue["title"], *links, due, self.ids["project"][issue["project"]], created, reporter,
             updated, actor)
        )  # fmt: skip
        self.rows["keyword"] += [(self.ids["keyword"][label], number) for label in issue["labels"]]
        self.rows["journal"].append((number, created, reporter, "create", "{}"))
        self.indexer.add_text(("issue", str(number), "title"), issue["title"])
        description = self._message(number, reporter, created, issue["description"])
        for comment in issue["comments"]:
            author, at = self._user(comment["who"]), _moment(comment["at"])
            message = self._message(number, author, at, comment["body"])
            self._journal(number, at, author, {"messages": (("+", [str(message)]),)})
        for change in issue["changes"]:
            old = {NAMES.get(field, field): self._old(field, *pair) for field, pair in change["fields"].items()}
            if old.pop("description", None) is not None:  # Roundup keeps no versions of messages: which one it was
                old["messages"] = (("+", [str(description)]),)
            self._journal(number, _moment(change["at"]), self._user(change["who"]), old)
        self.last_issue = max(self.last_issue, number)

    def _message(self, issue: int, author: str, at: str, text: str) -> int:
        self.last_message = number = self.last_message + 1
        self.rows["msg"].append((number, author, author, author, at, at, at, text.partition("\n")[0]))
        self.rows["messages"].append((number, issue))
        self.rows["msg_journal"].append((number, at, author))
        folder = self.files / str(number // 1000)
        if number == 1 or number % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"msg{number}").write_text(text)
        self.indexer.add_text(("msg", str(number), "content"), text)
        return number

    def _journal(self, issue: int, at: str, who: str, old: dict[str, Any]) -> None:
        self.rows["journal"].append((issue, at, who, "set", repr_export(old)))

    def _old(self, field: str, old: Any, new: Any) -> Any:
        """What the journal keeps of a change: the value before, of keywords the difference."""
        if field == "labels":
            ids = self.ids["keyword"]
            pairs = [("+", [ids[name] for name in new if name not in old])]
            pairs.append(("-", [ids[name] for name in old if name not in new]))
            return tuple(pair for pair in pairs if pair[1])
        if field == "due":
            return _day(old) or None
        return self._link(field, old) if field in LINKS else old

    def _link(self, field: str, name: str) -> str | None:
        return self.ids[LINKS[field]][name] if name else None

    def _user(self, name: str) -> str:
        return self.ids["user"][name]

    def flush(self) -> None:
        for table, rows in self.rows.items():
            self.line.executemany(INSERTS[table], rows)
            rows.clear()
        self.line.commit()

    def end(self) -> None:
        self.flush()
        for name, last in (("issue", self.last_issue), ("msg", self.last_message)):
            self.line.execute("UPDATE ids SET num = ? WHERE name = ?", (last + 1, name))
        self.line.commit()
        self.line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.line.close()
        self.words.commit()
        self.words.close()


def _moment(micro: int) -> str:
    at = EPOCH + datetime.timedelta(milliseconds=micro // 1000)
    return at.strftime("%Y%m%d%H%M%S.%f")[:-3]


def _day(text: str) -> str:
    return str(date.Date(text).serialise()) if text else ""


if __name__ == "__main__":
    main()

"""Fills a Redmine whose default data are there: python redmine_fill.py PORT < data (JSON: a line for the head of
`Source`, then one for each issue). Straight into the tables of its MariaDB on that port, in the form in which the web
interface leaves them: a comment is a journal with notes, a change one with a detail for each field."""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
from typing import Any

import MySQLdb

MANAGER = 3  # the role of Redmine's default data: may do everything in its projects
LABELS = 1  # the custom field
FIRST = 100  # ids of people are greater
STATUSES = {"OPEN": 1, "IN_PROGRESS": 2, "RESOLVED": 3, "CLOSED": 4}
CLOSED = (3, 4)
KINDS = {"BUG": 1, "FEATURE": 2, "TASK": 3, "OTHER": 4}
PRIORITIES = {"LOW": 1, "MEDIUM": 2, "HIGH": 3, "CRITICAL": 4}
NAMES = {
    "title": "subject", "description": "description", "type": "tracker_id", "status": "status_id",
    "priority": "priority_id", "due": "due_date", "assignee": "assigned_to_id",
}  # fmt: skip
SETTINGS = {
    "rest_api_enabled": "1", "issues_export_limit": "1000000", "text_formatting": "common_mark",
    "per_page_options": "25,50,100", "notified_events": "--- []\n", "default_language": "en",
}  # fmt: skip
TABLES = {
    "issues": "id, tracker_id, project_id, subject, description, due_date, status_id, assigned_to_id, priority_id,"
    " author_id, created_on, updated_on, closed_on, root_id, lft, rgt",
    "journals": "id, journalized_id, journalized_type, user_id, notes, created_on",
    "journal_details": "journal_id, property, prop_key, old_value, value",
    "custom_values": "customized_type, customized_id, custom_field_id, value",
}
EPOCH = datetime.datetime(1970, 1, 1)


def main() -> None:
    line = MySQLdb.connect(host="127.0.0.1", port=int(sys.argv[1]), user="root", db="redmine", charset="utf8mb4")
    cursor = line.cursor()
    fill = _Fill(cursor, json.loads(sys.stdin.readline()))
    line.commit()
    for number, text in enumerate(sys.stdin, 1):
        fill.issue(json.loads(text))
        if number % 1000 == 0:
            fill.flush()
            line.commit()
            print(f"redmine: {number:,} issues", file=sys.stderr, flush=True)
    fill.flush()
    line.commit()
    cursor.execute(f"ANALYZE TABLE {', '.join(TABLES)}")


class _Fill:
    def __init__(self, cursor: Any, head: dict[str, Any]) -> None:
        self.cursor = cursor
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.journal = 0
        self._enumerations()
        now = datetime.datetime.now().replace(microsecond=0)
        secret = hashlib.sha1(head["password"].encode()).hexdigest()
        self.people = {}
        for number, person in enumerate(head["people"], FIRST + 1):
            first, _, last = person["full"].partition(" ")
            salt = hashlib.md5(person["name"].encode()).hexdigest()
            hashed = hashlib.sha1((salt + secret).encode()).hexdigest() if person["signs_in"] else ""
            user = self.people[person["name"]] = number
            self._insert(
                "users", id=user, login=person["name"], firstname=first, lastname=last, status=1, type="User",
                salt=salt, hashed_password=hashed,
                language="en", mail_notification="none", created_on=now, updated_on=now, passwd_changed_on=now,
            )  # fmt: skip
            self._insert("email_addresses", user_id=user, address=person["email"], is_default=1, created_on=now,
                         updated_on=now)  # fmt: skip
            self._insert("user_preferences", user_id=user, others="--- {}\n", hide_mail=1)
            key = hashlib.sha1(person["name"].encode()).hexdigest()
            self._insert("tokens", user_id=user, action="api", value=key, created_on=now, updated_on=now)
        self.projects = {}
        for number, project in enumerate(head["projects"], 1):
            found = self.projects[project["key"]] = self._insert(
                "projects", name=project["name"], description=project["text"], identifier=project["key"].lower(),
                is_public=project["public"], status=1, lft=2 * number - 1, rgt=2 * number, created_on=now,
                updated_on=now,
            )  # fmt: skip
            self._insert("enabled_modules", project_id=found, name="issue_tracking")
            for kind in KINDS.values():
                self._insert("projects_trackers", project_id=found, tracker_id=kind)
            for name in project["members"]:
                member = self._insert("members", user_id=self.people[name], project_id=found, created_on=now)
                self._insert("member_roles", member_id=member, role_id=MANAGER)
        names = "".join(f"- {json.dumps(label, ensure_ascii=False)}\n" for label in head["labels"])
        self._insert("custom_fields", id=LABELS, type="IssueCustomField", name="Labels", field_format="list",
                     possible_values=f"---\n{names}", is_for_all=1, is_filter=1, position=1, multiple=1,
                     format_store="--- {}\n")  # fmt: skip
        for kind in KINDS.values():
            self._insert("custom_fields_trackers", custom_field_id=LABELS, tracker_id=kind)

    def _enumerations(self) -> None:
        for table in ("issue_statuses", "trackers", "workflows", "settings"):
            self.cursor.execute(f"DELETE FROM {table}")
        self.cursor.execute("DELETE FROM enumerations WHERE type = 'IssuePriority'")
        for name, id in STATUSES.items():
            self._insert("issue_statuses", id=id, name=name, is_closed=int(id in CLOSED), position=id)
        for name, id in KINDS.items():
            self._insert("trackers", id=id, name=name, position=id, default_status_id=1)
            for old in (0, *STATUSES.values()):
                for new in STATUSES.values():
                    self._insert("workflows", tracker_id=id, old_status_id=old, new_status_id=new, role_id=MANAGER,
                                 type="WorkflowTransition")  # fmt: skip
        for name, id in PRIORITIES.items():
            self._insert("enumerations", id=id, name=name, position=id, is_default=int(name == "MEDIUM"), active=1,
                         type="IssuePriority")  # fmt: skip
        for name, value in SETTINGS.items():
            self._insert("settings", name=name, value=value)

    def _insert(self, table: str, **values: Any) -> int:
        marks = ", ".join(["%s"] * len(values))
        self.cursor.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
        return int(self.cursor.lastrowid)

    def issue(self, issue: dict[str, Any]) -> None:
        number, status = issue["id"], STATUSES[issue["status"]]
        updated = _moment(issue["updated"])
        self.rows["issues"].append(
            (number, KINDS[issue["type"]], self.projects[issue["project"]], issue["title"], issue["description"],
             issue["due"] or None, status, self.people.get(issue["assignee"]), PRIORITIES[issue["priority"]],
             self.people[issue["reporter"]], _moment(issue["created"]), updated,
             updated if status in CLOSED else None, number, 1, 2)
        )  # fmt: skip
        self.rows["custom_values"] += [("Issue", number, LABELS, label) for label in issue["labels"] or [""]]
        acts = [(comment, comment["body"]) for comment in issue["comments"]]
        acts += [(change, "") for change in issue["changes"]]
        for act, notes in sorted(acts, key=lambda pair: pair[0]["at"]):
            self.journal += 1
            self.rows["journals"].append(
                (self.journal, number, "Issue", self.people[act["who"]], notes, _moment(act["at"]))
            )
            for field, (old, new) in act.get("fields", {}).items():
                self.rows["journal_details"] += [(self.journal, *detail) for detail in self._details(field, old, new)]

    def _details(self, field: str, old: Any, new: Any) -> list[tuple[Any, ...]]:
        """(property, key, old value, new value); of labels one for each that was added or taken away."""
        if field == "labels":
            gone = [("cf", str(LABELS), label, None) for label in old if label not in new]
            return gone + [("cf", str(LABELS), None, label) for label in new if label not in old]
        return [("attr", NAMES[field], self._value(field, old), self._value(field, new))]

    def _value(self, field: str, value: str) -> str | None:
        ids = {"status": STATUSES, "type": KINDS, "priority": PRIORITIES, "assignee": self.people}.get(field)
        if not value:
            return None
        return str(ids[value]) if ids else value

    def flush(self) -> None:
        for table, rows in self.rows.items():
            if rows:
                marks = ", ".join(["%s"] * len(rows[0]))
                self.cursor.executemany(f"INSERT INTO {table} ({TABLES[table]}) VALUES ({marks})", rows)
                rows.clear()


def _moment(micro: int) -> datetime.datetime:
    return (EPOCH + datetime.timedelta(microseconds=micro)).replace(microsecond=0)


if __name__ == "__main__":
    main()

"""The data of `seed_bulk` as they are in an ITMS database, read by SQL for trackers that are to hold the same.

What benches have written since (their titles and comments begin with "Measured", their changes are younger than the
last comment of the seed) is left out, and so are deleted issues."""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

PASSWORD = "bulkpass"
PIECE = 500
EPOCH = datetime.datetime(1970, 1, 1)
FIELDS = ("title", "description", "type", "status", "priority", "due", "assignee", "labels")


class Source:
    """An open ITMS database. All moments are microseconds since 1970, people are user names, projects are keys."""

    def __init__(self, line: Any) -> None:
        self._line = line
        self._people = dict(self._rows("SELECT id, username FROM accounts_user"))
        self._labels = dict(self._rows("SELECT id, name FROM projects_label"))
        self._projects = dict(self._rows("SELECT id, `key` FROM projects_project"))
        last = self._rows("SELECT MAX(created_at) FROM issues_comment WHERE body NOT LIKE 'Measured %%'")[0][0]
        self._end = last + datetime.timedelta(days=1)

    def size(self) -> int:
        """How many issues were seeded."""
        return int(self._rows("SELECT COUNT(*) FROM issues_issue WHERE title NOT LIKE 'Measured %%'")[0][0])

    def head(self) -> dict[str, Any]:
        """Projects with their members, people, names of labels: few, and before the issues."""
        people = "SELECT username, first_name, last_name, email, password <> '!' FROM accounts_user ORDER BY id"
        projects = "SELECT id, `key`, name, description, is_public FROM projects_project ORDER BY id"
        members = defaultdict(list)
        for project, person in self._rows("SELECT project_id, user_id FROM projects_membership ORDER BY id"):
            members[project].append(self._people[person])
        return {
            "password": PASSWORD,
            "people": [
                {"name": name, "full": f"{first} {last}", "email": email, "signs_in": bool(signs_in)}
                for name, first, last, email, signs_in in self._rows(people)
            ],
            "projects": [
                {"key": key, "name": name, "text": text, "public": public, "members": members[id]}
                for id, key, name, text, public in self._rows(projects)
            ],
            "labels": sorted(set(self._labels.values())),
        }

    def numbers(self, project: str, last: int) -> dict[int, int]:
        """The ids of a project's first issues, which are their ids everywhere."""
        key = next(id for id, key in self._projects.items() if key == project)
        found = "SELECT number, id FROM issues_issue WHERE project_id = %s AND deleted_at IS NULL AND number <= %s"
        return dict(self._rows(found, key, last))

    def issues(self) -> Iterator[dict[str, Any]]:
        """By id, each with its comments and changes, oldest first. A change holds (old, new) of each field."""
        last = self._rows("SELECT MAX(id) FROM issues_issue")[0][0]
        for first in range(0, last + 1, PIECE):
            yield from self._piece(first, first + PIECE)

    def _piece(self, first: int, end: int) -> Iterator[dict[str, Any]]:
        comments = defaultdict(list)
        for issue, author, at, body in self._rows(
            "SELECT issue_id, author_id, created_at, body FROM issues_comment"
            " WHERE issue_id >= %s AND issue_id < %s AND deleted_at IS NULL AND created_at < %s ORDER BY id",
            first, end, self._end,
        ):  # fmt: skip
            comments[issue].append({"who": self._people[author], "at": _micro(at), "body": body})
        versions = defaultdict(list)
        for row in self._rows(
            "SELECT id, history_user_id, history_date, number, project_id, deleted_at, created_at, reporter_id,"
            " title, description, type, status, priority, due_date, assignee_id, label_ids FROM issues_historicalissue"
            " WHERE id >= %s AND id < %s AND history_date < %s ORDER BY id, version",
            first, end, self._end,
        ):  # fmt: skip
            versions[row[0]].append(row)
        for id, rows in versions.items():
            newest = rows[-1]
            if newest[5] is None:
                states = [self._state(row) for row in rows]
                yield {
                    "id": id,
                    "project": self._projects[newest[4]],
                    "number": newest[3],
                    "reporter": self._people[newest[7]],
                    "created": _micro(newest[6]),
                    "updated": max(_micro(newest[2]), *(comment["at"] for comment in comments[id]), 0),
                    **states[-1],
                    "comments": comments[id],
                    "changes": [
                        {"who": self._people[row[1]], "at": _micro(row[2]), "fields": _differences(old, new)}
                        for row, old, new in zip(rows[1:], states, states[1:], strict=False)
                    ],
                }

    def _state(self, row: Any) -> dict[str, Any]:
        *values, due, assignee, labels = row[8:]
        names = sorted(self._labels[label] for label in json.loads(labels) if label in self._labels)
        day = due.isoformat() if due else ""
        return dict(zip(FIELDS, [*values, day, self._people.get(assignee, ""), names], strict=True))

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        cursor = self._line.cursor()
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {field: (old[field], new[field]) for field in FIELDS if old[field] != new[field]}


def _micro(at: datetime.datetime) -> int:
    return (at - EPOCH) // datetime.timedelta(microseconds=1)

"""Acts written by hand: SQL through a cursor, as somebody would type it who knows every table and no service.

A correct act is possible and passes (test_controls.py); the attacks take one, get one thing wrong and are refused."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.world import World

HISTORY = {
    "projects_project": "projects_historicalproject",
    "projects_membership": "projects_historicalmembership",
    "projects_label": "projects_historicallabel",
    "issues_issue": "issues_historicalissue",
    "issues_comment": "issues_historicalcomment",
}
NOON = "2026-03-01 12:00:00"
Row = dict[str, Any]


class Forge:
    """sql, insert       one statement
    open_act, close_act  the frame of an act in a project: Change and head
    fresh                a new row of a tracked table, right in everything, not inserted yet
    standing             the id of a row that is there already
    born, rewritten      a row inserted, or changed, together with its history row
    strike()             says that the statement after it is the one to be refused"""

    def __init__(self, world: World) -> None:
        self.world = world
        self.struck = False
        self.act: dict[int, int] = {}  # project id → the open Change

    def strike(self) -> Forge:
        self.struck = True
        return self

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def insert(self, table: str, **row: Any) -> int:
        """The id of the new row."""
        columns = ", ".join(f"`{name}`" for name in row)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())
            )
            return int(cursor.lastrowid)

    def row(self, table: str, pk: int) -> Row:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [pk])
            names = [column[0] for column in cursor.description]
            return dict(zip(names, cursor.fetchall()[0], strict=True))

    # Who and where

    def user(self, name: str) -> int:
        return self.world.users[name].pk

    def project(self, key: str) -> int:
        return self.world.projects[key].pk

    def issue(self, key: str) -> int:
        project, _, number = key.partition("-")
        return int(
            self.sql(
                "SELECT id FROM issues_issue WHERE project_id = %s AND number = %s", self.project(project), number
            )[0][0]
        )

    def label(self, name: str, project: str = "PUB") -> int:
        return int(
            self.sql(
                "SELECT id FROM projects_label WHERE project_id = %s AND name = %s AND slot = 0",
                self.project(project),
                name,
            )[0][0]
        )

    def membership(self, user: str, project: str = "PUB") -> int:
        return int(
            self.sql(
                "SELECT id FROM projects_membership WHERE project_id = %s AND user_id = %s AND slot = 0",
                self.project(project),
                self.user(user),
            )[0][0]
        )

    # The frame of an act

    def new_head(self) -> int:
        return self.insert("accounts_head", last_number=0, last_seq=0, open_change=None)

    def change(self, head: int | None, **other: Any) -> int:
        seq = self.sql("SELECT last_seq + 1 FROM accounts_head WHERE id = %s", head)[0][0] if head else None
        row = {
            "head_id": head,
            "seq": seq,
            "actor_id": self.user("lead"),
            "verb": "issue.edit",
            "via": "command",
            "request_id": "",
            "reason": "",
            "data": "{}",
            "at": NOON,
        }
        return self.insert("accounts_change", **row | other)

    def open_act(self, head: int | str = "PUB") -> int:
        """Locks the head, writes a Change and opens it; returns its id."""
        pk = self.project(head) if isinstance(head, str) else head
        lock = "" if connection.vendor == "sqlite" else " FOR UPDATE"
        self.sql(f"SELECT id FROM accounts_head WHERE id = %s{lock}", pk)
        self.act[pk] = self.change(pk)
        self.sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", self.act[pk], pk)
        return self.act[pk]

    def close_act(self, head: int | str = "PUB", numbers: int = 0) -> None:
        pk = self.project(head) if isinstance(head, str) else head
        self.sql(
            "UPDATE accounts_head SET open_change = NULL, last_seq = last_seq + 1, last_number = last_number + %s"
            " WHERE id = %s",
            numbers,
            pk,
        )
        del self.act[pk]

    # Rows

    def fresh(self, table: str, project: str = "PUB", **other: Any) -> Row:
        """A row that belongs to the open act of `project` (a new project brings its own head, key and act)."""
        if table == "projects_project":
            return self._fresh_project() | other
        row: Row = {"change_id": self.act.get(self.project(project)), "version": 1, "project_id": self.project(project)}
        makers = {
            "projects_membership": self._fresh_membership,
            "projects_label": self._fresh_label,
            "issues_issue": self._fresh_issue,
            "issues_comment": self._fresh_comment,
        }
        return row | makers[table](project) | other

    def standing(self, table: str, project: str = "PUB") -> int:
        """The id of a row that nothing else points to (but the project's)."""
        if table == "projects_project":
            return self.project(project)
        if table == "projects_membership":
            return self.membership("dev", project)
        if table == "projects_label":
            return self.label("ui", project)
        if table == "issues_issue":
            return self.issue(f"{project}-1")
        self.open_act(project)
        pk = self.born("issues_comment", project)
        self.close_act(project)
        return pk

    def history(self, table: str, row: Row, *, kind: str = "~", **other: Any) -> None:
        """The history row of that state. `row` has its id."""
        extra: Row = {
            "history_date": NOON,
            "history_type": kind,
            "history_user_id": self.user("lead"),
            "history_change_reason": "",
        }
        if table == "issues_issue":
            labels = self.sql("SELECT label_id FROM issues_issuelabel WHERE issue_id = %s ORDER BY 1", row["id"])
            extra["label_ids"] = str([pk for (pk,) in labels])
        self.insert(HISTORY[table], **row | extra | other)

    def born(self, table: str, project: str = "PUB", **other: Any) -> int:
        row = self.fresh(table, project, **other)
        pk = self.insert(table, **row)
        self.history(table, {"id": pk} | row, kind="+")
        return int(row.get("id", pk))

    def rewritten(self, table: str, pk: int, **other: Any) -> None:
        """The next version, in the open act of the row's project."""
        row = self.next(table, pk, **other)
        self.history(table, row)
        self.update(table, pk, **row)

    def next(self, table: str, pk: int, **other: Any) -> Row:
        row = self.row(table, pk)
        head = row.get("project_id", pk)
        moved = {"updated_at": NOON} if table == "issues_issue" else {}
        return row | moved | {"version": row["version"] + 1, "change_id": self.act.get(head)} | other

    def update(self, table: str, pk: int, **row: Any) -> None:
        assignments = ", ".join(f"`{name}` = %s" for name in row)
        self.sql(f"UPDATE {table} SET {assignments} WHERE id = %s", *row.values(), pk)

    def _fresh_project(self) -> Row:
        head = self.new_head()
        self.open_act(head)
        self.insert("projects_projectkey", key=f"FORGE{head}", head_id=head)
        return {
            "change_id": self.act[head],
            "version": 1,
            "id": head,
            "head_id": head,
            "key": f"FORGE{head}",
            "name": "Forged",
            "description": "",
            "is_public": 1,
            "created_by_id": self.user("lead"),
            "created_at": NOON,
            "archived_at": None,
            "deleted_at": None,
        }

    def _fresh_membership(self, project: str) -> Row:
        return {"user_id": self.user("stranger"), "role": "DEVELOPER", "joined_at": NOON, "slot": 0}

    def _fresh_label(self, project: str) -> Row:
        return {"name": "forged", "name_canonical": "forged", "colour": "#00ff00", "slot": 0}

    def _fresh_issue(self, project: str) -> Row:
        last = self.sql("SELECT last_number FROM accounts_head WHERE id = %s", self.project(project))[0][0]
        return {
            "number": last + 1,
            "title": "Forged",
            "description": "",
            "type": "TASK",
            "status": "OPEN",
            "priority": "MEDIUM",
            "priority_rank": 2,
            "is_open": 1,
            "reporter_id": self.user("viewer"),
            "assignee_id": None,
            "due_date": None,
            "created_at": NOON,
            "updated_at": NOON,
            "closed_at": None,
            "deleted_at": None,
            "deleted_by_id": None,
        }

    def _fresh_comment(self, project: str) -> Row:
        return {
            "issue_id": self.issue(f"{project}-1"),
            "parent_id": None,
            "author_id": self.user("stranger"),
            "body": "Forged",
            "created_at": NOON,
            "edited_at": None,
            "deleted_at": None,
        }

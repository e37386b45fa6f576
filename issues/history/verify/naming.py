"""What to call an object, so that a person finds it: `ABC-12`, `ABC-12 comment 55`, `ABC member anna`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from issues.history.verify.reading import Row, rows


@dataclass(frozen=True)
class Scope:
    """project_id  the only project that is looked at; None is all of them, and what belongs to none"""

    project_id: int | None = None

    def only(self, column: str) -> str:
        return "1 = 1" if self.project_id is None else f"{column} = {self.project_id}"

    @cached_property
    def keys(self) -> dict[int, str]:
        return dict(rows("SELECT id, `key` FROM projects_project"))

    @cached_property
    def label_projects(self) -> dict[int, int]:
        """Label → project, those that are gone as well."""
        return dict(rows(f"SELECT t.id, t.project_id FROM projects_label t WHERE {self.only('t.project_id')}"))

    def project(self, project_id: int | None) -> str:
        return self.keys.get(project_id or 0) or f"project {project_id}"

    def username(self, user_id: int | None) -> str:
        found = rows(f"SELECT username FROM accounts_user WHERE id = {user_id or 0}")
        return str(found[0][0] if found else user_id)

    def user(self, user_id: int | None) -> str:
        return f"user {self.username(user_id)}"

    def change(self, change_id: int) -> str:
        head, seq = rows(f"SELECT head_id, seq FROM accounts_change WHERE id = {change_id}")[0]
        return f"{self.project(head)} change {seq}" if head else f"change {change_id}"

    def name(self, table: str, pk: int) -> str:
        """The object of a tracked table, by the row itself, or by its history where the row is gone."""
        match table:
            case "projects_project":
                found = _find(table, pk, "`key`")
                return str(found[0]) if found else f"project {pk}"
            case "projects_membership":
                found = _find(table, pk, "project_id, user_id")
                return f"{self.project(found[0])} member {self.username(found[1])}" if found else f"membership {pk}"
            case "projects_label":
                found = _find(table, pk, "project_id, name")
                return f"{self.project(found[0])} label “{found[1]}”" if found else f"label {pk}"
            case "issues_issue":
                found = _find(table, pk, "project_id, number")
                return f"{self.project(found[0])}-{found[1]}" if found else f"issue {pk}"
            case "issues_comment":
                found = _find(table, pk, "issue_id")
                return f"{self.name('issues_issue', found[0]) if found else '?'} comment {pk}"
        return f"{table} {pk}"

    def labels(self, ids: list[int]) -> str:
        found = rows(f"SELECT id, name FROM projects_label WHERE id IN ({_list(ids)})")
        names = {row[0]: row[1] for row in found}
        return ", ".join(str(names.get(pk, f"label {pk}")) for pk in ids) or "none"


def _find(table: str, pk: int, columns: str) -> Row | None:
    app, model = table.split("_")
    found = rows(f"SELECT {columns} FROM {table} WHERE id = {pk}") or rows(
        f"SELECT {columns} FROM {app}_historical{model} WHERE id = {pk} ORDER BY version DESC LIMIT 1"
    )
    return found[0] if found else None


def _list(ids: list[int]) -> str:
    return ", ".join(str(pk) for pk in ids) or "0"

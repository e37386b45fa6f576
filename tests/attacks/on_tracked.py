"""Attacks that every tracked table must stand: the same ones on projects, memberships, labels, issues, comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.attacks.forging import HISTORY, Forge
from tests.attacks.registry import attack

LATER = "2026-03-01 13:00:00"
CHANGED = {  # one ordinary change of each table, to be written in the wrong way
    "projects_project": {"name": "Hijacked"},
    "projects_membership": {"role": "LEAD"},
    "projects_label": {"colour": "#123456"},
    "issues_issue": {"title": "Hijacked"},
    "issues_comment": {"body": "Hijacked"},
}
VERSION_ONCE = {table: f"{table.rpartition('_')[2]}_version_once" for table in HISTORY}


def on_every_table(
    rule: str, how: str, **options: Any
) -> Callable[[Callable[[Forge, str], object]], Callable[[Forge, str], object]]:
    """`rule` with {table} and {history} in it."""

    def register(run: Callable[[Forge, str], object]) -> Callable[[Forge, str], object]:
        for table, history in HISTORY.items():
            attack(rule.format(table=table, history=history), how, **options)(lambda forge, t=table: run(forge, t))
        return run

    return register


@on_every_table("itms_{table}_insert", "born with version 2")
def _(forge: Forge, table: str) -> None:
    forge.open_act("PRIV")
    forge.open_act("PUB")
    forge.strike().insert(table, **forge.fresh(table) | {"version": 2})


@on_every_table("itms_{table}_insert", "born outside an act")
def _(forge: Forge, table: str) -> None:
    change = forge.change(None)
    row = forge.fresh(table) | {"change_id": change}
    if table == "projects_project":
        forge.close_act(row["id"])
    forge.strike().insert(table, **row)


@on_every_table("itms_{table}_insert", "born under another project's act")
def _(forge: Forge, table: str) -> None:
    forge.open_act("PUB")
    row = forge.fresh(table)
    forge.strike().insert(table, **row | {"change_id": forge.open_act("PRIV")})


@on_every_table("itms_{table}_update", "outside an act")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.strike().update(table, pk, **CHANGED[table])


@on_every_table("itms_{table}_update", "outside an act, with the next version")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.strike().update(table, pk, **forge.next(table, pk, **CHANGED[table]) | {"change_id": forge.change(None)})


@on_every_table("itms_{table}_update", "without its history row")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    forge.strike().update(table, pk, **forge.next(table, pk, **CHANGED[table]))


@on_every_table("itms_{table}_update", "the same version again")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    row = forge.next(table, pk, **CHANGED[table])
    forge.history(table, row)
    forge.strike().update(table, pk, **row | {"version": row["version"] - 1})


@on_every_table("itms_{table}_update", "two versions at once")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    row = forge.next(table, pk, **CHANGED[table])
    forge.history(table, row)
    forge.history(table, row | {"version": row["version"] + 1})
    forge.strike().update(table, pk, **row | {"version": row["version"] + 1})


@on_every_table("itms_{table}_update", "under the change that is there already")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    old = forge.row(table, pk)["change_id"]
    forge.open_act("PUB")
    row = forge.next(table, pk, **CHANGED[table])
    forge.history(table, row)
    forge.strike().update(table, pk, **row | {"change_id": old})


@on_every_table("itms_{table}_update", "with the history row of another one")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    other = forge.born(table)
    row = forge.next(table, pk, **CHANGED[table])
    if table != "projects_project":
        forge.history(table, row | {"id": other, "version": 2})
    forge.strike().update(table, pk, **row)


@on_every_table("itms_{table}_immutable", "the moment of its birth")
def _(forge: Forge, table: str) -> None:
    column = {"projects_membership": "joined_at", "projects_label": "project_id"}.get(table, "created_at")
    pk = forge.standing(table)
    forge.open_act("PRIV")
    forge.open_act("PUB")
    value: object = LATER
    row = forge.next(table, pk)
    if column == "project_id":
        value = forge.project("PRIV")
        row |= {"change_id": forge.act[forge.project("PRIV")], "name": "moved", "name_canonical": "moved"}
    row[column] = value
    forge.history(table, row)
    forge.strike().update(table, pk, **row)


@on_every_table("itms_{table}_immutable", "its id", also=["itms_project_key_update", "itms_projects_project_update"])
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    row = forge.next(table, pk)
    forge.history(table, row)
    other = forge.new_head() if table == "projects_project" else 10**9
    forge.strike().update(table, pk, **row | {"id": other})


@on_every_table("itms_{table}_delete", "a row that nothing points to")
def _(forge: Forge, table: str) -> None:
    forge.open_act("PUB")
    pk = forge.born(table)
    if table == "projects_project":
        forge.sql("DELETE FROM issues_issuetally WHERE project_id = %s", pk)
    forge.strike().sql(f"DELETE FROM {table} WHERE id = %s", pk)


@on_every_table("itms_{table}_delete", "everything", alone=False)
def _(forge: Forge, table: str) -> None:
    forge.standing(table)
    forge.strike().sql(f"DELETE FROM {table}")


@on_every_table("itms_{history}_insert", "a past version made up")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    row = forge.row(table, pk)
    forge.strike().history(table, row | {"version": row["version"] + 1})


@on_every_table("itms_{history}_insert", "a version left out")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    row = forge.next(table, pk)
    forge.strike().history(table, row | {"version": row["version"] + 1})


@on_every_table("itms_{history}_insert", "under an old change")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    old = forge.row(table, pk)["change_id"]
    forge.open_act("PUB")
    forge.strike().history(table, forge.next(table, pk) | {"change_id": old})


@on_every_table("itms_{history}_insert", "under no change, while none is open")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.strike().history(table, forge.next(table, pk) | {"change_id": None})


@on_every_table("itms_{history}_insert", "under no change, of no project")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    row = forge.next(table, pk) | {"change_id": None}
    forge.strike().history(table, row | ({"project_id": None} if "project_id" in row else {}))


@on_every_table("itms_{history}_update", "another author")
def _(forge: Forge, table: str) -> None:
    forge.standing(table)
    forge.strike().sql(f"UPDATE {HISTORY[table]} SET history_user_id = %s", forge.user("stranger"))


@on_every_table("itms_{history}_update", "a word")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.strike().sql(f"UPDATE {HISTORY[table]} SET history_change_reason = 'x' WHERE id = %s", pk)


@on_every_table("itms_{history}_delete", "everything")
def _(forge: Forge, table: str) -> None:
    forge.standing(table)
    forge.strike().sql(f"DELETE FROM {HISTORY[table]}")


@on_every_table("itms_{table}_closing", "a birth without history")
def _(forge: Forge, table: str) -> None:
    forge.open_act("PUB")
    row = forge.fresh(table)
    forge.insert(table, **row)
    head = row["id"] if table == "projects_project" else forge.project("PUB")
    forge.strike().close_act(head, numbers=1 if table == "issues_issue" else 0)


@on_every_table("itms_{table}_closing", "history without a change of the row")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    forge.history(table, forge.next(table, pk, **CHANGED[table]))
    forge.strike().close_act("PUB")


@on_every_table("itms_{table}_closing", "two versions of one row in one act")
def _(forge: Forge, table: str) -> None:
    pk = forge.standing(table)
    forge.open_act("PUB")
    forge.rewritten(table, pk)
    forge.rewritten(table, pk, **CHANGED[table])
    forge.strike().close_act("PUB")


@on_every_table("itms_{table}_closing", "history of a row that never was")
def _(forge: Forge, table: str) -> None:
    if table == "projects_project":
        row = forge.fresh(table)
        forge.history(table, row)
        forge.strike().close_act(row["id"])
        return
    forge.open_act("PUB")
    forge.history(table, {"id": 10**9} | forge.fresh(table))
    forge.strike().close_act("PUB")


for _table, _history in HISTORY.items():

    @attack(VERSION_ONCE[_table], "the same version twice", behind=[f"itms_{_history}_insert"])
    def _(forge: Forge, table: str = _table) -> None:
        pk = forge.standing(table)
        forge.strike().history(table, forge.row(table, pk))


@attack("itms_projects_project_immutable", "its head", alone=False)
def _(forge: Forge) -> None:
    pk = forge.standing("projects_project")
    head = forge.new_head()
    forge.open_act("PUB")
    row = forge.next("projects_project", pk, head_id=head)
    forge.history("projects_project", row)
    forge.strike().update("projects_project", pk, **row)


def _immutable(table: str, column: str, value: Callable[[Forge], object]) -> None:
    @attack(f"itms_{table}_immutable", f"its {column}")
    def _(forge: Forge) -> None:
        pk = forge.standing(table)
        forge.open_act("PUB")
        row = forge.next(table, pk, **{column: value(forge)})
        forge.history(table, row)
        forge.strike().update(table, pk, **row)


_immutable("projects_project", "created_by_id", lambda forge: forge.user("dev"))
_immutable("projects_membership", "user_id", lambda forge: forge.user("stranger"))
_immutable("issues_issue", "number", lambda forge: 77)
_immutable("issues_issue", "reporter_id", lambda forge: forge.user("stranger"))
_immutable("issues_comment", "author_id", lambda forge: forge.user("lead"))
_immutable("issues_comment", "issue_id", lambda forge: forge.issue("PUB-2"))


@attack("itms_issues_comment_immutable", "its parent_id")
def _(forge: Forge) -> None:
    pk, other = forge.standing("issues_comment"), forge.standing("issues_comment")
    forge.open_act("PUB")
    row = forge.next("issues_comment", pk, parent_id=other)
    forge.history("issues_comment", row)
    forge.strike().update("issues_comment", pk, **row)


for _table, _more in (("projects_membership", {}), ("issues_issue", {"number": 99}), ("issues_comment", {})):

    @attack(f"itms_{_table}_immutable", "moved to another project")
    def _(forge: Forge, table: str = _table, more: dict[str, object] = _more) -> None:
        pk = forge.standing(table)
        if table == "projects_membership":  # somebody who is no member there
            forge.open_act("PUB")
            pk = forge.born(table)
            forge.close_act("PUB")
        forge.open_act("PRIV")
        there = {"project_id": forge.project("PRIV"), "change_id": forge.act[forge.project("PRIV")]}
        row = forge.next(table, pk) | there | more
        forge.history(table, row)
        forge.strike().update(table, pk, **row)

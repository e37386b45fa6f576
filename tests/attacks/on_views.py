"""Attacks on saved views."""

from __future__ import annotations

from typing import Any

from tests.attacks.forging import NOON, Forge
from tests.attacks.registry import attack


def view_with(forge: Forge, **other: Any) -> dict[str, Any]:
    """A view of the Developer's own in PUB, with a Change of theirs."""
    owner = other.get("owner_id", forge.user("dev"))
    row = {
        "owner_id": owner,
        "project_id": forge.project("PUB"),
        "scope": other.get("project_id", forge.project("PUB")) or 0,
        "name": "forged",
        "name_canonical": "forged",
        "query": "is:open",
        "layout": "list",
        "grouping": "",
        "is_shared": 0,
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "slot": 0,
    }
    if "change_id" not in other:
        row["change_id"] = forge.change(None, actor_id=owner, verb="view.create")
    return row | other


def _made(forge: Forge, **other: Any) -> int:
    return forge.insert("issues_savedquery", **view_with(forge, **other))


def _attack(rule: str, how: str, *, length: bool = False, **wrong: Any) -> None:
    @attack(rule, how, length=length)
    def _(forge: Forge) -> None:
        row = view_with(forge, **wrong)
        forge.strike().insert("issues_savedquery", **row)


@attack("saved_query_name_unique", "the same name twice")
def _(forge: Forge) -> None:
    _made(forge)
    row = view_with(forge, name="FORGED")
    forge.strike().insert("issues_savedquery", **row)


_attack("saved_query_name_form", "nothing", name="")
_attack("saved_query_name_form", "a blank before", name=" x")
_attack("saved_query_name_form", "a blank behind", name="x ")
_attack("saved_query_name_form", "a line break", name="a\nb")
_attack("saved_query_name_form", "65 characters", name="ä" * 65, length=True)
_attack("saved_query_form", "a line break", query="is:open\nis:closed")
_attack("saved_query_form", "2,001 characters", query="ä" * 2001, length=True)
_attack("saved_query_scope", "another number than the project's", scope=0)
_attack("saved_query_scope", "a project's number without the project", project_id=None, scope=7)
_attack("saved_query_shared_with_project", "shared with nobody in particular", project_id=None, is_shared=1)
_attack("saved_query_layout_known", "a layout that does not exist", layout="tree")
_attack("saved_query_layout_known", "capitals", layout="LIST")
_attack("saved_query_layout_known", "a board by type", layout="board", grouping="type")
_attack("saved_query_layout_known", "a list by colour", grouping="colour")
_attack("saved_query_layout_known", "a board of all projects", layout="board", grouping="status", project_id=None)
_attack("itms_savedquery_born", "born deleted", slot=5)
_attack("itms_savedquery_born", "born with version 2", version=2)


@attack("itms_savedquery_recorded", "by another person's Change")
def _(forge: Forge) -> None:
    change = forge.change(None, actor_id=forge.user("lead"), verb="view.create")
    row = view_with(forge, change_id=change)
    forge.strike().insert("issues_savedquery", **row)


@attack("itms_savedquery_recorded", "by a Change of the project")
def _(forge: Forge) -> None:
    change = forge.open_act("PUB")
    row = view_with(forge, change_id=change, owner_id=forge.user("lead"))
    forge.strike().insert("issues_savedquery", **row)


def _changed(forge: Forge, pk: int, **other: Any) -> dict[str, Any]:
    row = forge.row("issues_savedquery", pk)
    return row | {"version": row["version"] + 1, "change_id": forge.change(None, verb="view.edit")} | other


@attack("itms_savedquery_update", "without a new version")
def _(forge: Forge) -> None:
    pk = _made(forge)
    row = _changed(forge, pk, version=1, name="other")
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_update", "without a new Change")
def _(forge: Forge) -> None:
    pk = _made(forge)
    forge.strike().sql("UPDATE issues_savedquery SET query = 'is:closed', version = 2 WHERE id = %s", pk)


@attack("itms_savedquery_update", "by a Change of the project")
def _(forge: Forge) -> None:
    pk = _made(forge)
    row = _changed(forge, pk, change_id=forge.open_act("PUB"))
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_immutable", "handed to another person")
def _(forge: Forge) -> None:
    pk = _made(forge)
    row = _changed(forge, pk, owner_id=forge.user("lead"))
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_immutable", "moved to another project")
def _(forge: Forge) -> None:
    pk = _made(forge)
    row = _changed(forge, pk, project_id=forge.project("PRIV"), scope=forge.project("PRIV"))
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_slot", "deleted under a wrong number")
def _(forge: Forge) -> None:
    pk = _made(forge)
    row = _changed(forge, pk, slot=pk + 1)
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_slot", "brought back")
def _(forge: Forge) -> None:
    pk = _made(forge)
    forge.update("issues_savedquery", pk, **_changed(forge, pk, slot=pk))
    row = _changed(forge, pk, slot=0)
    forge.strike().update("issues_savedquery", pk, **row)


@attack("itms_savedquery_delete", "forgotten")
def _(forge: Forge) -> None:
    pk = _made(forge)
    forge.strike().sql("DELETE FROM issues_savedquery WHERE id = %s", pk)

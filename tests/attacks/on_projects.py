"""Attacks on projects, their keys, members and labels."""

from __future__ import annotations

from typing import Any

from tests.attacks.forging import Forge
from tests.attacks.registry import attack


def project_with(forge: Forge, **wrong: Any) -> None:
    row = forge.fresh("projects_project", **wrong)
    key = wrong.get("key")
    if key is not None and not forge.sql("SELECT 1 FROM projects_projectkey WHERE `key` = %s", key):
        forge.insert("projects_projectkey", key=key, head_id=row["id"])
    forge.strike().insert("projects_project", **row)


for _key, _how in (("ab", "small letters"), ("A-B", "a hyphen"), ("ÄB", "a letter beyond A to Z"), ("A", "one letter")):

    @attack("project_key_form", _how)
    def _(forge: Forge, key: str = _key) -> None:
        project_with(forge, key=key)


@attack("project_key_form", "17 letters", behind=["itms_project_key_insert"], length=True)
def _(forge: Forge) -> None:
    row = forge.fresh("projects_project", key="A" * 17)
    forge.strike().insert("projects_project", **row)


@attack("project_key_begins_with_letter", "a digit first")
def _(forge: Forge) -> None:
    project_with(forge, key="1AB")


@attack("project_key_reserved", "NEW")
def _(forge: Forge) -> None:
    project_with(forge, key="NEW")


@attack("project_key_unique", "another project's", behind=["itms_project_key_insert"])
def _(forge: Forge) -> None:
    project_with(forge, key="PUB")


@attack("project_name_form", "nothing")
def _(forge: Forge) -> None:
    project_with(forge, name="")


@attack("project_name_form", "blanks around")
def _(forge: Forge) -> None:
    project_with(forge, name=" Name")


@attack("project_name_form", "a blank behind")
def _(forge: Forge) -> None:
    project_with(forge, name="Name ")


@attack("project_name_form", "65 characters", length=True)
def _(forge: Forge) -> None:
    project_with(forge, name="ä" * 65)


@attack("project_description_length", "65,536 characters")
def _(forge: Forge) -> None:
    project_with(forge, description="ä" * 65_536)


@attack("project_id_is_head", "another head's number")
def _(forge: Forge) -> None:
    other = forge.new_head()
    project_with(forge, head_id=other)


@attack("itms_project_key_insert", "a key of another project", alone=False)
def _(forge: Forge) -> None:
    project_with(forge, key="PUB")


@attack("itms_project_key_insert", "a key that nobody wrote down")
def _(forge: Forge) -> None:
    row = forge.fresh("projects_project", key="FREE")
    forge.strike().insert("projects_project", **row)


@attack("itms_project_key_update", "a key that nobody wrote down")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    row = forge.next("projects_project", forge.project("PUB"), key="FREE")
    forge.history("projects_project", row)
    forge.strike().update("projects_project", row["id"], **row)


@attack("itms_project_key_update", "another project's former key")
def _(forge: Forge) -> None:
    forge.open_act("PRIV")
    forge.insert("projects_projectkey", key="FORMER", head_id=forge.project("PRIV"))
    forge.close_act("PRIV")
    forge.open_act("PUB")
    row = forge.next("projects_project", forge.project("PUB"), key="FORMER")
    forge.history("projects_project", row)
    forge.strike().update("projects_project", row["id"], **row)


@attack("itms_projects_projectkey_update", "handed to another project")
def _(forge: Forge) -> None:
    forge.strike().sql("UPDATE projects_projectkey SET head_id = %s WHERE `key` = 'PUB'", forge.project("PRIV"))


@attack("itms_projects_projectkey_delete", "forgotten")
def _(forge: Forge) -> None:
    forge.strike().sql("DELETE FROM projects_projectkey")


@attack("itms_project_key_recorded", "a key reserved outside an act")
def _(forge: Forge) -> None:
    forge.strike().insert("projects_projectkey", key="MINE", head_id=forge.project("PUB"))


@attack("membership_once", "a member twice")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_membership", **forge.fresh("projects_membership", user_id=forge.user("dev")))


@attack("membership_role_known", "a role that does not exist")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_membership", **forge.fresh("projects_membership", role="OWNER"))


@attack("membership_role_exact", "small letters", also=["membership_role_known"])
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_membership", **forge.fresh("projects_membership", role="lead"))


@attack("itms_membership_born", "born over")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_membership", **forge.fresh("projects_membership", slot=5))


def _next_slot(forge: Forge, table: str, pk: int, slot: int) -> None:
    row = forge.next(table, pk, slot=slot)
    forge.history(table, row)
    forge.strike().update(table, pk, **row)


@attack("itms_membership_slot", "over, under a wrong number")
def _(forge: Forge) -> None:
    pk = forge.membership("dev")
    forge.open_act("PUB")
    _next_slot(forge, "projects_membership", pk, pk + 1)


@attack("itms_membership_slot", "brought back")
def _(forge: Forge) -> None:
    pk = forge.membership("dev")
    forge.open_act("PUB")
    forge.rewritten("projects_membership", pk, slot=pk)
    forge.close_act("PUB")
    forge.open_act("PUB")
    _next_slot(forge, "projects_membership", pk, 0)


@attack("itms_label_slot", "gone, under a wrong number")
def _(forge: Forge) -> None:
    pk = forge.label("ui")
    forge.open_act("PUB")
    _next_slot(forge, "projects_label", pk, pk + 1)


@attack("itms_label_slot", "brought back")
def _(forge: Forge) -> None:
    pk = forge.label("ui")
    forge.open_act("PUB")
    forge.rewritten("projects_label", pk, slot=pk)
    forge.close_act("PUB")
    forge.open_act("PUB")
    _next_slot(forge, "projects_label", pk, 0)


@attack("itms_label_born", "born gone")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_label", **forge.fresh("projects_label", slot=5))


@attack("itms_label_unused", "gone while an issue bears it")
def _(forge: Forge) -> None:
    pk = forge.label("bug")
    forge.open_act("PUB")
    _next_slot(forge, "projects_label", pk, pk)


@attack("label_name_unique", "the same name twice")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_label", **forge.fresh("projects_label", name="BUG", name_canonical="bug"))


LABEL_NAMES = {
    "nothing": "",
    "a blank before": " x",
    "a blank behind": "x ",
    "a slash": "a/b",
    "a comma": "a,b",
    "a quotation mark": 'a"b',
    "a line break": "a\nb",
    "a tab": "a\tb",
    "a delete character": "a\x7fb",
}

for _how, _name in LABEL_NAMES.items():

    @attack("label_name_form", _how)
    def _(forge: Forge, name: str = _name) -> None:
        forge.open_act("PUB")
        forge.strike().insert("projects_label", **forge.fresh("projects_label", name=name))


@attack("label_name_form", "33 characters", length=True)
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_label", **forge.fresh("projects_label", name="ä" * 33))


for _name in (".", ".."):

    @attack("label_name_form", f"called {_name}")
    def _(forge: Forge, name: str = _name) -> None:
        forge.open_act("PUB")
        forge.strike().insert("projects_label", **forge.fresh("projects_label", name=name, name_canonical=name))


for _colour in ("#00ff0", "00ff00#", "#00fg00", "red", "#00FF00"):

    @attack("label_colour_form", _colour)
    def _(forge: Forge, colour: str = _colour) -> None:
        forge.open_act("PUB")
        forge.strike().insert("projects_label", **forge.fresh("projects_label", colour=colour))


@attack("label_colour_one_hash", "two hashes")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("projects_label", **forge.fresh("projects_label", colour="#00#f00"))

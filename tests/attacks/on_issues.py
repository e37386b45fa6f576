"""Attacks on issues, their labels, old keys and comments."""

from __future__ import annotations

from typing import Any

from tests.attacks.forging import NOON, Forge
from tests.attacks.registry import attack

CLOSED = {"status": "CLOSED", "is_open": 0, "closed_at": NOON}


def issue_with(forge: Forge, **wrong: Any) -> None:
    forge.open_act("PUB")
    forge.strike().insert("issues_issue", **forge.fresh("issues_issue", **wrong))


def issue_becomes(forge: Forge, key: str, **wrong: Any) -> None:
    pk = forge.issue(key)
    forge.open_act("PUB")
    row = forge.next("issues_issue", pk, **wrong)
    forge.history("issues_issue", row)
    forge.strike().update("issues_issue", pk, **row)


@attack("itms_issue_number", "number zero", alone=False)
def _(forge: Forge) -> None:
    issue_with(forge, number=0)


@attack("itms_issue_number", "another issue's number", alone=False)
def _(forge: Forge) -> None:
    issue_with(forge, number=1)


@attack("issue_number_unique", "another issue's number", behind=["itms_issue_number"])
def _(forge: Forge) -> None:
    issue_with(forge, number=1)


@attack("issue_number_unique", "the next number twice")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.born("issues_issue")
    forge.strike().insert("issues_issue", **forge.fresh("issues_issue"))


@attack("issue_number_positive", "number zero", behind=["itms_issue_number"])
def _(forge: Forge) -> None:
    issue_with(forge, number=0)


@attack("itms_issue_numbers_closing", "a number left out")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.born("issues_issue", number=4)
    forge.strike().close_act("PUB", numbers=2)


@attack("itms_issue_numbers_closing", "a number beyond the head's")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.born("issues_issue", number=4)
    forge.strike().close_act("PUB", numbers=1)


@attack("itms_issue_numbers_closing", "a number that the head forgets")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.born("issues_issue")
    forge.strike().close_act("PUB", numbers=0)


@attack("itms_issue_numbers_closing", "numbers without issues")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().close_act("PUB", numbers=3)


TITLES = {"nothing": "", "a blank before": " x", "a blank behind": "x "}

for _how, _title in TITLES.items():

    @attack("issue_title_form", _how)
    def _(forge: Forge, title: str = _title) -> None:
        issue_with(forge, title=title)


@attack("issue_title_form", "201 characters", length=True)
def _(forge: Forge) -> None:
    issue_with(forge, title="ä" * 201)


@attack("issue_description_length", "65,536 characters")
def _(forge: Forge) -> None:
    issue_with(forge, description="ä" * 65_536)


@attack("issue_type_known", "a type that does not exist")
def _(forge: Forge) -> None:
    issue_with(forge, type="EPIC")


@attack("issue_status_known", "a status that does not exist", also=["issue_open_by_status"])
def _(forge: Forge) -> None:
    issue_with(forge, status="STALLED")


@attack("issue_priority_known", "a priority that does not exist")
def _(forge: Forge) -> None:
    issue_with(forge, priority="URGENT")


@attack("issue_priority_known", "another priority's rank")
def _(forge: Forge) -> None:
    issue_with(forge, priority="LOW", priority_rank=4)


@attack("issue_words_exact", "a type in small letters", also=["issue_type_known"])
def _(forge: Forge) -> None:
    issue_with(forge, type="bug")


@attack("issue_words_exact", "a status with an accent", also=["issue_status_known", "issue_open_by_status"])
def _(forge: Forge) -> None:
    issue_with(forge, status="ÓPEN")


@attack("issue_words_exact", "a priority in small letters", also=["issue_priority_known"])
def _(forge: Forge) -> None:
    issue_with(forge, priority="high", priority_rank=3)


@attack("issue_open_by_status", "open while resolved")
def _(forge: Forge) -> None:
    issue_with(forge, status="RESOLVED", is_open=1)


@attack("issue_open_by_status", "not open while open")
def _(forge: Forge) -> None:
    issue_with(forge, is_open=0)


@attack("issue_closed_at_while_closed", "closed at no time")
def _(forge: Forge) -> None:
    issue_with(forge, **CLOSED | {"closed_at": None})


@attack("issue_closed_at_while_closed", "open with a time of closing")
def _(forge: Forge) -> None:
    issue_with(forge, closed_at=NOON)


@attack("issue_closed_at_while_closed", "resolved with a time of closing")
def _(forge: Forge) -> None:
    issue_with(forge, status="RESOLVED", is_open=0, closed_at=NOON)


for _day in ("1999-12-31", "2101-01-01"):

    @attack("issue_due_date_sane", _day)
    def _(forge: Forge, day: str = _day) -> None:
        issue_with(forge, due_date=day)


for _who in ("viewer", "stranger", "leaver"):

    @attack("itms_issue_assignee_insert", f"the {_who}")
    def _(forge: Forge, who: str = _who) -> None:
        issue_with(forge, assignee_id=forge.user(who))

    @attack("itms_issue_assignee_update", f"the {_who}")
    def _(forge: Forge, who: str = _who) -> None:
        issue_becomes(forge, "PUB-1", assignee_id=forge.user(who))


for _status, _open in (("IN_PROGRESS", 1), ("RESOLVED", 0)):

    @attack("itms_issue_transition", f"from CLOSED to {_status}")
    def _(forge: Forge, status: str = _status, is_open: int = _open) -> None:
        forge.open_act("PUB")
        forge.rewritten("issues_issue", forge.issue("PUB-1"), **CLOSED)
        forge.close_act("PUB")
        issue_becomes(forge, "PUB-1", status=status, is_open=is_open, closed_at=None)


def _member_becomes(forge: Forge, user: str, **other: Any) -> None:
    pk = forge.membership(user)
    forge.open_act("PUB")
    row = forge.next("projects_membership", pk, **other)
    forge.history("projects_membership", row)
    forge.strike().update("projects_membership", pk, **row)


@attack("itms_membership_unassigns", "a Viewer with an issue")
def _(forge: Forge) -> None:
    _member_becomes(forge, "assignee", role="VIEWER")


@attack("itms_membership_unassigns", "gone, with an issue")
def _(forge: Forge) -> None:
    _member_becomes(forge, "assignee", slot=forge.membership("assignee"))


def _label_on(forge: Forge, issue: str, label: int, *, recorded: bool = True) -> None:
    pk = forge.issue(issue)
    forge.open_act("PUB")
    if recorded:
        forge.rewritten("issues_issue", pk)
    forge.strike().insert("issues_issuelabel", issue_id=pk, label_id=label)


@attack("itms_issuelabel_insert", "another project's label")
def _(forge: Forge) -> None:
    _label_on(forge, "PUB-1", forge.label("bug", "PRIV"))


@attack("itms_issuelabel_insert", "a label that is gone")
def _(forge: Forge) -> None:
    pk = forge.label("ui")
    forge.open_act("PUB")
    forge.rewritten("projects_label", pk, slot=pk)
    forge.close_act("PUB")
    _label_on(forge, "PUB-1", pk)


@attack("itms_issuelabel_insert_recorded", "outside an act")
def _(forge: Forge) -> None:
    forge.strike().insert("issues_issuelabel", issue_id=forge.issue("PUB-1"), label_id=forge.label("ui"))


@attack("itms_issuelabel_insert_recorded", "in an act that writes no history of the issue")
def _(forge: Forge) -> None:
    _label_on(forge, "PUB-1", forge.label("ui"), recorded=False)


@attack("itms_issuelabel_delete_recorded", "outside an act")
def _(forge: Forge) -> None:
    forge.strike().sql("DELETE FROM issues_issuelabel")


@attack("itms_issuelabel_delete_recorded", "in an act that writes no history of the issue")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.rewritten("issues_issue", forge.issue("PUB-1"))
    forge.strike().sql("DELETE FROM issues_issuelabel WHERE issue_id = %s", forge.issue("PUB-2"))


@attack("itms_issuelabel_update", "moved to another issue")
def _(forge: Forge) -> None:
    forge.strike().sql(
        "UPDATE issues_issuelabel SET issue_id = %s WHERE issue_id = %s", forge.issue("PUB-1"), forge.issue("PUB-2")
    )


@attack("issue_label_once", "the same label twice")
def _(forge: Forge) -> None:
    _label_on(forge, "PUB-2", forge.label("bug"))


@attack("itms_comment_place", "on an issue of another project")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    row = forge.fresh("issues_comment", issue_id=forge.issue("PRIV-1"))
    forge.strike().insert("issues_comment", **row)


@attack("itms_comment_place", "a reply to a comment of another issue")
def _(forge: Forge) -> None:
    parent = forge.standing("issues_comment")
    forge.open_act("PUB")
    row = forge.fresh("issues_comment", issue_id=forge.issue("PUB-2"), parent_id=parent)
    forge.strike().insert("issues_comment", **row)


@attack("itms_comment_place", "a reply to a reply")
def _(forge: Forge) -> None:
    parent = forge.standing("issues_comment")
    forge.open_act("PUB")
    reply = forge.born("issues_comment", parent_id=parent)
    forge.strike().insert("issues_comment", **forge.fresh("issues_comment", parent_id=reply))


@attack("itms_comment_place", "a reply to nothing", alone=False)
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.strike().insert("issues_comment", **forge.fresh("issues_comment", parent_id=10**9))


for _how, _body in {"nothing": "", "blanks": "   ", "a blank before": " x", "65,536 characters": "ä" * 65_536}.items():

    @attack("comment_body_form", _how)
    def _(forge: Forge, body: str = _body) -> None:
        forge.open_act("PUB")
        forge.strike().insert("issues_comment", **forge.fresh("issues_comment", body=body))


def _old_key(forge: Forge, key: str = "OLD-7", **other: Any) -> dict[str, Any]:
    return {"project_id": forge.project("PUB"), "key": key, "issue_id": forge.issue("PUB-1")} | other


@attack("issue_old_key_once", "the same key for two issues")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.insert("issues_issueoldkey", **_old_key(forge))
    forge.strike().insert("issues_issueoldkey", **_old_key(forge, issue_id=forge.issue("PUB-2")))


@attack("itms_issueoldkey_insert", "in another project than its issue")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.open_act("PRIV")
    forge.strike().insert("issues_issueoldkey", **_old_key(forge, project_id=forge.project("PRIV")))


@attack("itms_issueoldkey_insert", "outside an act")
def _(forge: Forge) -> None:
    forge.strike().insert("issues_issueoldkey", **_old_key(forge))


@attack("itms_issues_issueoldkey_update", "led to another issue")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.insert("issues_issueoldkey", **_old_key(forge))
    forge.strike().sql("UPDATE issues_issueoldkey SET issue_id = %s", forge.issue("PUB-2"))


@attack("itms_issues_issueoldkey_delete", "forgotten")
def _(forge: Forge) -> None:
    forge.open_act("PUB")
    forge.insert("issues_issueoldkey", **_old_key(forge))
    forge.strike().sql("DELETE FROM issues_issueoldkey")

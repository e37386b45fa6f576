"""Every reference is a real foreign key, refused when it leads nowhere; none cascades, because a cascade would
change rows behind the triggers' back."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from itms_site.db import triggers
from tests.attacks.forging import NOON, Forge
from tests.attacks.on_accounts import _token
from tests.attacks.on_projects import project_with
from tests.attacks.on_views import view_with
from tests.attacks.registry import OURS

NOWHERE = 10**9


def references() -> list[tuple[str, str]]:
    """(table, column) of every foreign key of our models that is one in the database."""
    return [
        (model._meta.db_table, field.column)
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    ]


def _born(table: str, column: str) -> Any:
    def run(forge: Forge) -> None:
        forge.open_act("PUB")
        forge.strike().insert(table, **forge.fresh(table) | {column: NOWHERE})

    return run


def _grant(table: str, column: str) -> Any:
    def run(forge: Forge) -> None:
        permission = forge.sql("SELECT MIN(id) FROM auth_permission")[0][0]
        row = {"permission_id": permission, "content_object_id": forge.project("PUB")}
        if "user" in table:
            row["user_id"] = forge.user("stranger")
        else:
            row["group_id"] = forge.insert("auth_group", name="forged")
        forge.strike().insert(table, **row | {column: NOWHERE})

    return run


def _change(forge: Forge) -> None:
    forge.strike().change(None, actor_id=NOWHERE)


def _token_owner(forge: Forge) -> None:
    forge.strike().insert("accounts_token", **_token(forge, user_id=NOWHERE))


def _session_owner(forge: Forge) -> None:
    row = {"session_key": "forged", "session_data": "", "expire_date": NOON, "address": "", "agent": ""}
    forge.strike().insert("accounts_session", **row, started_at=NOON, seen_at=NOON, user_id=NOWHERE)


def _view_project(forge: Forge) -> None:
    row = view_with(forge, project_id=NOWHERE)
    forge.strike().insert("issues_savedquery", **row)


def _document(forge: Forge) -> None:
    forge.strike().insert("issues_searchdocument", issue_id=NOWHERE, terms=" ")


def _tally(forge: Forge) -> None:
    counts = dict.fromkeys(("opened", "in_progress", "resolved", "closed"), 0)
    forge.strike().insert("issues_issuetally", project_id=NOWHERE, **counts)


def _project_author(forge: Forge) -> None:
    project_with(forge, created_by_id=NOWHERE)


ATTACKS: dict[tuple[str, str], Any] = {
    ("accounts_change", "actor_id"): _change,
    ("accounts_token", "user_id"): _token_owner,
    ("accounts_session", "user_id"): _session_owner,
    ("projects_project", "created_by_id"): _project_author,
    ("projects_membership", "user_id"): _born("projects_membership", "user_id"),
    ("issues_issue", "reporter_id"): _born("issues_issue", "reporter_id"),
    ("issues_issue", "deleted_by_id"): _born("issues_issue", "deleted_by_id"),
    ("issues_comment", "author_id"): _born("issues_comment", "author_id"),
    ("issues_savedquery", "project_id"): _view_project,
    ("issues_searchdocument", "issue_id"): _document,
    ("issues_issuetally", "project_id"): _tally,
    **{
        (f"projects_project{kind}objectpermission", column): _grant(f"projects_project{kind}objectpermission", column)
        for kind in ("user", "group")
        for column in ("permission_id", f"{kind}_id", "content_object_id")
    },
}
# A reference that leads nowhere meets a trigger before it meets the foreign key.
BEHIND_TRIGGERS = {
    ("accounts_change", "head_id"): "itms_change_insert",
    ("projects_projectkey", "head_id"): "itms_project_key_recorded",
    ("projects_project", "change_id"): "itms_projects_project_insert",
    ("projects_project", "head_id"): "itms_projects_project_insert",
    ("projects_membership", "change_id"): "itms_projects_membership_insert",
    ("projects_membership", "project_id"): "itms_projects_membership_insert",
    ("projects_label", "change_id"): "itms_projects_label_insert",
    ("projects_label", "project_id"): "itms_projects_label_insert",
    ("issues_issue", "change_id"): "itms_issues_issue_insert",
    ("issues_issue", "project_id"): "itms_issues_issue_insert",
    ("issues_issue", "assignee_id"): "itms_issue_assignee_insert",
    ("issues_comment", "change_id"): "itms_issues_comment_insert",
    ("issues_comment", "project_id"): "itms_issues_comment_insert",
    ("issues_comment", "issue_id"): "itms_comment_place",
    ("issues_comment", "parent_id"): "itms_comment_place",
    ("issues_issuelabel", "issue_id"): "itms_issuelabel_insert",
    ("issues_issuelabel", "label_id"): "itms_issuelabel_insert",
    ("issues_savedquery", "change_id"): "itms_savedquery_recorded",
    ("issues_savedquery", "owner_id"): "itms_savedquery_recorded",
    ("issues_issueoldkey", "project_id"): "itms_issueoldkey_insert",
    ("issues_issueoldkey", "issue_id"): "itms_issueoldkey_insert",
}


def test_every_reference_is_attacked() -> None:
    assert set(references()) - set(ATTACKS) - set(BEHIND_TRIGGERS) == set()
    assert set(BEHIND_TRIGGERS.values()) <= {trigger.full_name for trigger in triggers.declared()}


@pytest.mark.parametrize("reference", sorted(ATTACKS), ids=".".join)
def test_it_is_refused(reference: tuple[str, str], forge: Forge) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        _and_ask(ATTACKS[reference], forge)
    assert forge.struck, caught.value
    assert "foreign key" in str(caught.value).lower()


def _and_ask(run: Any, forge: Forge) -> None:
    run(forge)
    connection.check_constraints()  # SQLite asks at COMMIT, which this transaction does not come to


def actions() -> dict[tuple[str, str], set[str]]:
    """(table, column) → what the database does when the row that is pointed to goes or changes its id."""
    found: dict[tuple[str, str], set[str]] = {}
    with connection.cursor() as cursor:
        for table in {table for table, _column in references()}:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA foreign_key_list({table})")
                for _id, _seq, _to, column, _key, on_update, on_delete, _match in cursor.fetchall():
                    found[table, column] = {on_update, on_delete}
            else:
                cursor.execute(
                    "SELECT k.column_name, r.update_rule, r.delete_rule"
                    " FROM information_schema.referential_constraints r JOIN information_schema.key_column_usage k"
                    " ON k.constraint_schema = r.constraint_schema AND k.constraint_name = r.constraint_name"
                    " AND k.table_name = r.table_name"
                    " WHERE r.constraint_schema = DATABASE() AND r.table_name = %s",
                    [table],
                )
                for column, on_update, on_delete in cursor.fetchall():
                    found[table, column] = {on_update, on_delete}
    return found


def test_every_reference_is_a_foreign_key_and_none_cascades(db: None) -> None:
    found = actions()
    assert set(references()) - set(found) == set()
    assert {key: rules for key, rules in found.items() if not rules <= {"NO ACTION", "RESTRICT"}} == {}


def test_a_grant_is_there_once(forge: Forge) -> None:
    row = forge.sql("SELECT permission_id, user_id, content_object_id FROM projects_projectuserobjectpermission")[0]
    again = dict(zip(("permission_id", "user_id", "content_object_id"), row, strict=True))
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.insert("projects_projectuserobjectpermission", **again)


def test_a_key_belongs_to_one_project(forge: Forge) -> None:
    forge.open_act("PRIV")
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.insert("projects_projectkey", key="PUB", head_id=forge.project("PRIV"))


def test_a_head_has_one_project(forge: Forge) -> None:
    pk = forge.born("projects_project")
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.insert("projects_project", **forge.row("projects_project", pk))


def test_moments_are_needed(forge: Forge) -> None:
    forge.open_act("PUB")
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.insert("issues_issue", **forge.fresh("issues_issue", created_at=None, updated_at=NOON))

"""The service under an account that owns nothing: every act works, and history cannot be rewritten by trying."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client

from accounts.services.tokens import create_token, revoke_token
from issues.history.verify import differences
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue, restore_issue
from issues.services.editing import edit_issue
from issues.services.merging_labels import merge_labels
from issues.services.removing_member import remove_member
from itms_site.db import triggers
from itms_site.db.grants import rights_of_tables, statements
from projects.models import Label
from projects.services.deactivating import deactivate_user
from projects.services.labels import create_label
from projects.services.projects import edit_project
from tests.backup.conftest import backup_to
from tests.world import PASSWORD, World

only_servers = pytest.mark.skipif("connection.vendor != 'mysql'", reason="SQLite has no accounts")
# Accounts are the server's, and several workers share one server.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
APP, OWNER = f"itms_app_{WORKER}", f"itms_owner_{WORKER}"
HISTORY = (
    "accounts_change", "issues_historicalissue", "issues_historicalcomment", "projects_historicalproject",
    "projects_historicalmembership", "projects_historicallabel", "projects_projectkey",
)  # fmt: skip


@contextmanager
def signed_in_as(account: str) -> Iterator[None]:
    before = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    connection.close()
    connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = account, ""
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = before


def execute(*sql: str) -> None:
    with connection.cursor() as cursor:
        for statement in sql:
            cursor.execute(statement)


@pytest.fixture
def accounts(transactional_db: None) -> Iterator[None]:
    """Both, as docs/operations.md makes them; the guards belong to the owner as after its `migrate`."""
    name = connection.settings_dict["NAME"]
    execute(*(f"DROP USER IF EXISTS {account}" for account in (APP, OWNER)))
    execute(*(f"CREATE USER {account}" for account in (APP, OWNER)), f"GRANT ALL ON `{name}`.* TO {OWNER}")
    with signed_in_as(OWNER):
        triggers.install_all(connection)
    execute(*statements(APP, OWNER))
    yield
    triggers.install_all(connection)
    execute(f"DROP PROCEDURE {triggers.LISTING}", f"DROP USER {APP}", f"DROP USER {OWNER}")


def act(world: World) -> None:
    """At least one act of each kind."""
    lead, dev = world.actor("lead"), world.actor("dev")
    project = world.projects["PUB"]
    issue = edit_issue(
        lead, world.issue("PUB-1"), version=1,
        fields={"title": "Other", "status": "IN_PROGRESS", "due_date": date(2026, 3, 1), "labels": ["bug", "ui"]},
    )  # fmt: skip
    issue = assign_issue(dev, issue, assignee="dev", version=issue.version)
    comment = add_comment(dev, issue, body="A word.")
    comment = edit_comment(dev, comment, body="Another.", version=comment.version)
    delete_comment(dev, comment, version=comment.version)
    merge_labels(lead, project.pk, Label.objects.get(project=project, name="ui").pk, into="bug")
    create_label(lead, project.pk, name="new")
    delete_issue(lead, world.issue("PUB-2"), version=1)
    restore_issue(lead, world.issue("PUB-2"))
    remove_member(lead, project.pk, world.users["dev"].pk)
    edit_project(lead, project.pk, version=project.version, fields={"key": "PUBLIC", "is_public": False})
    token, _ = create_token(lead, world.users["lead"], name="Script", can_write=True)
    revoke_token(lead, token.pk)
    deactivate_user(world.actor("operator"), world.users["stranger"].pk)


@only_servers
def test_everything_works(accounts: None, tmp_path: Path) -> None:
    with signed_in_as(APP):
        world = World.make()
        act(world)
        client = Client()
        assert client.post("/accounts/login/", {"login": "lead", "password": PASSWORD}).status_code in {302, 303}
        assert client.get("/issues/PUBLIC-1/").status_code == 200
        form = {"title": "By the page", "type": "TASK", "priority": "LOW"}
        assert client.post("/projects/PUBLIC/issues/new/", form).status_code == 303
        assert client.post("/accounts/logout/").status_code in {302, 303}
        # The guards can be seen without the right to drop them.
        assert client.get("/readyz").json()["checks"]["triggers"] == "ok"
        assert triggers.missing(connection) == []
        assert differences() == []
        assert backup_to(tmp_path / "itms.backup").rows > 100


@only_servers
@pytest.mark.parametrize("table", HISTORY)
def test_history_is_out_of_reach(accounts: None, table: str) -> None:
    with signed_in_as(APP):
        refused(f"UPDATE {table} SET {_column(table)} = {_column(table)}")
        refused(f"DELETE FROM {table}")
        refused(f"REPLACE INTO {table} SELECT * FROM {table}")
        refused(f"INSERT INTO {table} SELECT * FROM {table} ON DUPLICATE KEY UPDATE {_column(table)} = 1")
        refused(f"TRUNCATE {table}")
        refused(f"DROP TABLE {table}")
        refused(f"ALTER TABLE {table} ADD COLUMN more INT")


@only_servers
def test_so_are_the_guards_and_the_schema(accounts: None) -> None:
    guard = triggers.declared()[0]
    with signed_in_as(APP):
        refused(f"DROP TRIGGER {guard.full_name}")
        refused(f"CREATE TRIGGER another BEFORE INSERT ON {guard.table} FOR EACH ROW SET @a = 1")
        refused("CREATE TABLE another (id INT)")
        refused("DELETE FROM accounts_user")
        refused("DELETE FROM issues_issue")
        refused("UPDATE django_migrations SET name = 'x'")
        refused("CREATE INDEX another ON issues_issue (title)")
        refused(f"DROP PROCEDURE {triggers.LISTING}", 1370)
        refused(f"SET GLOBAL {'innodb_flush_log_at_trx_commit'} = 0", 1227)


@only_servers
def test_a_guard_that_is_gone_is_missed(accounts: None) -> None:
    guard = triggers.declared()[0]
    with signed_in_as(OWNER):
        triggers.drop_all(connection, [guard.full_name])
    with signed_in_as(APP):
        assert triggers.missing(connection) == [guard.full_name]
    with signed_in_as(OWNER):
        execute(guard.create(connection))


def refused(sql: str, number: int = 1142) -> None:
    with pytest.raises(DatabaseError) as caught:
        execute(sql)
    assert caught.value.args[0] == number, f"{sql}: {caught.value}"


def _column(table: str) -> str:
    return "head_id" if table in {"accounts_change", "projects_projectkey"} else "change_id"


def test_rights_follow_the_guards() -> None:
    rights = rights_of_tables()
    assert all(rights[table] == ("SELECT", "INSERT") for table in HISTORY)
    assert rights["issues_issue"] == rights["accounts_head"] == ("SELECT", "INSERT", "UPDATE")
    assert rights["accounts_session"] == ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert rights["django_migrations"] == ("SELECT",)


def test_the_command(db: None, capsys: Any) -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(CommandError, match="SQLite has no accounts"):
            call_command("grants_sql", "--app", "itms_app", "--owner", "itms_owner")
        return
    with pytest.raises(CommandError, match="is no account"):
        call_command("grants_sql", "--app", "x'; DROP", "--owner", "itms_owner")
    capsys.readouterr()
    call_command("grants_sql", "--app", "itms_app@localhost", "--owner", "itms_owner@10.0.0.%")
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'itms_app'@'localhost';"
    assert any("DEFINER = 'itms_owner'@'10.0.0.%'" in line for line in printed)
    assert all(line.endswith(";") for line in printed)

"""Statements that other databases' guards have been walked around with: REPLACE, IGNORE, upserts, joins, sessions
that read what is not committed."""

from __future__ import annotations

import contextlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.attacks.forging import Forge

sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own syntax")
servers = pytest.mark.skipif(connection.vendor != "mysql", reason="MariaDB's and MySQL's syntax")

TABLES = (
    "accounts_change",
    "accounts_head",
    "issues_historicalissue",
    "issues_issue",
    "projects_historicalmembership",
    "projects_membership",
    "projects_projectkey",
)
STATES = {
    "UPDATE {ignore} accounts_change SET verb = 'x.y'",
    "UPDATE {ignore} accounts_head SET last_number = 99",
    "UPDATE {ignore} issues_historicalissue SET title = 'x'",
    "UPDATE {ignore} issues_issue SET title = 'x'",
    "UPDATE {ignore} projects_membership SET role = 'LEAD'",
    "UPDATE {ignore} projects_projectkey SET `key` = 'XX'",
    "INSERT {ignore} INTO issues_historicalissue SELECT * FROM issues_historicalissue",
}


def content(forge: Forge) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the guarded tables."""
    return {table: sorted(forge.sql(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def refused(forge: Forge, statement: str, *values: object) -> None:
    """It raises, or it is skipped with a warning; either way everything is as it was."""
    before = content(forge)
    with contextlib.suppress(DatabaseError), transaction.atomic():
        forge.sql(statement, *values)
    assert content(forge) == before


@pytest.mark.parametrize("statement", sorted(STATES))
def test_ignore_does_not_get_around_a_trigger(forge: Forge, statement: str) -> None:
    words = "IGNORE" if connection.vendor == "mysql" else "OR IGNORE"
    refused(forge, statement.replace("{ignore}", words))


@servers
@pytest.mark.parametrize("table", TABLES)
def test_delete_ignore(forge: Forge, table: str) -> None:
    refused(forge, f"DELETE IGNORE FROM {table}")


@pytest.mark.parametrize("table", TABLES)
def test_replace(forge: Forge, table: str) -> None:
    """A row put in the place of another is a DELETE that no DELETE statement shows."""
    refused(forge, f"REPLACE INTO {table} SELECT * FROM {table}")


@sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE OR REPLACE projects_membership SET user_id = 1",
        "UPDATE OR REPLACE issues_historicalissue SET version = 1",
        "INSERT OR REPLACE INTO issues_historicalissue SELECT * FROM issues_historicalissue",
        "INSERT INTO accounts_head (id, last_number, last_seq) SELECT id, 0, 0 FROM accounts_head WHERE 1"
        " ON CONFLICT (id) DO UPDATE SET last_number = 99",
        "INSERT INTO projects_projectkey (`key`, head_id) SELECT `key`, 1 FROM projects_projectkey WHERE 1"
        " ON CONFLICT (`key`) DO UPDATE SET head_id = 99",
    ],
)
def test_conflict_clauses_of_sqlite(forge: Forge, statement: str) -> None:
    refused(forge, statement)


@servers
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts_head (id, last_number, last_seq) SELECT id, 0, 0 FROM accounts_head"
        " ON DUPLICATE KEY UPDATE last_number = 99",
        "INSERT INTO issues_historicalissue SELECT * FROM issues_historicalissue x ON DUPLICATE KEY UPDATE title = 'x'",
        "UPDATE issues_issue i JOIN accounts_head h ON h.id = i.project_id SET i.title = 'x', h.last_seq = 0",
        "UPDATE issues_historicalissue h JOIN issues_issue i ON i.id = h.id SET h.title = i.title",
        "DELETE h, i FROM issues_historicalissue h JOIN issues_issue i ON i.id = h.id",
        "DELETE h FROM accounts_change h",
    ],
)
def test_joins_and_upserts_of_the_servers(forge: Forge, statement: str) -> None:
    refused(forge, statement)


@sqlite
def test_recursive_triggers_are_on(db: None) -> None:
    """Without them REPLACE fires no DELETE trigger."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        assert cursor.fetchone() == (1,)


def test_two_acts_cannot_be_open_in_one_project(forge: Forge) -> None:
    change = forge.open_act("PUB")
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", change, forge.project("PUB"))
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.change(forge.project("PUB"))


def test_an_act_cannot_be_opened_again_after_it_was_closed(forge: Forge) -> None:
    change = forge.open_act("PUB")
    forge.close_act("PUB")
    with pytest.raises(IntegrityError), transaction.atomic():
        forge.sql("UPDATE accounts_head SET open_change = %s WHERE id = %s", change, forge.project("PUB"))

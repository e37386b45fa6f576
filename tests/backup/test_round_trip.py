"""From the engine of the tests to SQLite, back, and to SQLite again: the same content, table by table."""

from __future__ import annotations

import stat
from pathlib import Path

from django.contrib.auth import authenticate
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from accounts.models import IdempotentRequest, Session, Token
from accounts.services.tokens import create_token
from issues.history.verify import differences
from issues.models import Issue
from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.db import triggers
from tests.backup.conftest import Other, backup_to, empty_it, manifest_of, restore_from
from tests.world import PASSWORD, World

ODD = 'Line one\nLine two\ttabbed “quoted” \\ / "plain" 日本語 👩‍👩‍👧 é \u2028 %s {x} end'


def fill(world: World) -> None:
    """Besides the cast: a token, an answered request, odd text, a moment without a fraction."""
    lead = world.actor("lead")
    issue = edit_issue(
        lead, world.issue("PUB-1"), version=1, fields={"description": ODD, "due_date": "2026-02-28", "labels": ["ui"]}
    )
    add_comment(lead, issue, body=ODD)
    create_token(lead, world.users["lead"], name="Script", can_write=True)
    second = issue.created_at.replace(microsecond=0)
    IdempotentRequest.objects.create(
        scope="lead",
        key="one",
        fingerprint="f" * 64,
        answer={"b": 1, "a": [True, None, "é"]},
        created_at=second,
    )
    Session.objects.create(
        session_key="k" * 32, session_data="x", expire_date=issue.created_at, started_at=issue.created_at,
        seen_at=issue.created_at,
    )  # fmt: skip


def test_there_and_back_again(committed_world: World, other: Other, third: Other, tmp_path: Path) -> None:
    fill(committed_world)
    first, second, last = (tmp_path / f"{name}.backup" for name in ("first", "second", "last"))
    taken = backup_to(first)
    assert taken.left_out == ["django_session", "accounts_session", "issues_searchterm"]
    rows = {table.name: table.rows for table in taken.tables}
    assert rows["issues_issue"] == 6 and rows["accounts_token"] == rows["accounts_idempotentrequest"] == 1
    # SQLite keeps its full-text index in tables; it is made from issues_searchdocument.
    there = {name for name in connection.introspection.table_names() if not name.startswith("issues_search_")}
    assert set(rows) | set(taken.left_out) >= there - {"django_migrations", "sqlite_stat1", "issues_search"}
    assert stat.S_IMODE(first.stat().st_mode) == 0o600

    # As an operator does it, on SQLite.
    done = other.manage("restore", str(first), "--no-verify")
    assert done.returncode == 0, done.stderr
    assert f"{taken.rows:,} rows" in done.stdout and "differences" not in done.stdout
    done = other.manage("backup", str(second))
    assert done.returncode == 0, done.stderr
    assert manifest_of(second).tables == taken.tables
    assert manifest_of(second).engine.startswith("SQLite")

    # Back into the engine of the tests, where other ids of content types and permissions wait.
    empty_it()
    restore_from(second)
    assert backup_to(last).tables == taken.tables
    done = third.manage("restore", str(last))
    assert done.returncode == 0 and "0 differences" in done.stdout, done.stdout + done.stderr
    # The run of `verify` is an act of its own in the ledger.
    assert third.manage("backup", str(tmp_path / "end.backup")).returncode == 0
    end = {table.name: table for table in manifest_of(tmp_path / "end.backup").tables}
    assert [table.name for table in taken.tables if end[table.name] != table] == ["accounts_change"]
    assert end["accounts_change"].rows == rows["accounts_change"] + 1


def test_what_was_restored_is_in_use_again(committed_world: World, tmp_path: Path) -> None:
    fill(committed_world)
    file = tmp_path / "itms.backup"
    backup_to(file)
    empty_it()
    assert not Issue.objects.exists()
    restore_from(file)
    assert differences() == []
    assert triggers.missing(connection) == []
    assert not Session.objects.exists()
    assert Token.objects.get().name == "Script"
    ContentType.objects.clear_cache()
    # People sign in with their passwords, rights hold, numbers and ids go on where they were.
    assert authenticate(username="lead", password=PASSWORD) == committed_world.users["lead"]
    before = Issue.objects.latest("pk").pk
    opened = open_issue(committed_world.actor("viewer"), committed_world.projects["PRIV"].pk, title="Next")
    assert opened.key == "PRIV-3" and opened.pk > before
    assert Issue.objects.get(pk=opened.pk - 1) and differences() == []
    assert open_issue(committed_world.actor("lead"), committed_world.projects["PUB"].pk, title="N").number == 3


def test_a_database_without_projects(transactional_db: None, tmp_path: Path) -> None:
    file = tmp_path / "empty.backup"
    call_command("backup", str(file), verbosity=0)
    assert restore_from(file).tables == manifest_of(file).tables

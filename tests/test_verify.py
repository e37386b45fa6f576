"""`verify` finds nothing in what the services wrote, and names exactly what was changed behind their back.

The triggers are lifted once for the whole file; each corruption is written by hand, in a transaction that is rolled
back."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Change
from issues.history.verify import Progress, differences, reading, verify
from issues.models import Comment, Issue
from issues.services.changing_role import change_role
from issues.services.commenting import add_comment, edit_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.labelling import put_label
from itms_site.db import triggers
from projects.models import Label, Membership
from projects.services.labels import edit_label
from projects.services.projects import edit_project
from tests.corruptions import CASES
from tests.standing import stand
from tests.world import World

Names = dict[str, Any]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The small cast with some history: PUB-1 was edited, closed and labelled, PUB-2 has a comment that was edited
    and a reply, PRIV-1 was deleted, a label, a project and a role were changed."""
    standing = stand(django_db_blocker)
    world = next(standing)
    with django_db_blocker.unblock():
        lead, dev, viewer = world.actor("lead"), world.actor("dev"), world.actor("viewer")
        edit_issue(lead, world.issue("PUB-1"), version=1, fields={"title": "Renamed — naïve", "description": "x" * 500})
        edit_issue(lead, world.issue("PUB-1"), version=2, fields={"status": "CLOSED"})
        put_label(lead, world.issue("PUB-1"), "ui")
        comment = add_comment(dev, world.issue("PUB-2"), body="First!")
        add_comment(viewer, world.issue("PUB-2"), body="Second.", parent=comment.pk)
        edit_comment(dev, comment, version=1, body="First, really")
        delete_issue(lead, world.issue("PRIV-1"), version=1)
        pub = world.projects["PUB"]
        edit_label(lead, pub.pk, Label.objects.get(project=pub, name="ui").pk, {"name": "UI"})
        edit_project(lead, pub.pk, version=1, fields={"key": "PUBLIC"})
        edit_project(lead, pub.pk, version=2, fields={"key": "PUB"})
        change_role(lead, pub.pk, world.users["viewer"].pk, "DEVELOPER")
        change_role(lead, pub.pk, world.users["viewer"].pk, "VIEWER")
        yield world
    yield from standing


@pytest.fixture(scope="module")
def unguarded(world: World) -> Iterator[Names]:
    """What the corruptions name, while the triggers are away."""
    pub, priv = world.projects["PUB"].pk, world.projects["PRIV"].pk
    comment, reply = Comment.objects.order_by("pk")
    names: Names = {
        "pub": pub,
        "priv": priv,
        "one": Issue.objects.get(project=pub, number=1).pk,
        "two": Issue.objects.get(project=pub, number=2).pk,
        "deleted": Issue.objects.get(project=priv, number=1).pk,
        "comment": comment.pk,
        "reply": reply.pk,
        "bug": Label.objects.get(project=pub, name="bug").pk,
        "ui": Label.objects.get(project=pub, name="UI").pk,
        "priv_bug": Label.objects.get(project=priv, name="bug").pk,
        "dev_member": Membership.objects.get(project=pub, user=world.users["dev"]).pk,
        "closing": Change.objects.get(head=pub, verb="issue.transition").pk,
        "last_seq": Change.objects.filter(head=pub).count(),
    } | {name: user.pk for name, user in world.users.items()}
    names["next"] = names["last_seq"] + 1
    triggers.drop_all(connection)
    try:
        yield names
    finally:
        triggers.install_all(connection)


@contextmanager
def rules_off() -> Iterator[None]:
    """Foreign keys and, where the engine can, CHECK rules are not looked at by this session."""
    if connection.vendor == "sqlite":  # its foreign keys wait for a COMMIT, which does not come
        switches = ["PRAGMA ignore_check_constraints = {}"]
    elif connection.mysql_is_mariadb:  # type: ignore[attr-defined]
        switches = ["SET SESSION check_constraint_checks = {}", "SET SESSION foreign_key_checks = {}"]
    else:
        switches = ["SET SESSION foreign_key_checks = {}"]
    off, on = ("1", "0") if connection.vendor == "sqlite" else ("0", "1")
    with connection.cursor() as cursor:
        for switch in switches:
            cursor.execute(switch.format(off))
        try:
            yield
        finally:
            for switch in switches:
                cursor.execute(switch.format(on))


@contextmanager
def corrupted(names: Names, *statements: str) -> Iterator[None]:
    before = transaction.savepoint()
    try:
        with rules_off(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(**names))
                assert cursor.rowcount != 0, f"this corrupts nothing: {statement}"
        yield
    finally:
        transaction.savepoint_rollback(before)


def said(*arguments: str, code: int = 1) -> list[str]:
    """What the command says, without the triggers that are away and the figure at the end."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify", *arguments, stdout=out, stderr=io.StringIO())
    assert end.value.code == code
    *lines, figure = out.getvalue().splitlines()
    assert figure.startswith(f"{len(lines)} difference")
    return [line for line in lines if not line.startswith("trigger ")]


def test_it_works(world: World) -> None:
    progress = Progress()
    assert list(verify(progress=progress)) == []
    assert progress.replayed["issues"] == 6
    assert progress.replayed["comments"] == 2
    assert progress.replayed["history rows"] > 40


def test_small_pieces_find_the_same(unguarded: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PIECE", 2)
    with corrupted(unguarded, "UPDATE issues_issue SET title = 'X' WHERE number = 2"):
        assert [line.split(":")[0] for line in said()] == [
            f"{key}-2 {what}" for what in ("title", "words") for key in ("PUB", "PRIV", "OLD")
        ]


def matches(line: str, pattern: str) -> bool:
    """`…` in the pattern stands for any text."""
    position = 0
    parts = pattern.split("…")
    for number, part in enumerate(parts):
        at = line.find(part, position)
        if at < 0 or (number == 0 and at != 0):
            return False
        position = at + len(part)
    return parts[-1] == "" or line.endswith(parts[-1])


@pytest.mark.parametrize("name", CASES)
def test_exactly_this_is_named(unguarded: Names, name: str) -> None:
    statements, expected = CASES[name]
    patterns = [line.format(**unguarded) for line in expected]
    if connection.vendor == "sqlite":
        statements = [
            statement.replace("CONCAT(SUBSTR(description, 1, 499), 'y')", "SUBSTR(description, 1, 499) || 'y'")
            for statement in statements
        ]
    with corrupted(unguarded, *statements):
        lines = said()
        for line in lines:
            fitting = [pattern for pattern in patterns if matches(line, pattern)]
            assert fitting, f"not expected: {line}\n\nall of it:\n" + "\n".join(lines)
            patterns.remove(fitting[0])
        assert not patterns, "nobody said: " + "\n".join(patterns) + "\n\nall of it:\n" + "\n".join(lines)


def test_a_project_alone(unguarded: Names) -> None:
    """Its own differences and nobody else's; a former key will do."""
    with corrupted(
        unguarded,
        "UPDATE issues_issue SET title = 'Other' WHERE id IN ({one}, {deleted})",
        "UPDATE accounts_user SET username_canonical = 'levi' WHERE id = {dev}",
        "UPDATE accounts_head SET last_seq = last_seq + 1 WHERE id = {priv}",
    ):
        assert len(said()) == 6
        assert said("--project", "public") == [
            "PUB-1 title: the table says “Other”, its history says “Renamed — naïve”",
            "PUB-1 words: the search knows others than its texts say",
        ]
        assert [line.split(":")[0] for line in said("--project", "PRIV")] == [
            "PRIV-1 title",
            "PRIV changes",
            "PRIV-1 words",
        ]


def test_no_such_project(world: World) -> None:
    with pytest.raises(CommandError, match="There is no project NOPE") as end:
        call_command("verify", "--project", "NOPE")
    assert end.value.returncode == 2


def test_enumerations_byte_for_byte(unguarded: Names) -> None:
    """IN takes open for OPEN on MariaDB, whose checks a session may switch off."""
    if connection.vendor != "mysql" or not connection.mysql_is_mariadb:  # type: ignore[attr-defined]
        pytest.skip("SQLite's IN knows the difference; MySQL lets no session switch a CHECK off")
    with corrupted(
        unguarded,
        "UPDATE issues_issue SET status = 'open' WHERE id = {two}",
        "UPDATE issues_historicalissue SET status = 'open' WHERE id = {two}",
    ):
        assert said() == [
            "PUB tally: OPEN is 1, there are 0",
            *[
                f"{where}: it breaks the rule {rule}"
                for where in ("PUB-2", "PUB-2 version 1")
                for rule in ("issue_words_exact", "issue_status_exact")
            ],
        ]


def test_rules_of_the_table(unguarded: Names) -> None:
    if connection.vendor == "mysql" and not connection.mysql_is_mariadb:  # type: ignore[attr-defined]
        pytest.skip("MySQL lets no session switch a CHECK off")
    with corrupted(
        unguarded,
        "UPDATE issues_issue SET status = 'CLOSED', is_open = NOT is_open WHERE id = {two}",
        "UPDATE issues_historicalissue SET status = 'CLOSED', is_open = NOT is_open WHERE id = {two}",
    ):
        assert said() == [
            "PUB tally: OPEN is 1, there are 0",
            "PUB tally: CLOSED is 1, there are 2",
            "PUB-2: it breaks the rule issue_closed_at_while_closed",
            "PUB-2 version 1: it breaks the rule issue_closed_at_while_closed",
        ]


def test_bytes_that_are_no_text(unguarded: Names) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite stores them")
    with corrupted(unguarded, "UPDATE issues_issue SET title = CAST(X'41FF' AS TEXT) WHERE id = {one}"):
        assert said() == [
            "PUB-1 title: the table says “A\\udcff”, its history says “Renamed — naïve”",
            "PUB-1 words: the search knows others than its texts say",
        ]


@pytest.fixture(scope="module")
def about_triggers(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, list[str]]:
    """What is said when a trigger is away, is another one, or is one too many. (Creating triggers ends MySQL's
    transactions, so it is done outside of those of the tests.)"""
    name, found = "itms_issues_issue_delete", {}
    harmless = "CREATE TRIGGER {} BEFORE DELETE ON issues_issue FOR EACH ROW "
    if connection.vendor == "sqlite":
        harmless += "WHEN 1 = 2 BEGIN SELECT 1; END"
    else:
        harmless += "BEGIN IF 1 = 2 THEN SET @x = 1; END IF; END"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        away = triggers.missing(connection)
        triggers.install_all(connection)
        try:
            cursor.execute(f"DROP TRIGGER {name}")
            found["missing"] = [str(difference) for difference in differences()]
            cursor.execute(harmless.format(name))
            found["another"] = [str(difference) for difference in differences()]
            cursor.execute(f"DROP TRIGGER {name}")
            (declared,) = [trigger for trigger in triggers.declared() if trigger.full_name == name]
            cursor.execute(declared.create(connection).replace("ON issues_issue ", "ON issues_comment "))
            found["elsewhere"] = [str(difference) for difference in differences()]
            triggers.install_all(connection)
            cursor.execute(harmless.format("itms_harmless"))
            found["unknown"] = [str(difference) for difference in differences()]
        finally:
            triggers.install_all(connection)
            if away:
                triggers.drop_all(connection)
    return found


def test_triggers(about_triggers: dict[str, list[str]]) -> None:
    name = "trigger itms_issues_issue_delete"
    assert about_triggers == {
        "missing": [f"{name}: it is missing; `manage.py migrate` installs it anew"],
        "another": [f"{name}: it is there in another wording; `manage.py migrate` installs it anew"],
        "elsewhere": [f"{name}: it is there in another wording; `manage.py migrate` installs it anew"],
        "unknown": ["trigger itms_harmless: nothing declares it"],
    }


def test_a_table_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first migration, or after a wrong restore: a sentence for each table, no crash."""
    monkeypatch.setattr(Issue._meta, "db_table", "issues_lost")
    assert said() == ["table issues_lost: it is missing; `manage.py migrate` makes it"]


def test_a_broken_file(world: World, tmp_path: Path) -> None:
    """SQLite's own examination counts: an index that lost its entries."""
    if connection.vendor != "sqlite":
        pytest.skip("the servers have their own checksums")
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(copy)) as other:
        source = sqlite3.connect(connection.settings_dict["NAME"])
        source.backup(other)
        source.close()
        other.execute("PRAGMA writable_schema = ON")
        other.execute(
            "UPDATE sqlite_master SET sql = REPLACE(sql, 'updated_at', 'created_at') WHERE name = 'issue_updated'"
        )
        other.commit()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{copy}", "DEBUG": "on"}
    command = [sys.executable, "manage.py", "verify"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert "database file: row 1 missing from index issue_updated" in run.stdout

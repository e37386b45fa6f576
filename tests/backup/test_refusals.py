"""What is no whole backup of this version, and what is no empty database, is refused before a row is written."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from itms_site.backup.tables import BackupError
from itms_site.db import triggers
from tests.backup.conftest import Other, backup_to, empty_it, restore_from
from tests.world import World

Rows = list[list[Any]]


@pytest.fixture
def file(committed_world: World, tmp_path: Path) -> Path:
    """A good one, and the database is empty."""
    path = tmp_path / "itms.backup"
    backup_to(path)
    empty_it()
    return path


def refused(path: Path) -> str:
    with pytest.raises(BackupError) as caught:
        restore_from(path)
    assert not User.objects.exists(), "something was written"
    assert triggers.missing(connection) == []
    return str(caught.value)


def forged(path: Path, *, table: str = "", change: Callable[[Rows], None] | None = None, **manifest: Any) -> Path:
    """A copy with other rows or another manifest, whose digests are right."""
    copy = path.with_name("forged.backup")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        head = json.loads(old.read("manifest.json")) | manifest
        for content in head["tables"]:
            raw = old.read(f"tables/{content['name']}.jsonl")
            if content["name"] == table and change is not None:
                rows = [json.loads(line) for line in raw.splitlines()]
                change(rows)
                raw = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()
                content |= {"rows": len(rows), "sha256": hashlib.sha256(raw).hexdigest()}
            new.writestr(f"tables/{content['name']}.jsonl", raw)
        new.writestr("manifest.json", json.dumps(head))
    return copy


def test_the_copy_without_changes_is_taken(file: Path) -> None:
    restore_from(forged(file))
    assert User.objects.count() == 7


def test_a_file_that_was_cut_off(file: Path) -> None:
    whole = file.read_bytes()
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 23, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert "no backup" in refused(file), length


def test_a_file_that_was_altered(file: Path) -> None:
    """One bit anywhere in the compressed rows."""
    whole = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        members = [m for m in archive.infolist() if m.file_size]
    for member in members:
        place = member.header_offset + 30 + len(member.filename) + 20 + member.compress_size // 2
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert "damaged" in (said := refused(file)) or "no backup" in said, member.filename


def test_rows_that_the_manifest_does_not_have(file: Path) -> None:
    copy = file.with_name("more.backup")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            new.writestr(name, raw + raw[-1:] if name == "tables/accounts_user.jsonl" else raw)
    assert "accounts_user is not what was written" in refused(copy)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("tables/another.jsonl", "[]\n")
    assert "other tables" in refused(file)


def test_another_version(file: Path) -> None:
    assert "a newer ITMS (9.9)" in refused(forged(file, format_version=2, itms="9.9"))
    migrations = json.loads(zipfile.ZipFile(file).read("manifest.json"))["migrations"]
    later = {**migrations, "issues": [*migrations["issues"], "0999_later"]}
    said = refused(forged(file, migrations=later, itms="1.4"))
    assert "of ITMS 1.4, which has migrations that this ITMS 1.0 does not know (issues.0999_later)" in said
    assert "Install that release or a later one" in said
    earlier = {**migrations, "issues": migrations["issues"][:-1], "accounts": migrations["accounts"][:-2]}
    said = refused(forged(file, migrations=earlier, itms="0.9"))
    names = [*(f"accounts.{name}" for name in migrations["accounts"][-2:]), f"issues.{migrations['issues'][-1]}"]
    assert f"of ITMS 0.9, and this database has migrations that came after it ({', '.join(names)})" in said
    files = " ".join(f"{app}/migrations/{name}.py" for app, _, name in (each.partition(".") for each in names))
    assert f"`git log --diff-filter=A --format=%h^ -- {files} | tail -1`" in said
    assert "check it out, migrate, restore; then check out this ITMS 1.0 again and migrate" in said


def test_a_database_that_is_not_up_to_date(file: Path, other: Other) -> None:
    assert other.manage("migrate", "--verbosity=0", "issues", "0007").returncode == 0
    done = other.manage("restore", str(file))
    assert done.returncode != 0
    names = json.loads(zipfile.ZipFile(file).read("manifest.json"))["migrations"]["issues"]
    lacking = [f"issues.{name}" for name in names if name > "0008"]
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    assert (
        f"This database lacks migrations of the file ({', '.join(lacking[:3])}{more}), which this ITMS 1.0 has"
        in done.stderr
    )
    assert "run manage.py migrate, then restore again" in done.stderr
    assert other.manage("migrate", "--verbosity=0").returncode == 0
    assert other.manage("restore", str(file), "--no-verify").returncode == 0


def test_a_database_with_rows(file: Path) -> None:
    restore_from(file)
    before = User.objects.count()
    with pytest.raises(BackupError, match=r"not empty: accounts_head has 3 rows"):
        restore_from(file)
    assert User.objects.count() == before


def _no_such_user(rows: Rows) -> None:
    rows[-1][1] = 999_999


def _no_such_state(rows: Rows) -> None:
    rows[0] = [value if value != "TASK" else "NONSENSE" for value in rows[0]]


@pytest.mark.parametrize(
    ("table", "change"),
    [("projects_projectuserobjectpermission", _no_such_user), ("issues_issue", _no_such_state)],
    ids=["a reference that leads nowhere", "a broken rule"],
)
def test_the_database_refuses_a_row(file: Path, table: str, change: Callable[[Rows], None]) -> None:
    assert "nothing was restored" in refused(forged(file, table=table, change=change))
    restore_from(file)
    assert User.objects.count() == 7


def test_nothing_is_overwritten(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(CommandError, match="overwrites nothing"):
        call_command("backup", str(file))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", str(file.parent / "nowhere" / "x.backup"))
    assert file.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


def test_a_backup_that_breaks_off_leaves_no_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def begin(self, what: str, total: int) -> None:
            if what == "issues_issue":
                raise OSError(28, "No space left on device")

        def advance(self, count: int) -> None: ...

    from itms_site.backup.taking import take

    with pytest.raises(OSError, match="No space"):
        take(file.with_name("new.backup"), Full())
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


def test_only_checking(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("restore", str(file), "--check")
    assert "could be restored" in capsys.readouterr().out
    assert not User.objects.exists()
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CommandError, match="no backup"):
        call_command("restore", str(file), "--check")

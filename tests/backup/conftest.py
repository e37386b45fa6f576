"""A second database, always SQLite: whatever engine the tests run on is the first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

from itms_site.backup.archive import Manifest, Reader
from itms_site.backup.restoring import restore
from itms_site.backup.taking import take

ROOT = Path(__file__).resolve().parent.parent.parent


class Silent:
    def begin(self, what: str, total: int) -> None: ...

    def advance(self, count: int) -> None: ...


@dataclass(frozen=True)
class Other:
    """An empty, migrated SQLite file, used by commands as an operator uses them."""

    file: Path

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{self.file}"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    other = Other(tmp_path_factory.mktemp("empty") / "empty.sqlite3")
    done = other.manage("migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    return other.file


@pytest.fixture
def other(_migrated: Path, tmp_path: Path) -> Other:
    return Other(Path(shutil.copy(_migrated, tmp_path / "other.sqlite3")))


@pytest.fixture
def third(_migrated: Path, tmp_path: Path) -> Other:
    return Other(Path(shutil.copy(_migrated, tmp_path / "third.sqlite3")))


def backup_to(path: Path) -> Manifest:
    return take(path, Silent())


def restore_from(path: Path) -> Manifest:
    return restore(path, Silent())


def manifest_of(path: Path) -> Manifest:
    with path.open("rb") as file:
        return Reader(file).manifest


def empty_it() -> None:
    """The database of the tests as `migrate` leaves it."""
    call_command("flush", interactive=False, verbosity=0)

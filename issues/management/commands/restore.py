"""`manage.py restore FILE`: fills an empty, migrated database of any engine from a backup, then verifies it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.management.bars import Bar
from itms_site.backup.restoring import restore
from itms_site.backup.tables import BackupError


class Command(BaseCommand):
    help = (
        "Fills an empty, migrated database from a file that `backup` wrote, on whichever engine, then runs `verify`. "
        "All or nothing: a database with rows, and a file that is damaged or of another version, are refused before "
        "anything is written. Nothing else may use the database meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="check the file and the database; write nothing")
        parser.add_argument("--no-verify", action="store_true", help="do not run `verify` at the end")

    def handle(self, *args: Any, file: Path, check: bool, no_verify: bool, **options: Any) -> None:
        began = time.monotonic()
        bar = Bar(self.stderr._out, "restore")  # type: ignore[attr-defined]
        try:
            manifest = restore(file, bar, check_only=check)
        except BackupError as error:
            raise CommandError(str(error)) from None
        finally:
            bar.end()
        done = "could be restored" if check else "restored"
        self.stdout.write(
            f"{manifest.rows:,} rows of {len(manifest.tables)} tables as of {manifest.taken_at}, from "
            f"{manifest.engine}, {done} in {time.monotonic() - began:.1f} s."
        )
        if not check and not no_verify:
            call_command("verify", stdout=self.stdout, stderr=self.stderr)

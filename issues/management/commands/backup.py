"""`manage.py backup FILE`: everything that the database holds, as it is at one moment, in one file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.management.bars import Bar
from itms_site.backup.tables import BackupError
from itms_site.backup.taking import take


class Command(BaseCommand):
    help = (
        "Writes everything that the database holds into FILE, as it is at one moment; others may go on writing. "
        "Sessions are left out: after a restore everybody signs in again. Keep the file as you keep the database: "
        "password hashes and private projects are in it."
    )
    # What is wrong with the settings must not keep the data from being saved.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file, as itms.backup; never overwritten")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        began = time.monotonic()
        bar = Bar(self.stderr._out, "backup")  # type: ignore[attr-defined]
        try:
            manifest = take(file, bar)
        except BackupError as error:
            raise CommandError(str(error)) from None
        finally:
            bar.end()
        size = file.stat().st_size / 1e6
        self.stdout.write(
            f"{file}: {manifest.rows:,} rows of {len(manifest.tables)} tables as of {manifest.taken_at}, "
            f"{size:,.1f} MB in {time.monotonic() - began:.1f} s. Not in it: {', '.join(manifest.left_out)}."
        )

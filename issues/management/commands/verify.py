"""`manage.py verify`: replays every history against the tables. Exit code 1 when anything differs."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from issues.history.verify import Progress, verify
from issues.management.bars import Bar
from issues.services.noting_verification import note_verification
from itms_site.errors import Unavailable
from projects.models import ProjectKey


class Shown(Progress):
    def __init__(self, bar: Bar) -> None:
        super().__init__()
        self.bar = bar

    def begin(self, what: str, total: int) -> None:
        self.bar.begin(what, total)

    def advance(self, rows: int) -> None:
        self.bar.advance(rows)


class Command(BaseCommand):
    help = (
        "Replays every history against the tables, recomputes what can be recomputed, and names each difference. "
        "Changes nothing, hinders no writer, and notes in the ledger that it ran. "
        "Exit code 0: nothing differs; 1: something does; 2: it could not run."
    )
    # A database with a fault is exactly what this command is for.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="KEY", help="only this project, without the database as a whole")

    def handle(self, *args: Any, project: str | None, **options: Any) -> None:
        began, found = time.monotonic(), 0
        bar = Bar(self.stderr._out, "verify")  # type: ignore[attr-defined]
        progress = Shown(bar)
        try:
            for difference in verify(project, progress):
                found += 1
                bar.above(str(difference), self.stdout._out)  # type: ignore[attr-defined]
        except ProjectKey.DoesNotExist:
            raise CommandError(f"There is no project {project}.", returncode=2) from None
        finally:
            bar.end()
        replayed = ", ".join(f"{count:,} {what}" for what, count in progress.replayed.items())
        noun = "difference" if found == 1 else "differences"
        took = time.monotonic() - began
        self.stdout.write(f"{found:,} {noun} in {took:.1f} s ({replayed})")
        if project is None:
            self._note(found, took)
        if found:
            sys.exit(1)

    def _note(self, found: int, took: float) -> None:
        """A database that takes no writes, or has lost its ledger, has been verified all the same."""
        try:
            note_verification(differences=found, seconds=took)
        except (DatabaseError, Unavailable) as error:
            self.stderr.write(f"The ledger could not note this run: {error}")

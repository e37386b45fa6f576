"""`manage.py import_issues PROJECT FILE --from jira-json`: brings another tracker's issues into a project."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor
from accounts.models import Via
from accounts.selectors import find_user
from issues.management.steps import under_bar
from issues.transfer import jira_json
from issues.transfer.bringing import Options, bring_in
from issues.transfer.report import Report
from issues.transfer.source import Source, SourceError
from itms_site.errors import ItmsError
from projects.selectors import get_project

READERS: dict[str, Callable[[Path, str], Source]] = {"jira-json": jira_json.read}


class Command(BaseCommand):
    help = (
        "Brings issues, comments, labels and people of another tracker into a project, with their authors and "
        "times. All or nothing, unless --skip-bad; safe to repeat. The project is locked while it runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="key of a project that exists")
        parser.add_argument("file", type=Path, help="the export")
        parser.add_argument("--from", dest="format", choices=sorted(READERS), required=True, help="its format")
        parser.add_argument("--dry-run", action="store_true", help="report everything, write nothing")
        parser.add_argument(
            "--as", dest="user", metavar="USERNAME", help="a Lead of the project or an operator; default: the system"
        )
        parser.add_argument(
            "--map-user",
            dest="users",
            action="append",
            default=[],
            metavar="THERE=HERE",
            help="somebody of the source is this user here (repeatable); only such people get issues assigned",
        )
        parser.add_argument("--skip-bad", action="store_true", help="leave out what is refused, bring in the rest")
        parser.add_argument(
            "--include-restricted", action="store_true", help="bring in also what only some could read there"
        )
        parser.add_argument(
            "--source", default="", metavar="NAME", help="what to call the source; default: its host, else jira"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the whole account there, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Options(
            dry_run=options["dry_run"],
            skip_bad=options["skip_bad"],
            restricted=options["include_restricted"],
            users=_pairs(options["users"]),
        )
        progress = under_bar(sys.stderr, "import_issues", quiet=options["verbosity"] == 0)
        try:
            actor = _actor(options["user"])
            project = get_project(actor, options["project"], follow=True)
            source = READERS[options["format"]](options["file"], options["source"])
            report = bring_in(actor, project.pk, source, wanted, progress=progress)
        except (SourceError, ItmsError) as error:
            raise CommandError(str(error)) from error
        self._show(report, options["report"])
        if report.refused and not wanted.skip_bad:
            raise CommandError(
                f"{len(report.refused)} items were refused, so nothing was written. "
                "Mend them in the file, or leave them out with --skip-bad."
            )

    def _show(self, report: Report, path: Path | None) -> None:
        self.stdout.write(report.as_text())
        if path is not None:
            try:
                path.write_text(json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{report.verdict}, but {path} cannot be written: {error.strerror}.") from error


def _actor(username: str | None) -> Actor:
    if username is None:
        return Actor.system(Via.COMMAND)
    user = find_user(username)
    if user is None or not user.is_active:
        raise CommandError(f"There is no active user {username}.")
    return Actor(user, Via.COMMAND)


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        there, equals, here = text.rpartition("=")
        if not (there and equals and here):
            raise CommandError(f"--map-user wants THERE=HERE, not “{text}”.")
        pairs[there] = here
    return pairs

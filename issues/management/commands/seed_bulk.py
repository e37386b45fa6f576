"""`manage.py seed_bulk`: many projects, people, issues, comments and changes, for measuring. Only under DEBUG, only
into a database without projects."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.management.bars import Bar
from issues.services.bulk_loading import PASSWORD, SIGN_INS, acts_of, load_bulk
from issues.services.bulk_plan import DETAIL_CHANGES, DETAIL_COMMENTS, Sizes
from itms_site.errors import ItmsError


class Command(BaseCommand):
    help = "Fills a database without projects with bulk data; the same sizes and seed give the same rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--projects", type=int, default=20)
        parser.add_argument("--users", type=int, default=200)
        parser.add_argument("--issues", type=int, default=100_000)
        parser.add_argument("--comments", type=int, help="in all; default: 3 for each issue")
        parser.add_argument("--history", type=int, help="changes after the creation, in all; default: 4 for each issue")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        issues, comments, changes = options["issues"], options["comments"], options["history"]
        try:
            sizes = Sizes(
                projects=options["projects"],
                users=options["users"],
                issues=issues,
                comments=3 * issues if comments is None else comments,
                changes=4 * issues if changes is None else changes,
                seed=options["seed"],
            )
        except ValueError as error:
            raise CommandError(str(error)) from None
        bar, began = Bar(self.stderr._out, "seed_bulk", unit="acts"), time.monotonic()  # type: ignore[attr-defined]
        bar.begin("writing", acts_of(sizes))
        try:
            loaded = load_bulk(sizes, bar.advance)
        except ItmsError as error:
            raise CommandError(error.detail) from None
        finally:
            bar.end()
        for key, count in loaded.projects:
            self.stdout.write(f"{key}: {count:,} issues")
        if loaded.detail:
            key, numbers = loaded.detail
            self.stdout.write(
                f"Every {numbers.step}th issue of {key} up to {key}-{numbers[-1]} has exactly "
                f"{DETAIL_COMMENTS} comments and {DETAIL_CHANGES} changes."
            )
        last = min(SIGN_INS, sizes.users)
        self.stdout.write(f"Sign in as bulk1 (operator) … bulk{last} with the password {PASSWORD}.")
        self.stdout.write(
            f"{sizes.issues:,} issues, {sizes.comments:,} comments and {sizes.changes:,} changes "
            f"in {time.monotonic() - began:.1f} s"
        )

"""`manage.py seed_demo`: three projects with people, issues, comments and ninety days of history."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from issues.management.steps import under_bar
from issues.transfer.demo import DemoError, play
from itms_site.db.text import canonical
from itms_site.errors import ItmsError
from projects.models import ProjectKey

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo.json"


class Command(BaseCommand):
    help = "Fills the database with demo projects, and accounts whose passwords everybody knows. Only with DEBUG on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when anybody has an account already")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's passwords are known to everybody: seed_demo runs only with DEBUG=on.")
        if options["if_empty"] and User.objects.exists():
            self.stdout.write("The database has accounts already: no demo.")
            return
        demo = json.loads(FILE.read_text(encoding="utf-8"))
        _refuse_if_there(demo)
        progress = under_bar(sys.stderr, "seed_demo", quiet=options["verbosity"] == 0)
        try:
            made = play(demo, timezone.now(), progress=progress)
        except (DemoError, ItmsError) as error:
            raise CommandError(f"{error} Nothing was written.") from error
        self.stdout.write(
            f"The demo has {made['projects']} projects, {made['issues']} issues, {made['comments']} comments "
            f"and {made['people']} people. Sign in as:"
        )
        for person in demo["people"]:
            if "password" in person:
                name = person["username"]
                self.stdout.write(f"  {name:<10} {person['password']:<10} {_roles(demo, name)}")


def _roles(demo: dict[str, Any], username: str) -> str:
    """`LEAD of APOLLO, OPS; DEVELOPER of WEB`"""
    projects: dict[str, list[str]] = {}
    for project in demo["projects"]:
        for member in project["members"]:
            if member["username"] == username:
                projects.setdefault(member["role"], []).append(project["key"])
    return "; ".join(f"{role} of {', '.join(keys)}" for role, keys in projects.items())


def _refuse_if_there(demo: dict[str, Any]) -> None:
    """All that is in the way at once, instead of the first refusal half-way."""
    names = [canonical(person["username"]) for person in demo["people"]]
    mails = [canonical(person["email"]) for person in demo["people"]]
    keys = [project["key"] for project in demo["projects"]]
    users = User.objects.filter(Q(username_canonical__in=names) | Q(email_canonical__in=mails))
    taken = [
        *(f"the account {name}" for name in users.order_by("pk").values_list("username", flat=True)),
        *(f"the project key {key}" for key in ProjectKey.objects.filter(key__in=keys).values_list("key", flat=True)),
    ]
    if taken:
        raise CommandError(f"The demo is here already, or something is in its way: {', '.join(taken)}.")

"""`manage.py create_token USERNAME NAME [--write] [--days 90]`: prints a new API token, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor
from accounts.selectors import find_user
from accounts.services.tokens import create_token
from itms_site.errors import ItmsError


class Command(BaseCommand):
    help = "Makes an API token for somebody and prints it; only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name", help="what it is for, 1 to 64 characters")
        parser.add_argument("--write", action="store_true", help="it may change things, not only read")
        parser.add_argument("--days", type=int, default=90, help="how long it lives (default 90)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["username"])
        if user is None or not user.is_active:
            raise CommandError(f"There is no active user {options['username']}.")
        try:
            _token, text = create_token(
                Actor.system(), user, name=options["name"], can_write=options["write"], days=options["days"]
            )
        except ItmsError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(text)

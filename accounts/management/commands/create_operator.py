"""`manage.py create_operator USERNAME EMAIL`: an account that may do everything, or makes an existing one so."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import Actor
from accounts.selectors import find_user
from accounts.services.users import add_user, set_operator
from itms_site.errors import ItmsError


class Command(BaseCommand):
    help = "Makes an operator: a new account, or the existing one of that user name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system()
        try:
            user = find_user(options["username"])
            if user is not None:
                set_operator(actor, user.pk, operator=True)
                self.stdout.write(f"{user.username} is an operator now.")
                return
            if not options["email"]:
                raise CommandError(f"There is no user {options['username']} yet; add an e-mail address to make one.")
            password = self._password(from_stdin=options["password_stdin"])
            made = add_user(
                actor, username=options["username"], email=options["email"], password=password, operator=True
            )
        except ItmsError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(f"{made.username} is an operator now.")

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Password (again): "):
            raise CommandError("The two passwords differ; nothing was made.")
        return password

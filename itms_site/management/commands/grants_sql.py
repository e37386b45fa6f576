"""`manage.py grants_sql`: the statements that give the serving account its rights, for `| mysql`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from itms_site.db.grants import statements


class Command(BaseCommand):
    help = (
        "Prints the SQL that gives the account of the service what it needs and nothing more: it can neither change "
        "the schema nor rewrite history. Changes nothing itself; run by the server's administrator after migrate."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", required=True, metavar="NAME[@HOST]", help="the account that serves")
        parser.add_argument("--owner", required=True, metavar="NAME[@HOST]", help="the account that runs migrate")

    def handle(self, *args: Any, app: str, owner: str, **options: Any) -> None:
        if connection.vendor != "mysql":
            raise CommandError("SQLite has no accounts: who can write the file can do everything.")
        try:
            for statement in statements(app, owner):
                self.stdout.write(f"{statement};")
        except ValueError as error:
            raise CommandError(str(error)) from None

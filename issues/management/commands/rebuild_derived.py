"""`manage.py rebuild_derived`: makes anew what is derived from issues, after `verify` has named a difference in it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from issues.services.indexing import rebuild_all
from itms_site.db import triggers


class Command(BaseCommand):
    help = "Makes the words of issues and the tallies of projects anew, beside people at work. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        projects = rebuild_all()
        triggers.restate(connection)
        self.stdout.write(f"The words of the issues and the tallies of {projects} projects are made anew.")

"""`manage.py sync_grants`: rebuilds guardian's rows from the memberships."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from projects.services.grants import rebuild


class Command(BaseCommand):
    help = "Rebuilds the object permissions from the memberships. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            added, removed = rebuild()
        self.stdout.write(f"{added} grants added, {removed} removed.")

"""`manage.py sweep`: removes expired sessions and what requests left for being sent again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.sweeping import sweep


class Command(BaseCommand):
    help = "Removes expired sessions, answers kept for repeated requests (24 h) and old sign-in attempts. Every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(", ".join(f"{count:,} {what}" for what, count in sweep().items()) + " removed.")

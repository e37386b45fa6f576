"""Django's `migrate`. Missing triggers are no reason for it to stop: it is what installs them."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from itms_site.checks.database import about_to_install


class Command(migrate.Command):
    def check(self, *args: Any, **options: Any) -> None:
        with about_to_install():
            super().check(*args, **options)

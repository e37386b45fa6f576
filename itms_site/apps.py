"""The kernel's app: keeps the triggers in step with the schema and registers the system checks."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from itms_site.db import triggers


class SiteConfig(AppConfig):
    name = "itms_site"
    verbose_name = "ITMS"

    def ready(self) -> None:
        from itms_site import checks, retry

        checks.register_all()
        retry.watch_connections()
        pre_migrate.connect(_drop_triggers, sender=self)
        # Sent for each app in the order of INSTALLED_APPS, after all migrations have run.
        post_migrate.connect(_install_triggers, sender=self)


class AdminConfig(admin_apps.AdminConfig):
    """The admin with our rule of who gets in."""

    default_site = "projects.admin_site.ItmsAdminSite"


def _drop_triggers(using: str, plan: list[Any], **_: Any) -> None:
    if plan:
        connection = connections[using]
        triggers.drop_all(connection, set(triggers.present(connection)) - triggers.staying())


def _install_triggers(using: str, **_: Any) -> None:
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    if triggers.missing(connection):
        triggers.install_all(connection)

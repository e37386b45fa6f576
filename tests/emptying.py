"""Empties the database of the tests after what was committed, in place of Django's `flush`: the same rows go, in a
fraction of the time. Only the guards that refuse to delete are lifted, and only where there are rows. What `migrate`
itself writes, the kinds of rows and their permissions, is not deleted and made again."""

from __future__ import annotations

from django.core.management.color import no_style
from django.db.backends.base.base import BaseDatabaseWrapper

from itms_site.db import triggers

WRITTEN_BY_MIGRATE = {"django_content_type", "auth_permission"}


def empty(connection: BaseDatabaseWrapper) -> None:
    """Every table of a model loses its rows; every declared trigger is there afterwards."""
    full = _tables_with_rows(connection)
    there = triggers.present(connection)
    on_delete = [each for each in triggers.declared() if each.event == "DELETE" and each.table in full]
    lifted = [each for each in on_delete if each.full_name in there]
    triggers.drop_all(connection, [each.full_name for each in lifted])
    try:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), full))
    finally:
        with connection.cursor() as cursor:
            for each in lifted:
                cursor.execute(each.create(connection), None)
    if triggers.missing(connection):
        triggers.install_all(connection)
    else:
        triggers.restate(connection)


def _tables_with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    asked = (f"SELECT '{table}' AS name WHERE EXISTS (SELECT 1 FROM {table})" for table in tables - WRITTEN_BY_MIGRATE)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return sorted(name for (name,) in cursor.fetchall())

"""One row inserted or updated by SQL that is put together once for each form: to build and compile it costs Django as
much as the database needs to do it. Values become the database's by the fields' own code; no signals are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.transaction import mark_for_rollback_on_error


def insert_row(instance: Model) -> None:
    """As `save(force_insert=True)` of a model of one table. Sets the primary key if the database gives it."""
    fields = instance._meta.local_concrete_fields
    given = [field for field in fields if not (field.primary_key and instance.pk is None)]
    values = [field.get_db_prep_save(field.pre_save(instance, True), connection) for field in given]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(_insert(type(instance), tuple(field.column for field in given), connection.vendor), values)
        if instance.pk is None:
            instance.pk = cursor.lastrowid
    instance._state.adding, instance._state.db = False, connection.alias


def update_row(model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """How many rows there were with the values of `where` (None: NULL); those of `values` were set. Both are named as
    attributes are (`head_id`)."""
    fields = _by_attribute(model)
    names = tuple(fields[name].column for name in values)
    conditions = tuple((fields[name].column, value is None) for name, value in where.items())
    given = [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]
    given += [fields[name].get_db_prep_value(value, connection) for name, value in where.items() if value is not None]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(_update(model, names, conditions, connection.vendor), given)
        return int(cursor.rowcount)


@lru_cache(maxsize=64)
def _by_attribute(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.attname: field for field in model._meta.concrete_fields}


@lru_cache(maxsize=64)
def _insert(model: type[Model], columns: Sequence[str], _vendor: str) -> str:
    quoted = connection.ops.quote_name
    names = ", ".join(map(quoted, columns))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"


@lru_cache(maxsize=64)
def _update(model: type[Model], columns: Sequence[str], where: Sequence[tuple[str, bool]], _vendor: str) -> str:
    quoted = connection.ops.quote_name
    names = ", ".join(f"{quoted(column)} = %s" for column in columns)
    rows = " AND ".join(f"{quoted(column)} IS NULL" if null else f"{quoted(column)} = %s" for column, null in where)
    return f"UPDATE {quoted(model._meta.db_table)} SET {names} WHERE {rows}"

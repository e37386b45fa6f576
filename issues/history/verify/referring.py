"""Foreign keys and CHECK rules, asked again of every row: a session may have written with either switched off, and
history tables have no constraints of their own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from issues.history.verify.naming import Scope
from issues.history.verify.reading import Row, binary, rows, scan
from issues.history.verify.replaying import KINDS
from issues.history.verify.report import Difference, Progress, show

OURS = {"accounts", "projects", "issues"}


def references(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Every foreign key of every installed model leads somewhere."""
    for model in apps.get_models(include_auto_created=True):
        keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        only = _only(model, scope)
        if not keys or only is None or model._meta.proxy or not model._meta.managed:
            continue
        joins, lost = "", []
        for position, field in enumerate(keys):
            target = field.target_field
            joins += (
                f" LEFT JOIN {target.model._meta.db_table} r{position}"
                f" ON r{position}.`{target.column}` = t.`{field.column}`"
            )
            lost.append(f"(t.`{field.column}` IS NOT NULL AND r{position}.`{target.column}` IS NULL)")
        table, pk = model._meta.db_table, model._meta.pk.column
        sql = (
            f"SELECT t.{pk}, {', '.join(f't.`{f.column}`' for f in keys)}, {', '.join(lost)}"
            f" FROM {table} t{joins} WHERE {{piece}} AND ({' OR '.join(lost)})"
        )
        for row in _walk(model, progress, f"references of {table}", sql, only):
            for field, value, is_lost in zip(keys, row[1:], row[1 + len(keys) :], strict=False):
                if is_lost:
                    where = f"{_name(model, row[0], scope)} {field.name}"
                    yield Difference(where, f"there is no {field.related_model._meta.verbose_name} {value}")


def rules(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Every CHECK rule of the models, on the tables and on their histories; and choices byte for byte, because the
    database's own rule takes `open` for `OPEN` on MySQL."""
    histories = {kind.model: kind.history_model for kind in KINDS}
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model in histories.values():
            continue
        for table_model in [model, *([histories[model]] if model in histories else [])]:
            conditions, only = _conditions(model, table_model), _only(table_model, scope)
            if not conditions or only is None:
                continue
            table, pk = table_model._meta.db_table, table_model._meta.pk.column
            broken = [f"NOT ({sql})" for sql in conditions.values()]
            sql = f"SELECT t.{pk}, {', '.join(broken)} FROM {table} t WHERE {{piece}} AND ({' OR '.join(broken)})"
            for row in _walk(table_model, progress, f"rules of {table}", sql, only):
                for name, is_broken in zip(conditions, row[1:], strict=True):
                    if is_broken:
                        yield Difference(_name(table_model, row[0], scope), f"it breaks the rule {name}")


@cache
def _conditions(model: type[models.Model], table_model: type[models.Model]) -> dict[str, str]:
    """Name → condition in SQL, compiled for the columns of `table_model`."""
    editor = connection.schema_editor(collect_sql=True)
    found = {
        constraint.name: str(constraint._get_check_sql(table_model, editor))  # type: ignore[attr-defined]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    for field in model._meta.concrete_fields:
        if field.choices and isinstance(field, models.CharField):
            values = ", ".join(f"'{value}'" for value, _ in field.flatchoices)
            found[f"{model._meta.model_name}_{field.name}_exact"] = f"{binary(f'`{field.column}`')} IN ({values})"
    return found


def _walk(model: type[models.Model], progress: Progress, what: str, sql: str, only: str) -> Iterator[Row]:
    pk = model._meta.pk
    if isinstance(pk, models.IntegerField):
        yield from scan(progress, what, model._meta.db_table, sql, str(pk.column), only)
    else:  # keys of projects, sessions: few, and not to be walked by number
        yield from rows(sql.replace("{piece}", only))


def _only(model: type[models.Model], scope: Scope) -> str | None:
    """The condition for the rows of the scope; None where the table has nothing to do with it."""
    if scope.project_id is None:
        return "1 = 1"
    if model._meta.model_name in {"project", "historicalproject", "head"}:
        return scope.only("t.id")
    columns = {field.column for field in model._meta.concrete_fields}
    for column in ("project_id", "head_id", "content_object_id"):
        if column in columns:
            return scope.only(f"t.{column}")
    if "issue_id" in columns:
        return scope.only("(SELECT o.project_id FROM issues_issue o WHERE o.id = t.issue_id)")
    return None


def _name(model: type[models.Model], pk: Any, scope: Scope) -> str:
    table = model._meta.db_table
    for kind in KINDS:
        if table == kind.table:
            return scope.name(table, pk)
        if table == kind.history:
            object_id, version = rows(f"SELECT id, version FROM {table} WHERE history_id = {pk}")[0]
            return f"{scope.name(kind.table, object_id)} version {version}"
    if table == "accounts_change":
        return scope.change(pk)
    if table == "accounts_user":
        return scope.user(pk)
    return f"{table} {show(pk) if isinstance(pk, str) else pk}"

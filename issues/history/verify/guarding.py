"""The database itself: the triggers that guard the tables, and on SQLite the file."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from issues.history.verify.naming import Scope
from issues.history.verify.reading import rows
from issues.history.verify.report import Difference, Progress
from itms_site.db import triggers

FAULTS_SHOWN = 1000


def tables() -> Iterator[Difference]:
    """Tables that the models have and the database lacks: nothing else can be asked then."""
    there = set(connection.introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and model._meta.db_table not in there:
            yield Difference(f"table {model._meta.db_table}", "it is missing; `manage.py migrate` makes it")


def guards(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """Every declared trigger is there in the declared wording, and no other of ours."""
    progress.begin("triggers", 1)
    there = triggers.present(connection)
    for name in triggers.missing(connection):
        what = "it is there in another wording" if name in there else "it is missing"
        yield Difference(f"trigger {name}", f"{what}; `manage.py migrate` installs it anew")
    for name in sorted(set(there) - {trigger.full_name for trigger in triggers.declared()}):
        yield Difference(f"trigger {name}", "nothing declares it")
    progress.advance(1)


def file(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """SQLite's own examination. What the checks of references and rules name better is left to them."""
    if connection.vendor != "sqlite" or scope.project_id is not None:
        return
    progress.begin("the database file", 2)
    for (line,) in rows(f"PRAGMA integrity_check({FAULTS_SHOWN})"):
        if line != "ok" and not line.startswith("CHECK constraint failed"):
            yield Difference("database file", line)
    progress.advance(1)
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    for table, rowid, parent, _ in rows("PRAGMA foreign_key_check"):
        if table not in known:
            yield Difference(f"{table} {rowid}", f"its row in {parent} does not exist")
    progress.advance(1)

"""Triggers as declarations: one condition in SQL that reads the same on all three engines.

A `Refuse` says when a statement is refused, a `Follow` what else is written with one. Apps list theirs in
`<app>/triggers.py` as `TRIGGERS`; `itms_site.apps`
drops all of them before a migration (SQLite rebuilds tables, and a trigger that names a rebuilt table breaks
the migration) and installs them afterwards.

Two tokens differ between engines and are written once:
    a <=> b     equal, NULL equal to NULL (SQLite: IS)
    {lock}      at the end of a SELECT: reads with a shared lock, so that two transactions cannot both pass
                (SQLite has one writer: nothing)
No table of ITMS is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from django.apps import apps
from django.db import connection as default
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "itms_"
PIECE = 20_000  # rows
LIST_THEM = (
    "SELECT trigger_name, CONCAT('CREATE TRIGGER ', trigger_name, ' ', action_timing, ' ',"
    " event_manipulation, ' ON ', event_object_table, ' FOR EACH ROW ', action_statement)"
    " FROM information_schema.triggers"
    " WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'itms\\_%'"
)
# A procedure that lists them to an account which may not drop them; itms_site/db/grants.py makes it.
LISTING = "itms_guards"


@dataclass(frozen=True)
class Refuse:
    """Refuses `event` on `table` with `message` (at most 128 characters) when `when` is true for the row."""

    name: str
    table: str
    event: Literal["INSERT", "UPDATE", "DELETE"]
    when: str
    message: str

    @property
    def full_name(self) -> str:
        return f"{PREFIX}{self.name}"

    def create(self, connection: BaseDatabaseWrapper) -> str:
        condition = " ".join(self.when.split())
        head = f"CREATE TRIGGER {self.full_name} BEFORE {self.event} ON {self.table} FOR EACH ROW"
        if connection.vendor == "sqlite":
            condition = condition.replace("<=>", "IS").replace("{lock}", "")
            return f"{head} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        # The errno of a broken CHECK: Django raises IntegrityError for it on both engines.
        number = 4025 if connection.mysql_is_mariadb else 3819  # type: ignore[attr-defined]
        condition = condition.replace("{lock}", " LOCK IN SHARE MODE")
        return (
            f"{head} BEGIN IF {condition} THEN SIGNAL SQLSTATE '23000'"
            f" SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = '{self.message}'; END IF; END"
        )


@dataclass(frozen=True)
class InPieces:
    """A statement for some rows of `table` at a time, those for which `{piece}` in it holds, where one for all of them
    would sort and undo too much. `key`: an id of the table. It can be run again, and beside others who write."""

    statement: str
    table: str
    key: str

    def each(self, cursor: Any) -> Iterator[str]:
        cursor.execute(f"SELECT MIN({self.key}), MAX({self.key}) FROM {self.table}")
        low, high = cursor.fetchone()
        for begin in range(low, high + 1, PIECE) if low is not None else ():
            yield self.statement.replace("{piece}", f"{self.key} BETWEEN {begin} AND {begin + PIECE - 1}")


@dataclass(frozen=True)
class Follow:
    """Runs one statement after each row that `event` touches, to keep what is derived from it.

    restate  makes all of it anew; run whenever the triggers were away and are put back
    last     is put back behind that: where it is missing, not all is made anew, and the next `migrate` begins again
    stays    a migration leaves it where it is, on MariaDB and MySQL, since to make all of it anew takes long
    needs    the tables that the statement names: between migrations one may not be there
    vendor   the one engine that it is for; None is all"""

    name: str
    table: str
    event: Literal["INSERT", "UPDATE", "DELETE"]
    statement: str
    restate: tuple[str | InPieces, ...] = ()
    needs: tuple[str, ...] = ()
    vendor: str | None = None
    last: bool = False
    stays: bool = False

    @property
    def full_name(self) -> str:
        return f"{PREFIX}{self.name}"

    def create(self, connection: BaseDatabaseWrapper) -> str:
        statement = " ".join(self.statement.split())
        if connection.vendor == "sqlite":
            statement = f"BEGIN {statement}; END"
        return f"CREATE TRIGGER {self.full_name} AFTER {self.event} ON {self.table} FOR EACH ROW {statement}"


Trigger = Refuse | Follow


def declared() -> list[Trigger]:
    """All triggers of all installed apps that are for this engine, in the order of the apps."""
    found: list[Trigger] = []
    for config in apps.get_app_configs():
        try:
            module = import_module(f"{config.name}.triggers")
        except ModuleNotFoundError as error:
            if error.name != f"{config.name}.triggers":
                raise
            continue
        found += getattr(module, "TRIGGERS", [])
    return [each for each in found if isinstance(each, Refuse) or each.vendor in (None, default.vendor)]


def present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name → definition of the triggers of ITMS that the database has."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'itms\\_%' ESCAPE '\\'"
            )
            return dict(cursor.fetchall())
        cursor.execute(LIST_THEM)
        found = {name: body for name, body in cursor.fetchall() if body is not None}
        return found or _listed(cursor)


def _listed(cursor: Any) -> dict[str, str]:
    """To an account without the right to create triggers MySQL shows none, MariaDB their names alone."""
    cursor.execute(
        "SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_name = %s",
        [LISTING],
    )
    if not cursor.fetchone()[0]:
        return {}
    cursor.execute(f"CALL {LISTING}()")
    found = dict(cursor.fetchall())
    cursor.nextset()  # the status of the call
    return found


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of declared triggers that the database lacks, or holds in another wording or for another table."""
    there = present(connection)
    lost = []
    for trigger in declared():
        body = there.get(trigger.full_name)
        wanted = trigger.create(connection)
        if body is None or _squeezed(body) != _squeezed(wanted):
            lost.append(trigger.full_name)
    return lost


def _squeezed(sql: str) -> str:
    return "".join(sql.split()).replace("`", "").lower()


def drop_all(connection: BaseDatabaseWrapper, names: Iterable[str] | None = None) -> None:
    with connection.cursor() as cursor:
        for name in present(connection) if names is None else names:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def staying() -> set[str]:
    """The names of those that a migration leaves where they are."""
    return {each.full_name for each in declared() if isinstance(each, Follow) and each.stays}


def install_all(connection: BaseDatabaseWrapper) -> None:
    """Installs every declared trigger anew, and makes anew what they keep; those that stay only where one of them is
    missing. Needs the right to create triggers."""
    intact = set() if staying() & set(missing(connection)) else staying()
    drop_all(connection, set(present(connection)) - intact)
    tables = set(connection.introspection.table_names())
    wanted = [each for each in declared() if {each.table, *getattr(each, "needs", ())} <= tables]
    wanted = [each for each in wanted if each.full_name not in intact]
    last = [each for each in wanted if getattr(each, "last", False)]
    _create(connection, [each for each in wanted if each not in last])
    restate(connection, wanted)
    _create(connection, last)


def _create(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(trigger.create(connection), None)


def restate(connection: BaseDatabaseWrapper, wanted: Iterable[Trigger] | None = None) -> None:
    """Makes anew what triggers keep: as one transaction, so that whoever writes meanwhile waits for it, or it for them;
    what goes in pieces, behind it, each as its own."""
    follows = [each for each in (declared() if wanted is None else wanted) if isinstance(each, Follow)]
    restating = [statement for follow in follows for statement in follow.restate]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in restating:
            if isinstance(statement, str):
                cursor.execute(statement, None)
    with connection.cursor() as cursor:
        for pieces in restating:
            for statement in pieces.each(cursor) if isinstance(pieces, InPieces) else ():
                cursor.execute(statement, None)

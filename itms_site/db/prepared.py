"""Queries that are asked on every page, compiled to SQL once: building and compiling them costs Django more than the
database needs to answer.

    _rows = Prepared(lambda user_id, project_id: Issue.objects.filter(…))
    _rows.fetch(given=(actor.user_id, project.pk))

`build` makes the queryset from stand-ins of the same types, which the compiled statement is then searched for: each is
a value that nothing else has. So `build` may only put them into filters. Whatever else decides the form of the query
(who is an operator, which text is searched for) goes into `shape`, which is part of what a statement is kept under.
What comes out is what the queryset would have given, by Django's own code."""

from __future__ import annotations

import copy
import datetime
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

KEPT = 128  # statements of one Prepared; those that were not asked for longest go first
# Nobody can type them: they differ in each process, and are above every number that a query may hold.
_INT = 4 * 10**18 + secrets.randbelow(10**18)
_TEXT = f"\ue0ff{secrets.token_hex(12)}-"
_TIME = datetime.datetime(1917, 3, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=secrets.randbelow(10**8))


@dataclass(frozen=True, eq=False)
class _Statement:
    """sql None: the query can find nothing. `holes`: position in params → which of the given values stands there."""

    rows: QuerySet[Any, Any]
    compiler: Any
    sql: str | None
    params: tuple[Any, ...]
    holes: tuple[tuple[int, int], ...]


class Prepared:
    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept: OrderedDict[Hashable, _Statement] = OrderedDict()
        self._lock = Lock()

    def fetch(self, *shape: Hashable, given: Sequence[Any] = ()) -> list[Any]:
        """The rows, as evaluating `build(*shape, *given)` would give them. One query. Of the values given each is an
        int, a str or an aware datetime."""
        statement = self._statement(shape, given)
        if statement.sql is None:
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        params = list(statement.params)
        for position, number in statement.holes:
            params[position] = _adapted(connection, given[number])
        compiler = copy.copy(statement.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_kwargs: (statement.sql, tuple(params))
        compiler.get_converters = _converters_once(statement, compiler)
        found = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            model=statement.rows.model,
            query=SimpleNamespace(get_compiler=lambda *_args, **_kwargs: compiler),
            _known_related_objects={},
        )
        rows: Iterable[Any] = statement.rows._iterable_class(found)  # type: ignore[arg-type, assignment]
        return list(rows)

    def _statement(self, shape: tuple[Hashable, ...], given: Sequence[Any]) -> _Statement:
        vendor = connections[DEFAULT_DB_ALIAS].vendor
        key = (vendor, shape, tuple(type(value) for value in given))
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = self._compile(shape, given)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made

    def _compile(self, shape: tuple[Hashable, ...], given: Sequence[Any]) -> _Statement:
        connection = connections[DEFAULT_DB_ALIAS]
        stand_ins = [_stand_in(value, number) for number, value in enumerate(given)]
        rows = self._build(*shape, *stand_ins)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return _Statement(rows, compiler, None, (), ())
        compiler.connection = None  # of the thread that compiled it; each fetch brings its own
        number_of = {_adapted(connection, value): number for number, value in enumerate(stand_ins)}
        holes = tuple(
            (position, number_of[value])
            for position, value in enumerate(params)
            if isinstance(value, Hashable) and value in number_of
        )
        return _Statement(rows, compiler, sql, tuple(params), holes)


def _converters_once(statement: _Statement, compiler: Any) -> Callable[[Any], dict[int, Any]]:
    """The functions that make the database's values into Python's, looked up once for each statement and connection,
    which holds them."""
    connection = compiler.connection
    kept: WeakKeyDictionary[_Statement, dict[int, Any]] = connection.__dict__.setdefault(
        "prepared_converters", WeakKeyDictionary()
    )

    def get(expressions: Any) -> dict[int, Any]:
        found = kept.get(statement)
        if found is None:
            slow = connection.ops.convert_datetimefield_value
            quick = slow if connection.vendor == "sqlite" or connection.timezone is not datetime.UTC else _in_utc
            found = kept[statement] = {
                place: ([quick if function == slow else function for function in functions], expression)
                for place, (functions, expression) in type(compiler).get_converters(compiler, expressions).items()
            }
        return found

    return get


def _in_utc(value: datetime.datetime | None, _expression: Any, _connection: Any) -> datetime.datetime | None:
    """As Django's, which asks each moment whether it has a time zone already."""
    return None if value is None else value.replace(tzinfo=datetime.UTC)


def filled_up(ids: Sequence[int], most: int) -> list[int]:
    """The ids, the last one repeated until there are as many as of another list before, so that few statements are
    kept: 1, 2, 4 … and at the end `most`. For `IN (…)`, which finds nothing twice."""
    wanted = 1
    while wanted < len(ids):
        wanted *= 2
    return [*ids, *[ids[-1]] * (min(wanted, max(most, len(ids))) - len(ids))]


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, datetime.datetime):
        return _TIME + datetime.timedelta(microseconds=number)
    if isinstance(value, int) and not isinstance(value, bool):
        return _INT + number
    if isinstance(value, str):
        return f"{_TEXT}{number}"
    raise TypeError(f"a prepared query is given {type(value).__name__}")


def _adapted(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value

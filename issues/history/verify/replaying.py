"""Every history is walked from its first version to its last, and the last compared with the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from django.db.models import Model

from accounts.models import Tracked
from issues.history.verify.naming import Scope
from issues.history.verify.reading import Row, pieces, rows
from issues.history.verify.report import Difference, Progress, ranges_of, show, versus
from issues.models import Comment, Issue
from issues.rules import TRANSITIONS
from itms_site.db.snapshot import as_stored
from projects.models import Label, Membership, Project

# A fault: the field or version that it is about ('' is the object as a whole), and the sentence.
Fault = tuple[str, str]
BESIDES = ("history_type", "history_date", "history_user_id", "history_change_reason")
CHANGE = ("id", "head_id", "seq", "actor_id", "at", "reason")


@dataclass(frozen=True)
class Kind:
    """One tracked table.

    project  the column with its project
    born     the column with the moment of its first Change
    fixed    columns that no version changes
    gone     the column that is set (not nothing, not 0) in a tombstone"""

    model: type[Tracked]
    project: str
    born: str | None
    fixed: tuple[str, ...]
    gone: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def history_model(self) -> type[Model]:
        model: type[Model] = self.model.history.model  # type: ignore[attr-defined]
        return model

    @property
    def history(self) -> str:
        return self.history_model._meta.db_table

    @property
    def what(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def columns(self) -> list[str]:
        """Those that the history copies."""
        return [str(field.column) for field in self.model._meta.concrete_fields]

    @property
    def has_labels(self) -> bool:
        return self.model is Issue


KINDS = (
    Kind(Project, "id", "created_at", ("head_id", "created_by_id", "created_at"), "deleted_at"),
    Kind(Membership, "project_id", "joined_at", ("project_id", "user_id", "joined_at"), "slot"),
    Kind(Label, "project_id", None, ("project_id",), "slot"),
    Kind(Issue, "project_id", "created_at", ("project_id", "number", "reporter_id", "created_at"), "deleted_at"),
    Kind(
        Comment,
        "project_id",
        "created_at",
        ("project_id", "issue_id", "parent_id", "author_id", "created_at"),
        "deleted_at",
    ),
)


def replay(kind: Kind, scope: Scope, progress: Progress) -> Iterator[Difference]:
    walk = _Walk(kind, scope)
    only = scope.only(f"t.{kind.project}")
    for piece in pieces(progress, f"{kind.what} against their history", kind.table, only=only):
        table = {row[walk.at["id"]]: row for row in rows(walk.select_table(piece.holds("t.id"), only))}
        labels = walk.labels_of(piece.holds("t.issue_id")) if kind.has_labels else {}
        history = rows(walk.select_history(piece.holds("h.id"), piece.holds("t.id"), only))
        progress.replayed[kind.what] += len(table)
        progress.replayed["history rows"] += len(history)
        for pk, versions in groupby(history, key=lambda version: version[walk.at["id"]]):
            for field, what in walk.faults(table.pop(pk, None), list(versions), labels.get(pk, [])):
                yield Difference(f"{scope.name(kind.table, pk)} {field}".strip(), what)
        for pk in table:
            yield Difference(scope.name(kind.table, pk), "it has no history")


class _Walk:
    """Reads rows of one kind as tuples; `at` says where each column stands in them."""

    def __init__(self, kind: Kind, scope: Scope) -> None:
        self.kind, self.scope = kind, scope
        besides = [*BESIDES, *(["label_ids"] if kind.has_labels else [])]
        names = [*kind.columns, *besides, *(f"change.{column}" for column in CHANGE)]
        self.at = {name: position for position, name in enumerate(names)}
        self._table = ", ".join(as_stored("t", column) for column in kind.columns)
        self._history = ", ".join(
            [as_stored("h", column) for column in [*kind.columns, *besides]] + [as_stored("c", c) for c in CHANGE]
        )

    def select_table(self, piece: str, only: str) -> str:
        return f"SELECT {self._table} FROM {self.kind.table} t WHERE {piece} AND {only}"

    def select_history(self, piece: str, piece_of_table: str, only: str) -> str:
        """In the order of the versions; within a project also those whose own project is another one."""
        if self.scope.project_id is not None:
            theirs = f"SELECT t.id FROM {self.kind.table} t WHERE {piece_of_table} AND {only}"
            piece += f" AND ({self.scope.only(f'h.{self.kind.project}')} OR h.id IN ({theirs}))"
        return (
            f"SELECT {self._history} FROM {self.kind.history} h LEFT JOIN accounts_change c ON c.id = h.change_id"
            f" WHERE {piece} ORDER BY h.id, h.version"
        )

    def labels_of(self, piece: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for issue, label in rows(f"SELECT t.issue_id, t.label_id FROM issues_issuelabel t WHERE {piece}"):
            found.setdefault(issue, []).append(label)
        return found

    def faults(self, row: Row | None, versions: list[Row], label_ids: list[int]) -> Iterator[Fault]:
        """`row` is None where the table has none; `label_ids` are those on the issue now."""
        at = self.at
        last = versions[-1]
        numbers = [version[at["version"]] for version in versions]
        if numbers != list(range(1, len(numbers) + 1)):
            yield _gap(numbers)
        if row is None:
            yield "", f"it has {len(versions)} versions of history and no row in the table"
        elif row[at["version"]] != last[at["version"]]:
            yield "version", f"the table says {row[at['version']]}, its history ends with {last[at['version']]}"
        else:
            if row != last[: len(row)]:
                for column in self.kind.columns:
                    if row[at[column]] != last[at[column]]:
                        yield column.removesuffix("_id"), versus(row[at[column]], last[at[column]])
            then = _ids(last[at["label_ids"]]) if self.kind.has_labels else None
            if then is not None and then != sorted(label_ids):
                now = self.scope.labels(sorted(label_ids))
                yield "labels", f"the table says {now}, its history says {self.scope.labels(then)}"
        before = None
        for version in versions:
            for what in self._version(version, before):
                yield f"version {version[at['version']]}", what
            before = version

    def _version(self, version: Row, before: Row | None) -> Iterator[str]:
        at, kind = self.at, self.kind
        mark, gone = version[at["history_type"]], bool(version[at[kind.gone]])
        if (mark == "+") != (before is None) or mark not in ("+", "~", "-"):
            yield f"it is marked {show(mark)}; the first is marked “+”, the others “~” or “-”"
        elif mark == "-" and not gone:
            yield "it is marked as a deletion and deletes nothing"
        if version[at["change.id"]] is not None:
            yield from self._change(version, before)
        if kind.has_labels:
            yield from self._labels(version)
        if before is not None:
            for column in kind.fixed:
                if version[at[column]] != before[at[column]]:
                    yield f"{column.removesuffix('_id')} became {show(version[at[column]])}; it never changes"
            if kind.model is Issue:
                yield from self._step(version, before)

    def _change(self, version: Row, before: Row | None) -> Iterator[str]:
        """The version against the Change that it names. A Change that is missing is named with the references."""
        at, kind = self.at, self.kind
        if version[at["change.head_id"]] != version[at[kind.project]]:
            yield f"its change belongs to {self.scope.project(version[at['change.head_id']])}"
        if version[at["history_date"]] != version[at["change.at"]]:
            yield f"its date is {show(version[at['history_date']])}, its change's {show(version[at['change.at']])}"
        if version[at["history_user_id"]] != version[at["change.actor_id"]]:
            user, actor = version[at["history_user_id"]], version[at["change.actor_id"]]
            yield f"it names {self.scope.user(user)}, its change {self.scope.user(actor)}"
        if version[at["history_change_reason"]] != version[at["change.reason"]]:
            reason, theirs = version[at["history_change_reason"]], version[at["change.reason"]]
            yield f"its reason is {show(reason)}, its change's {show(theirs)}"
        if before is None:
            if kind.born and version[at[kind.born]] != version[at["history_date"]]:
                yield f"{kind.born} is {show(version[at[kind.born]])}, its date {show(version[at['history_date']])}"
        elif before[at["change.seq"]] is not None and not before[at["change.seq"]] < (version[at["change.seq"]] or 0):
            yield "its change is not later than that of the version before"
        if kind.model is Issue and version[at["updated_at"]] != version[at["history_date"]]:
            yield f"updated_at is {show(version[at['updated_at']])}, its date {show(version[at['history_date']])}"

    def _labels(self, version: Row) -> Iterator[str]:
        ids = _ids(version[self.at["label_ids"]])
        if ids is None:
            yield f"its labels are {show(version[self.at['label_ids']])}, no ascending list of ids"
            return
        for pk in ids:
            if self.scope.label_projects.get(pk) != version[self.at["project_id"]]:
                yield f"its label {pk} is none of its project"

    def _step(self, version: Row, before: Row) -> Iterator[str]:
        """From one state of an issue to the next."""
        at = self.at
        old, new = before[at["status"]], version[at["status"]]
        if new != old:
            if new not in TRANSITIONS.get(old, ()):
                yield f"an issue that is {old} cannot become {new}"
            if new == "CLOSED" and version[at["closed_at"]] != version[at["history_date"]]:
                yield f"closed_at is {show(version[at['closed_at']])}, its date {show(version[at['history_date']])}"
        elif version[at["closed_at"]] != before[at["closed_at"]]:
            yield f"closed_at became {show(version[at['closed_at']])} although the status stayed {new}"


def _gap(numbers: list[int]) -> Fault:
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    if missing:
        return "history", f"version {ranges_of(missing)} is missing"
    twice = sorted({number for number in numbers if numbers.count(number) > 1 or number < 1})
    return "history", f"version {ranges_of(twice)} does not belong there or is there twice"


@lru_cache(maxsize=4096)
def _ids(text: Any) -> list[int] | None:
    """None unless it is a list of ids, ascending, each once."""
    try:
        ids = json.loads(text)
    except (TypeError, ValueError):
        return None
    if not isinstance(ids, list) or not all(type(pk) is int for pk in ids) or ids != sorted(set(ids)):
        return None
    return ids

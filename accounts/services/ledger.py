"""`recording()`: one transaction, one Change, the head locked. The only way to write a tracked row.

    with recording(actor, "issue.edit", head_id) as record:
        issue = …read under the lock…
        require(record.actor, …)
        record.update(issue, title="…")

The Change comes into being with the first write: an act that changes nothing leaves nothing behind.
Order inside: head locked → Change → head.open_change → for each row: history first, then the row, by
compare-and-set on (id, version) → head moves on, which makes the database check that every row has its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from accounts.actor import Actor
from accounts.models import Change, Head, Tracked
from accounts.services.holding import hold
from accounts.services.shape import clean_reason
from itms_site.db.prepared import Prepared
from itms_site.db.rows import insert_row, update_row
from itms_site.errors import Invalid, NotSignedIn, Stale

T = TypeVar("T", bound=Tracked)

# The record that is open in this context, so that a service which composes others makes one Change with them.
_open: ContextVar[Record | None] = ContextVar("open_record", default=None)


class Record:
    """What a service writes through while its project's head is locked.

    actor   the actor with the user's row read again under the lock
    at      the one moment of everything in this Change"""

    def __init__(
        self, actor: Actor, verb: str, head: Head | None, *, at: datetime | None, data: dict[str, Any], reason: str
    ) -> None:
        self.actor, self.verb, self.head = actor, verb, head
        self.at = at or timezone.now()
        self.data, self.reason = data, reason
        self._change: Change | None = None
        self._next_number = head.last_number + 1 if head else 0

    @property
    def change(self) -> Change:
        """The Change, written on first use."""
        if self._change is None:
            change = Change(
                head=self.head,
                seq=self.head.last_seq + 1 if self.head else None,
                actor_id=self.actor.user_id,
                verb=self.verb,
                via=self.actor.via,
                request_id=self.actor.request_id,
                reason=self.reason,
                data=self.data,
                at=self.at,
            )
            insert_row(change)
            self._change = change
            if self.head:
                update_row(Head, {"id": self.head.pk, "open_change": None}, {"open_change": change.pk})
        return self._change

    @property
    def wrote(self) -> bool:
        return self._change is not None

    def take_number(self) -> int:
        """The project's next issue number; given back if the transaction fails."""
        number = self._next_number
        self._next_number += 1
        return number

    def create(self, instance: T, **history: Any) -> T:
        """Inserts a tracked row with version 1 and its history row. `history` fills extra columns of the latter.

        Raises Invalid with the fields that are wrong."""
        self.insert(instance)
        self.write_history([instance], "+", **history)
        return instance

    def insert(self, instance: T) -> T:
        """The row alone, for those that something else must follow before the history can be written."""
        instance.change, instance.version = self.change, 1
        clean(instance)
        insert_row(instance)
        return instance

    def update(
        self, instance: T, *, history_type: str = "~", history: dict[str, Any] | None = None, **fields: Any
    ) -> T:
        """Sets `fields` on a tracked row: version + 1, history row first, compare-and-set.

        `instance` was read under the head's lock: one from before it, that has moved on since, is refused by the
        database (IntegrityError) or here (Stale), and nothing of the act stays. Raises Invalid for wrong values."""
        before = instance.version
        for name, value in fields.items():
            setattr(instance, name, value)
        instance.change, instance.version = self.change, before + 1
        clean(instance)
        self.write_history([instance], history_type, **(history or {}))
        stored = [f for f in instance._meta.concrete_fields if not f.primary_key]
        values = {f.attname: getattr(instance, f.attname) for f in stored}
        if update_row(type(instance), {"id": instance.pk, "version": before}, values) != 1:
            raise Stale(instance, before, [])
        return instance

    def write_history(self, instances: Iterable[Tracked], history_type: str, **extra: Any) -> None:
        rows = []
        for instance in instances:
            model = _history_of(type(instance))
            values = {f.attname: getattr(instance, f.attname) for f in instance._meta.concrete_fields}
            rows.append(
                model(
                    **values,
                    **extra,
                    history_date=self.at,
                    history_type=history_type,
                    history_user_id=self.actor.user_id,
                    history_change_reason=self.reason,
                )
            )
        if len(rows) == 1:
            insert_row(rows[0])
        elif rows:
            type(rows[0])._base_manager.bulk_create(rows)

    def close(self) -> None:
        if self.head and self._change is not None:
            moved = {"open_change": None, "last_seq": self.head.last_seq + 1, "last_number": self._next_number - 1}
            update_row(Head, {"id": self.head.pk}, moved)


@cache
def _history_of(model: type[Tracked]) -> type[Model]:
    """simple-history makes a new class of managers each time that it is asked."""
    found: type[Model] = get_history_model_for_model(model)
    return found


@contextmanager
def recording(
    actor: Actor,
    verb: str,
    head_id: int | None,
    *,
    at: datetime | None = None,
    data: dict[str, Any] | None = None,
    reason: str = "",
) -> Iterator[Record]:
    """Opens the one Change of an act; must run inside a transaction (`@transactional` services).

    head_id  the project's id; None for acts on accounts
    at       only importing sets it: the moment in the source
    A nested call for the same head joins the outer record; its own verb is not written.
    Raises NotSignedIn when the actor was deactivated meanwhile, Invalid for a reason that is no short line."""
    assert connection.in_atomic_block, "a service that records must be @transactional"
    outer = _open.get()
    if outer is not None:
        assert head_id is None or (outer.head and outer.head.pk == head_id), "one Change belongs to one head"
        yield outer
        return
    reason = clean_reason(reason)
    head = _lock(head_id) if head_id is not None else None
    fresh = _read_again(actor)
    if fresh.user is not None and not fresh.user.is_active:
        raise NotSignedIn("This account is deactivated.")
    record = Record(fresh, verb, head, at=at, data=data or {}, reason=reason)
    token = _open.set(record)
    try:
        with transaction.atomic(savepoint=False):
            yield record
            record.close()
    finally:
        _open.reset(token)


_locked = Prepared(lambda pk: Head.objects.select_for_update().filter(pk=pk))


def _lock(head_id: int) -> Head:
    found: list[Head] = _locked.fetch(given=[head_id])
    if not found:
        raise Head.DoesNotExist(f"There is no head {head_id}.")
    return found[0]


def _read_again(actor: Actor) -> Actor:
    """Held: an act ends before its actor's deactivation, or begins after it and is refused."""
    if actor.user is None:
        return actor
    (user,) = hold([actor.user.pk])
    return Actor(user, actor.via, actor.request_id)


def new_head() -> Head:
    """The head of a project that is about to be made: inserted first, so that everything can point to it."""
    return Head.objects.create()


def clean(instance: Model) -> None:
    """The shape of every field, with our error. What rows exist (foreign keys, uniqueness) the services have asked
    already for a good message and the database decides: asking it here too would cost a query for each."""
    related = [f.name for f in instance._meta.concrete_fields if f.is_relation]
    try:
        instance.clean_fields(exclude=related)
        instance.clean()
    except ValidationError as error:
        raise Invalid.from_messages(_by_shown_field(error.error_dict)) from None


def _by_shown_field(messages: dict[str, list[ValidationError]]) -> dict[str, list[ValidationError]]:
    """What is wrong with a canonical copy (too long, say) is wrong with the field that people see."""
    shown = {name: errors for name, errors in messages.items() if not name.endswith("_canonical")}
    for name, errors in messages.items():
        shown.setdefault(name.removesuffix("_canonical"), errors)
    return shown

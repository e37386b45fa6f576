"""The list of attacks. Each names the one rule that refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import BaseConstraint, Model, UniqueConstraint

from itms_site.db import triggers
from tests.attacks.forging import Forge

OURS = ("accounts", "projects", "issues")


@dataclass(frozen=True)
class Attack:
    """rule    full name of the trigger or constraint that refuses
    how     what is wrong, in a few words
    run     the statements; the one after `forge.strike()` is refused
    alone   no other rule would refuse it: with this one gone it passes
    behind  triggers that would refuse first; they are lifted to reach a constraint
    length  too long for its column: MariaDB and MySQL refuse it by the column, before the constraint
    also    rules that may speak first, since each engine asks in its own order"""

    rule: str
    how: str
    run: Callable[[Forge], object]
    alone: bool = True
    behind: tuple[str, ...] = ()
    length: bool = False
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.how}"


ATTACKS: list[Attack] = []


def attack(
    rule: str,
    how: str,
    *,
    alone: bool = True,
    behind: Iterable[str] = (),
    length: bool = False,
    also: Iterable[str] = (),
) -> Callable[[Callable[[Forge], object]], Callable[[Forge], object]]:
    def register(run: Callable[[Forge], object]) -> Callable[[Forge], object]:
        ATTACKS.append(Attack(rule, how, run, alone and not also, tuple(behind), length, tuple(also)))
        return run

    return register


def declared_triggers() -> dict[str, triggers.Refuse]:
    """Those that refuse; what the others keep is in tests/test_derived.py."""
    return {each.full_name: each for each in triggers.declared() if isinstance(each, triggers.Refuse)}


def declared_constraints() -> dict[str, tuple[type[Model], BaseConstraint]]:
    """Of all models of our apps, the history tables' too."""
    return {
        constraint.name: (model, constraint)
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }


def speaks(error: Exception, rule: str) -> bool:
    """Whether the database's error comes from that rule: every engine says its name, its message or its columns."""
    words = str(error)
    if rule in declared_triggers():
        return declared_triggers()[rule].message in words
    model, constraint = declared_constraints()[rule]
    if isinstance(constraint, UniqueConstraint) and connection.vendor == "sqlite":
        columns = [model._meta.get_field(name).column for name in constraint.fields]
        return f"UNIQUE constraint failed: {', '.join(f'{model._meta.db_table}.{c}' for c in columns)}" in words
    return rule in words

"""With one trigger gone its attacks pass: no guard is dead weight, and no attack is refused by a typing error.

Also the constraints that stand behind a trigger: with it lifted, they refuse by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from itms_site.db import triggers
from tests.attacks import on_accounts, on_issues, on_ledger, on_projects, on_tracked, on_views  # noqa: F401
from tests.attacks.forging import Forge
from tests.attacks.registry import ATTACKS, Attack, declared_triggers, speaks
from tests.standing import stand
from tests.world import World


@contextmanager
def lifted(*names: str) -> Iterator[None]:
    """MariaDB and MySQL commit before and after DDL, so this cannot be undone by a rollback."""
    triggers.drop_all(connection, names)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(declared_triggers()[name].create(connection), None)


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def db(standing: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of the plugin's: no transaction around a test; those here roll back what they do themselves."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def unguarded(standing: World, db: None) -> Iterator[World]:
    yield World.present()
    assert triggers.missing(connection) == []


@pytest.mark.parametrize("name", sorted(declared_triggers()))
def test_without_it_the_attack_passes(name: str, unguarded: World) -> None:
    attacks = [attack for attack in ATTACKS if attack.rule == name and attack.alone]
    with lifted(name):
        for attack in attacks:
            forge = Forge(unguarded)
            with transaction.atomic():
                attack.run(forge)
                transaction.set_rollback(True)
            assert forge.struck


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.behind], ids=lambda attack: attack.id)
def test_behind_the_trigger_stands_the_constraint(attack: Attack, unguarded: World) -> None:
    with lifted(*attack.behind):
        forge = Forge(unguarded)
        with pytest.raises((IntegrityError, *_too_long(attack))) as caught, transaction.atomic():
            attack.run(forge)
    assert forge.struck, caught.value
    assert attack.length or speaks(caught.value, attack.rule), caught.value


def _too_long(attack: Attack) -> tuple[type[Exception], ...]:
    return (DataError,) if attack.length and connection.vendor == "mysql" else ()

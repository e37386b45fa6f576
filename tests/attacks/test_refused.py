"""Every rule of the database, broken by hand-written SQL: refused, by that rule, on the engine that this runs on."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.attacks import on_accounts, on_issues, on_ledger, on_projects, on_tracked, on_views  # noqa: F401
from tests.attacks.forging import Forge
from tests.attacks.registry import ATTACKS, Attack, speaks

TOO_LONG = 1406


@pytest.mark.parametrize("attack", [a for a in ATTACKS if not a.behind], ids=lambda attack: attack.id)
def test_it_is_refused(attack: Attack, forge: Forge) -> None:
    with pytest.raises((IntegrityError, DataError)) as caught, transaction.atomic():
        attack.run(forge)
    assert forge.struck, f"a statement before the attack failed: {caught.value}"
    if attack.length and connection.vendor == "mysql":
        assert caught.value.args[0] == TOO_LONG
        return
    assert isinstance(caught.value, IntegrityError)
    assert any(speaks(caught.value, rule) for rule in (attack.rule, *attack.also)), caught.value

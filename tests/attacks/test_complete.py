"""A new rule without an attack fails here."""

from __future__ import annotations

from tests.attacks import on_accounts, on_issues, on_ledger, on_projects, on_tracked, on_views  # noqa: F401
from tests.attacks.registry import ATTACKS, declared_constraints, declared_triggers

# While a project's numbers have no gap, the unique key and the check refuse whatever this one does.
BACKED_UP = {"itms_issue_number"}
ATTACKED = {attack.rule for attack in ATTACKS}


def test_every_trigger_is_attacked() -> None:
    assert set(declared_triggers()) - ATTACKED == set()


def test_every_trigger_has_an_attack_that_only_it_refuses() -> None:
    alone = {attack.rule for attack in ATTACKS if attack.alone and not attack.behind}
    assert set(declared_triggers()) - alone == BACKED_UP


def test_every_constraint_is_attacked() -> None:
    assert set(declared_constraints()) - ATTACKED == set()


def test_no_attack_names_a_rule_that_is_gone() -> None:
    assert ATTACKED - set(declared_triggers()) - set(declared_constraints()) == set()


def test_no_two_attacks_have_the_same_name() -> None:
    names = [attack.id for attack in ATTACKS]
    assert sorted(set(names)) == sorted(names)

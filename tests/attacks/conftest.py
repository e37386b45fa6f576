"""The small cast, committed once for all attacks; each attack is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.attacks.forging import Forge
from tests.standing import as_it_stands, stand
from tests.world import World


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> World:
    return as_it_stands(standing)


@pytest.fixture
def forge(world: World) -> Forge:
    return Forge(world)

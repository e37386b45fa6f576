"""The small cast, committed once for all page tests; each test's writes are rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.standing import as_it_stands, stand
from tests.world import World


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> World:
    return as_it_stands(standing)

"""The small cast, committed once for the package; each test's writes are rolled back. Limits count from zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from pytest_django.plugin import DjangoDbBlocker

from tests.api.calling import Caller
from tests.standing import as_it_stands, stand
from tests.world import World


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> World:
    return as_it_stands(standing)


@pytest.fixture(autouse=True)
def _limits_begin_anew() -> None:
    cache.clear()


@pytest.fixture
def by(world: World) -> Callable[..., Caller]:
    """`by("lead")` calls with a token that writes; see `Caller` for the other ways."""
    return lambda name, how="write": Caller(world, name, how)

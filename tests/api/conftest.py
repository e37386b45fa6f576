"""Callers of the API; limits count from zero."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache

from tests.api.calling import Caller
from tests.world import World


@pytest.fixture(autouse=True)
def _limits_begin_anew() -> None:
    cache.clear()


@pytest.fixture
def by(world: World) -> Callable[..., Caller]:
    """`by("lead")` calls with a token that writes; see `Caller` for the other ways."""
    return lambda name, how="write": Caller(world, name, how)

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> Iterator[None]:
    """allauth counts resets in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()

"""Tests that need a committed database, threads or a server. Apart from tests/api, whose cast stands between them."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _limits_begin_anew() -> None:
    cache.clear()

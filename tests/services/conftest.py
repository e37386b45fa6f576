"""Each test of the services leaves behind what `verify` finds nothing wrong with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from issues.history.verify import differences
from tests.world import World


@pytest.fixture
def verified(world: World) -> Iterator[None]:
    """After the test every history replays to the tables."""
    yield
    assert differences() == []

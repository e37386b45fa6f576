"""Each attack is rolled back."""

from __future__ import annotations

import pytest

from tests.attacks.forging import Forge
from tests.world import World


@pytest.fixture
def forge(world: World) -> Forge:
    return Forge(world)

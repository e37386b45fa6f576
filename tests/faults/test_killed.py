"""The process ends before and after every statement of an act: afterwards all of it is there, or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from issues.history.verify import differences
from issues.services.opening import open_issue
from tests.faults.acts import SCENES, Scene, changes
from tests.faults.dying import content, deaths
from tests.world import World


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_all_or_nothing(world: World, make: Callable[[World], Scene]) -> None:
    scene = make(world)
    before, acts = content(), changes()
    steps = []
    for death in deaths(scene.act):
        steps.append(death)
        if not death.committed:
            assert content() == before, f"something is left of an act that ended {death}"
    assert steps[-1].committed
    assert len(steps) > 10, "an act of so few statements has not been counted"
    assert scene.done()
    assert changes() == acts + 1
    assert differences() == []


def test_the_next_act_takes_the_number_that_was_given_back(world: World) -> None:
    project = world.projects["PUB"].pk
    act = lambda: open_issue(world.actor("lead"), project, title="New")  # noqa: E731
    for death in deaths(act):
        if death.committed:
            break
    assert open_issue(world.actor("lead"), project, title="The next").number == 4

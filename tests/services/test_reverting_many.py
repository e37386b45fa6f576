"""What was done to many issues at once is taken back from all of them, each with its own Change, or from none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Change
from issues.history.states import present_state
from issues.models import Issue
from issues.selectors.planning import MOST, Wanted, issues_of
from issues.services.deleting import delete_issue, restore_issue
from issues.services.editing import edit_issue
from issues.services.editing_many import edit_many
from issues.services.reverting_many import revert_many
from itms_site.errors import Forbidden, Invalid, ItmsError, Stale, VersionRequired
from tests.services.watching import writes_nothing, written
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")
KEYS = ["PUB-1", "PUB-2", "PRIV-2"]


def now(world: World, by: str = "lead") -> list[tuple[Issue, int | None]]:
    return [(issue, issue.version) for issue in issues_of(world.actor(by), KEYS, restoring=True)]


def states(world: World) -> list[dict[str, object]]:
    return [present_state(world.issue(key)) for key in KEYS]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted({"status": "RESOLVED"}),
        Wanted({"status": "CLOSED", "priority": "LOW", "type": "BUG"}),
        Wanted({"due_date": "2031-01-01"}, add=["ui"], off=["bug"]),
        Wanted(assigns=True, assignee="dev"),
        Wanted(assigns=True),
        Wanted({"priority": "CRITICAL"}, assigns=True, assignee="dev", add=["ui"]),
        Wanted(delete=True),
    ],
)
def test_all_are_as_they_were(world: World, wanted: Wanted) -> None:
    before, actor = states(world), world.actor("lead")
    edit_many(actor, now(world), wanted)
    changed = [(issue, version) for issue, version in now(world) if version == 2]
    rows = written()
    done = revert_many(actor, changed)
    after = written()
    assert states(world) == before
    assert all(world.issue(key).deleted_at is None for key in KEYS)
    assert after["change"] - rows["change"] == after["issue"] - rows["issue"] == len(done) == len(changed) > 1
    assert {issue.version for issue in done} == {3}
    assert Change.objects.latest("pk").reason == "took back version 2"


def test_what_was_closed_from_work_is_opened(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "IN_PROGRESS"})
    edit_many(world.actor("lead"), now(world), Wanted({"status": "CLOSED"}))
    revert_many(world.actor("lead"), now(world))
    assert [world.issue(key).status for key in KEYS] == ["OPEN"] * 3


def _changed(world: World) -> list[tuple[Issue, int | None]]:
    found = now(world)
    edit_issue(world.actor("operator"), world.issue("PUB-2"), version=2, fields={"title": "Other words"})
    return found


def _deleted(world: World) -> list[tuple[Issue, int | None]]:
    found = now(world)
    delete_issue(world.actor("operator"), world.issue("PRIV-2"), version=2)
    return found


def _restored(world: World) -> list[tuple[Issue, int | None]]:
    delete_issue(world.actor("operator"), world.issue("PRIV-2"), version=2)
    found = now(world)
    restore_issue(world.actor("operator"), world.issue("PRIV-2"))
    return found


@pytest.mark.parametrize(
    ("make", "by", "error"),
    [
        (_changed, "lead", Stale),
        (_deleted, "lead", Stale),
        (_restored, "lead", Stale),
        (now, "dev", Forbidden),
        (lambda world: [(issue, None) for issue, _v in now(world)], "lead", VersionRequired),
        (lambda world: now(world) * (MOST // 3 + 1), "lead", Invalid),
    ],
)
def test_one_refusal_is_that_of_all(
    world: World, make: Callable[[World], list[tuple[Issue, int | None]]], by: str, error: type[ItmsError]
) -> None:
    edit_many(world.actor("lead"), now(world), Wanted({"priority": "HIGH"}))
    found = make(world)
    with writes_nothing(), pytest.raises(error):
        revert_many(world.actor(by), found)


def test_the_first_version_has_nothing_before_it(world: World) -> None:
    with writes_nothing(), pytest.raises(Invalid, match="only one version"):
        revert_many(world.actor("lead"), now(world))


def test_who_may_not_restore_does_not_find_the_deleted(world: World) -> None:
    edit_many(world.actor("lead"), now(world), Wanted(delete=True))
    assert issues_of(world.actor("dev"), KEYS, restoring=True) == []
    assert len(issues_of(world.actor("lead"), KEYS, restoring=True)) == 3

"""One change for many issues: done to all, each with its own Change, or to none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import Change
from issues.models import Issue
from issues.selectors.planning import MOST, Wanted, issues_of, plan
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.editing_many import edit_many
from issues.services.opening import open_issue
from itms_site.errors import Archived, Forbidden, Gone, Invalid, ItmsError, Stale, VersionRequired
from tests.services.watching import writes_nothing, written
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")
KEYS = ["PUB-1", "PUB-2", "PRIV-2"]


def chosen(world: World, *keys: str, by: str = "lead") -> list[tuple[Issue, int | None]]:
    return [(issue, issue.version) for issue in issues_of(world.actor(by), keys or KEYS)]


def lines(world: World, wanted: Wanted, *keys: str, by: str = "lead") -> dict[str, Any]:
    """key → (field, old, new) of what would change, or why it cannot."""
    found = plan(world.actor(by), issues_of(world.actor(by), keys or KEYS), wanted)
    return {line.issue.key: line.refused or [(c.field, c.old, c.new) for c in line.changes] for line in found}


def test_each_issue_has_its_own_change(world: World) -> None:
    before = written()
    wanted = Wanted({"status": "CLOSED", "priority": "HIGH"}, assigns=True, assignee="dev", add=["UI"], off=["bug"])
    done = edit_many(world.actor("lead"), chosen(world), wanted)
    after = written()
    assert (after["change"] - before["change"], after["issue"] - before["issue"]) == (3, 3)
    assert {issue.key for issue in done} == set(KEYS)
    for key in KEYS:
        issue = world.issue(key)
        assert (issue.status, issue.priority, issue.assignee, issue.version) == (
            "CLOSED",
            "HIGH",
            world.users["dev"],
            2,
        )
        assert [row.label.name for row in issue.issue_labels.select_related("label")] == ["ui"]


@pytest.mark.parametrize(
    ("wanted", "verb"),
    [
        (Wanted({"status": "RESOLVED"}), "issue.transition"),
        (Wanted(assigns=True, assignee="dev"), "issue.assign"),
        (Wanted(assigns=True), "issue.unassign"),
        (Wanted({"due_date": "2031-01-01"}), "issue.edit"),
        (Wanted(delete=True), "issue.delete"),
    ],
)
def test_the_change_is_called_as_the_single_act(world: World, wanted: Wanted, verb: str) -> None:
    edit_many(world.actor("lead"), chosen(world, "PUB-2"), wanted)
    assert Change.objects.latest("pk").verb == verb


def test_what_is_so_already_gets_no_version(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"priority": "HIGH"})
    edit_many(world.actor("lead"), chosen(world), Wanted({"priority": "HIGH"}))
    assert [world.issue(key).version for key in KEYS] == [2, 2, 2]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted({"status": "RESOLVED"}),
        Wanted({"priority": "LOW", "due_date": "2031-01-01"}, add=["ui"], off=["bug"]),
        Wanted(assigns=True, assignee="dev"),
        Wanted(assigns=True),
        Wanted(add=["bug"]),
    ],
)
def test_the_preview_says_what_is_done(world: World, wanted: Wanted) -> None:
    said = lines(world, wanted)
    edit_many(world.actor("lead"), chosen(world), wanted)
    for key in KEYS:
        assert world.issue(key).version == (2 if said[key] else 1), (key, said)
    assert not any(lines(world, wanted).values()), "a second time it changes nothing"


def _forbid(world: World) -> list[tuple[Issue, int | None]]:
    return chosen(world, "PUB-2", "PUB-1", by="assignee")


def _stale(world: World) -> list[tuple[Issue, int | None]]:
    found = chosen(world)
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"title": "Other"})
    return found


def _gone(world: World) -> list[tuple[Issue, int | None]]:
    found = chosen(world)
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    return found


def _closed(world: World) -> list[tuple[Issue, int | None]]:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    return chosen(world)


@pytest.mark.parametrize(
    ("make", "by", "wanted", "error"),
    [
        (_forbid, "assignee", Wanted({"status": "RESOLVED"}), Forbidden),
        (_stale, "lead", Wanted({"status": "RESOLVED"}), Stale),
        (_gone, "lead", Wanted({"status": "RESOLVED"}), Gone),
        (_closed, "lead", Wanted({"status": "RESOLVED"}), Invalid),
        (lambda world: chosen(world, "PUB-1", "OLD-1"), "lead", Wanted({"status": "RESOLVED"}), Archived),
        (lambda world: chosen(world, "PUB-1", "OLD-1"), "lead", Wanted(delete=True), Archived),
        (lambda world: chosen(world, "PUB-2", "PRIV-2"), "dev", Wanted(delete=True), Forbidden),
        (lambda world: chosen(world), "lead", Wanted(assigns=True, assignee="viewer"), Invalid),
        (lambda world: chosen(world), "lead", Wanted(add=["nowhere"]), Invalid),
        (lambda world: [(issue, None) for issue, _v in chosen(world)], "lead", Wanted(delete=True), VersionRequired),
        (lambda world: chosen(world) * (MOST // 3 + 1), "lead", Wanted({"priority": "LOW"}), Invalid),
    ],
)
def test_one_refusal_is_one_for_all(
    world: World,
    make: Callable[[World], list[tuple[Issue, int | None]]],
    by: str,
    wanted: Wanted,
    error: type[ItmsError],
) -> None:
    targets = make(world)
    with writes_nothing(), pytest.raises(error):
        edit_many(world.actor(by), targets, wanted)


def test_the_preview_names_each_reason(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    said = lines(world, Wanted({"status": "RESOLVED"}), "PUB-1", "PUB-2", "OLD-1")
    assert said["PUB-1"] == [("status", "OPEN", "RESOLVED")]
    assert "cannot become RESOLVED" in said["PUB-2"]
    assert "archived" in said["OLD-1"]
    assert "may not change PUB-1" in lines(world, Wanted({"priority": "LOW"}), "PUB-1", by="dev")["PUB-1"]
    assert "no label" in lines(world, Wanted(add=["nowhere"]), "PUB-1")["PUB-1"]
    assert "no active Lead" in lines(world, Wanted(assigns=True, assignee="viewer"), "PUB-1")["PUB-1"]
    assert "may not" in lines(world, Wanted(assigns=True, assignee="lead"), "PUB-1", by="dev")["PUB-1"]
    assert lines(world, Wanted(assigns=True, assignee="dev"), "PUB-1", by="dev")["PUB-1"] == [("assignee", None, "dev")]


def test_what_may_not_be_seen_is_not_there(world: World) -> None:
    keys = ["PRIV-1", "PUB-1", "PUB-99", "nonsense", "NONE-1"]
    assert [issue.key for issue in issues_of(world.actor("stranger"), keys)] == ["PUB-1"]
    with pytest.raises(Invalid):
        issues_of(world.actor("lead"), [f"PUB-{n}" for n in range(1, MOST + 2)])


def test_the_preview_asks_no_more_for_more(world: World, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    for n in range(20):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Row {n}", labels=["ui"])
    keys = [f"PUB-{n}" for n in range(1, 20)] + ["PRIV-1", "OLD-1"]
    actor = world.actor("assignee")
    with django_assert_max_num_queries(5):
        plan(actor, issues_of(actor, keys), Wanted({"status": "CLOSED"}, assigns=True, assignee="dev", add=["bug"]))


def test_a_fault_anywhere_leaves_nothing(world: World) -> None:
    class Broken(Exception):
        pass

    targets = chosen(world)
    for position in range(1, 400, 7):
        count = 0

        def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any, at: int = position) -> Any:
            nonlocal count
            count += 1
            if count == at:
                raise Broken
            return execute(sql, params, many, context)

        before = written()
        try:
            with connection.execute_wrapper(wrapper):
                edit_many(world.actor("lead"), targets, Wanted({"priority": "LOW"}, add=["ui"]))
        except (Broken, DatabaseError):
            assert written() == before, position
        else:
            assert position > 20
            return
    raise AssertionError("no end")

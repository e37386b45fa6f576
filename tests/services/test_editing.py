"""Changing an issue: fields, versions, merging, what is no change."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actor import Actor
from issues.models import IssueLabel
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from itms_site.errors import Archived, Forbidden, Gone, Invalid, Stale, VersionRequired
from projects.services.members import add_member
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def edit(world: World, who: str = "lead", key: str = "PUB-2", version: int | None = 1, **fields: Any) -> Any:
    return edit_issue(world.actor(who), world.issue(key), version=version, fields=fields)


def merge(world: World, version: int, who: str = "lead", key: str = "PUB-2", **fields: Any) -> Any:
    return edit_issue(world.actor(who), world.issue(key), version=version, fields=fields, merge=True)


def labels(world: World, key: str = "PUB-2") -> list[str]:
    return sorted(IssueLabel.objects.filter(issue=world.issue(key)).values_list("label__name", flat=True))


def test_it_works(world: World) -> None:
    with writes(issue=1):
        edit(
            world,
            title="Other",
            description="Words",
            type="FEATURE",
            priority="LOW",
            status="IN_PROGRESS",
            due_date="2030-01-31",
            labels=["ui"],
        )
    issue = world.issue("PUB-2")
    assert (issue.version, issue.title, issue.description, issue.type) == (2, "Other", "Words", "FEATURE")
    assert (issue.priority, issue.priority_rank, issue.status, issue.is_open) == ("LOW", 1, "IN_PROGRESS", True)
    assert (str(issue.due_date), labels(world)) == ("2030-01-31", ["ui"])
    assert issue.updated_at == last_change().at
    assert last_change().verb == "issue.edit"
    row = issue.history.get(version=2)
    assert (row.title, row.change_id, row.history_type) == ("Other", issue.change_id, "~")
    assert row.label_ids == list(IssueLabel.objects.filter(issue=issue).values_list("label_id", flat=True))


def test_labels_alone_are_one_version(world: World) -> None:
    with writes(issue=1):
        edit(world, labels=["ui", "bug"])
    assert (world.issue("PUB-2").version, labels(world)) == (2, ["bug", "ui"])
    with writes(issue=1):
        edit(world, version=2, labels=[])
    assert labels(world) == []


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"title": "Taken issue of PUB"},
        {"title": "  Taken issue of PUB "},
        {"labels": ["bug"]},
        {"labels": ["BUG", " bug "]},
        {"description": "\n"},
        {"status": "OPEN", "type": "TASK", "priority": "MEDIUM", "due_date": None},
        {"due_date": ""},
    ],
    ids=repr,
)
def test_no_change_writes_nothing(world: World, same: dict[str, Any]) -> None:
    with writes_nothing():
        assert edit(world, **same).version == 1


def test_no_change_of_a_due_date_writes_nothing(world: World) -> None:
    edit(world, due_date="2030-01-31")
    with writes_nothing():
        edit(world, version=2, due_date="2030-01-31")
    with writes_nothing(), pytest.raises(Invalid):
        edit(world, version=2, due_date="20300131")


def test_the_version_is_asked_for(world: World) -> None:
    with writes_nothing(), pytest.raises(VersionRequired):
        edit(world, version=None, title="Other")


@pytest.mark.parametrize("version", [0, -1, 2, 99, 2**70])
def test_a_version_that_never_was_is_stale(world: World, version: int) -> None:
    with writes_nothing(), pytest.raises(Stale):
        edit(world, version=version, title="Other")


def test_a_stale_write_changes_nothing_and_tells_what_others_did(world: World) -> None:
    edit(world, "assignee", title="Theirs", priority="HIGH")
    with writes_nothing(), pytest.raises(Stale) as caught:
        edit(world, title="Mine", type="BUG")
    stale = caught.value
    assert [(c.field, c.old, c.new) for c in stale.changes] == [
        ("title", "Taken issue of PUB", "Theirs"),
        ("priority", "MEDIUM", "HIGH"),
    ]
    assert [(c.field, c.new) for c in stale.mine] == [("title", "Mine"), ("type", "BUG")]
    assert (stale.colliding, stale.mergeable, stale.current.version) == (["title"], False, 2)


def test_the_api_never_merges_on_its_own(world: World) -> None:
    edit(world, title="Theirs")
    with writes_nothing(), pytest.raises(Stale) as caught:
        edit(world, priority="HIGH")
    assert caught.value.mergeable


def test_a_merge_takes_what_nobody_else_touched(world: World) -> None:
    edit(world, "assignee", title="Theirs", priority="HIGH")
    with writes(issue=1):
        issue = merge(world, 1, title="Taken issue of PUB", priority="MEDIUM", description="Mine", labels=["bug", "ui"])
    assert (issue.version, issue.title, issue.priority, issue.description) == (3, "Theirs", "HIGH", "Mine")
    assert labels(world) == ["bug", "ui"]


def test_a_merge_where_both_did_the_same_is_no_collision(world: World) -> None:
    edit(world, "assignee", title="Same")
    with writes_nothing():
        assert merge(world, 1, title="Same").version == 2


def test_a_merge_of_colliding_fields_is_refused_as_a_whole(world: World) -> None:
    edit(world, "assignee", title="Theirs")
    with writes_nothing(), pytest.raises(Stale) as caught:
        merge(world, 1, title="Mine", priority="HIGH")
    assert caught.value.colliding == ["title"]


def test_a_merge_asks_the_right_for_what_the_writer_changed(world: World) -> None:
    """The whole form is sent; the reporter changed the title alone, a Lead the priority meanwhile."""
    edit(world, key="PUB-1", priority="HIGH")
    with writes(issue=1):
        issue = merge(world, 1, who="viewer", key="PUB-1", title="Typo", priority="MEDIUM")
    assert (issue.title, issue.priority) == ("Typo", "HIGH")
    with writes_nothing(), pytest.raises(Forbidden):
        merge(world, 1, who="viewer", key="PUB-1", title="Typo", priority="LOW")


def test_a_merge_that_breaks_a_transition_is_refused(world: World) -> None:
    edit(world, status="CLOSED")
    with writes_nothing(), pytest.raises(Stale):
        merge(world, 1, status="RESOLVED")


class TestOwnReport:
    """Viewer wrote PUB-1; it is open and nobody has it."""

    def test_title_and_description(self, world: World) -> None:
        edit(world, "viewer", "PUB-1", title="Typo", description="Words")
        assert world.issue("PUB-1").title == "Typo"

    @pytest.mark.parametrize(
        "fields",
        [{"priority": "HIGH"}, {"status": "CLOSED"}, {"labels": ["ui"]}, {"title": "x", "due_date": "2030-01-01"}],
        ids=repr,
    )
    def test_nothing_else(self, world: World, fields: dict[str, Any]) -> None:
        with writes_nothing(), pytest.raises(Forbidden):
            edit(world, "viewer", "PUB-1", **fields)

    def test_not_when_it_is_assigned(self, world: World) -> None:
        from issues.services.assigning import assign_issue

        assign_issue(world.actor("dev"), world.issue("PUB-1"), version=1, assignee="dev")
        with pytest.raises(Forbidden):
            edit(world, "viewer", "PUB-1", version=2, title="Typo")

    def test_not_when_it_is_under_way(self, world: World) -> None:
        edit(world, "lead", "PUB-1", status="IN_PROGRESS")
        with pytest.raises(Forbidden):
            edit(world, "viewer", "PUB-1", version=2, title="Typo")

    def test_not_when_they_are_gone(self, world: World) -> None:
        from issues.services.removing_member import remove_member

        remove_member(world.actor("viewer"), world.projects["PUB"].pk, world.users["viewer"].pk)
        with pytest.raises(Forbidden):
            edit(world, "viewer", "PUB-1", title="Typo")
        add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="viewer", role="VIEWER")
        edit(world, "viewer", "PUB-1", title="Typo")


@pytest.mark.parametrize(
    "name",
    ["assignee", "reporter", "number", "version", "project", "created_at", "deleted_at", "is_open", "closed_at", "x"],
)
def test_no_other_field_is_assigned(world: World, name: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"title": "Other", name: "1"})
    assert [(error.field, error.code) for error in caught.value.errors] == [(name, "unknown_field")]


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "\x00"}, {"type": "bug"}, {"status": "DONE"}, {"labels": ["nowhere"]}],
    ids=repr,
)
def test_wrong_values(world: World, wrong: dict[str, Any]) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        edit(world, **wrong)
    assert [error.field for error in caught.value.errors] == list(wrong)


def test_a_reason_is_kept_with_the_change_and_the_version(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"title": "Other"}, reason=" Because. ")
    assert last_change().reason == "Because."
    assert world.issue("PUB-2").history.get(version=2).history_change_reason == "Because."


@pytest.mark.parametrize("reason", ["x" * 201, "two\nlines", "\x00", "\ud800"])
def test_a_reason_is_one_short_line(world: World, reason: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"title": "Other"}, reason=reason)
    assert caught.value.errors[0].field == "reason"


def test_the_order_of_refusals(world: World) -> None:
    """410 · 403 · 428 · 412 · 409 · 422: each stands before what follows it."""
    wrong = {"title": "", "status": "DONE"}
    issue = world.issue("OLD-2")
    with pytest.raises(Forbidden):
        edit_issue(world.actor("stranger"), issue, version=None, fields=wrong)
    with pytest.raises(VersionRequired):
        edit_issue(world.actor("lead"), issue, version=None, fields=wrong)
    with pytest.raises(Stale):
        edit_issue(world.actor("lead"), issue, version=7, fields=wrong)
    with pytest.raises(Archived):
        edit_issue(world.actor("lead"), issue, version=1, fields=wrong)
    gone = world.issue("PUB-2")
    delete_issue(world.actor("lead"), gone, version=1)
    with pytest.raises(Gone) as caught:
        edit_issue(world.actor("stranger"), gone, version=None, fields=wrong)
    assert caught.value.detail.startswith("PUB-2 was deleted by lead on ")


def test_the_system_may(world: World) -> None:
    edit_issue(Actor.system(), world.issue("PUB-2"), version=1, fields={"title": "By the system"})
    assert last_change().actor is None
    assert world.issue("PUB-2").history.get(version=2).history_user_id is None

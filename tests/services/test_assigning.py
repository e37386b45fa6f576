"""Who works on an issue."""

from __future__ import annotations

import pytest

from issues.services.assigning import assign_issue
from issues.services.editing import edit_issue
from itms_site.errors import Archived, Forbidden, Invalid, NotFound, Stale, VersionRequired
from projects.services.deactivating import deactivate_user
from projects.services.members import add_member
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def assign(world: World, who: str, key: str, assignee: str | None, version: int | None = 1, merge: bool = False):  # type: ignore[no-untyped-def]
    return assign_issue(world.actor(who), world.issue(key), version=version, assignee=assignee, merge=merge)


def test_it_works(world: World) -> None:
    with writes(issue=1):
        issue = assign(world, "lead", "PUB-1", "DEV")
    assert (issue.assignee.username, issue.version, last_change().verb) == ("dev", 2, "issue.assign")
    with writes(issue=1):
        issue = assign(world, "lead", "PUB-1", None, version=2)
    assert (issue.assignee, issue.version, last_change().verb) == (None, 3, "issue.unassign")


def test_a_developer_takes_a_free_issue_and_hands_it_back(world: World) -> None:
    assert assign(world, "dev", "PUB-1", "dev").assignee.username == "dev"
    assert assign(world, "dev", "PUB-1", None, version=2).assignee is None


def test_a_developer_does_nothing_else(world: World) -> None:
    for key, assignee in (("PUB-1", "assignee"), ("PUB-2", "dev"), ("PUB-2", None), ("PUB-1", "nobody")):
        with writes_nothing(), pytest.raises(Forbidden):
            assign(world, "dev", key, assignee)


def test_the_assignee_does_not_pass_it_on(world: World) -> None:
    with pytest.raises(Forbidden):
        assign(world, "assignee", "PUB-2", "dev")


def test_a_viewer_takes_nothing(world: World) -> None:
    for assignee in ("viewer", "dev", None):
        with pytest.raises(Forbidden):
            assign(world, "viewer", "PUB-1", assignee)


def test_the_same_again_writes_nothing(world: World) -> None:
    with writes_nothing():
        assert assign(world, "lead", "PUB-2", "ASSIGNEE").version == 1
        assert assign(world, "assignee", "PUB-2", "assignee").version == 1
        assert assign(world, "lead", "PUB-1", None).version == 1


@pytest.mark.parametrize(
    "who", ["viewer", "stranger", "leaver", "operator", "nobody", " ", "lead@example.com", "dev@example.com", "\ud800"]
)
def test_whoever_may_not_work_here_is_refused_in_the_same_words(world: World, who: str) -> None:
    """Also an e-mail address: an answer that knew it would tell whose it is."""
    with writes_nothing(), pytest.raises(Invalid) as caught:
        assign(world, "lead", "PUB-1", who)
    (error,) = caught.value.errors
    assert (error.code, error.message) == ("no_such_assignee", f"“{who}” is no active Lead or Developer of PUB.")


def test_a_stale_write_does_not_tell_who_exists_elsewhere(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"title": "Other"})
    for who in ("STRANGER", "stranger@example.com", "NOBODY"):
        with pytest.raises(Stale) as caught:
            assign(world, "lead", "PUB-1", who)
        assert [(c.field, c.new) for c in caught.value.mine] == [("assignee", who)]


def test_whoever_is_deactivated_is_not_assigned(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    with pytest.raises(Invalid, match="no active Lead or Developer"):
        assign(world, "lead", "PUB-1", "dev")


def test_an_operator_assigns_but_is_no_member_to_be_assigned(world: World) -> None:
    assert assign(world, "operator", "PUB-1", "dev").assignee.username == "dev"
    with pytest.raises(Invalid):
        assign(world, "operator", "PUB-1", "operator", version=2)
    add_member(world.actor("operator"), world.projects["PUB"].pk, identifier="operator", role="DEVELOPER")
    assert assign(world, "operator", "PUB-1", "operator", version=2).assignee.username == "operator"


def test_versions(world: World) -> None:
    with pytest.raises(VersionRequired):
        assign(world, "lead", "PUB-1", "dev", version=None)
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"title": "Other"})
    with writes_nothing(), pytest.raises(Stale):
        assign(world, "lead", "PUB-1", "dev")
    with writes(issue=1):
        assert assign(world, "lead", "PUB-1", "dev", merge=True).title == "Other"


def test_two_who_take_the_same_issue(world: World) -> None:
    assign(world, "dev", "PUB-1", "dev")
    with writes_nothing(), pytest.raises(Forbidden):
        assign(world, "assignee", "PUB-1", "assignee", merge=True)
    with writes_nothing(), pytest.raises(Stale) as caught:
        assign(world, "lead", "PUB-1", "assignee", merge=True)
    assert caught.value.colliding == ["assignee"]


def test_archived_and_hidden(world: World) -> None:
    with pytest.raises(Archived):
        assign(world, "lead", "OLD-1", "dev")
    with pytest.raises(Archived):
        assign(world, "lead", "OLD-1", "nobody")
    with pytest.raises(NotFound):
        assign(world, "stranger", "PRIV-1", "stranger")

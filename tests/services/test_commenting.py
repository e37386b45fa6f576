"""Comments, replies, edits and tombstones."""

from __future__ import annotations

import pytest

from accounts.actor import Actor
from issues.models import Comment
from issues.selectors.detail import get_comment
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue
from itms_site.errors import Archived, Forbidden, Gone, Invalid, NotFound, Stale, VersionRequired
from projects.services.projects import edit_project
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def comment(world: World, who: str = "stranger", key: str = "PUB-1", body: str = "Words", **other: object) -> Comment:
    return add_comment(world.actor(who), world.issue(key), body=body, **other)  # type: ignore[arg-type]


def test_it_works(world: World) -> None:
    with writes(comment=1):
        made = comment(world, body="  Words\r\nand more \n")
    made.refresh_from_db()
    assert (made.body, made.version, made.author.username) == ("Words\nand more", 1, "stranger")
    assert (made.edited_at, made.deleted_at, made.parent) == (None, None, None)
    assert (last_change().verb, last_change().at) == ("comment.add", made.created_at)


def test_the_issue_gets_no_version(world: World) -> None:
    before = world.issue("PUB-1")
    comment(world)
    after = world.issue("PUB-1")
    assert (after.version, after.updated_at) == (before.version, before.updated_at)


def test_a_reply(world: World) -> None:
    first = comment(world)
    with writes(comment=1):
        reply = comment(world, "viewer", parent=first.pk)
    assert reply.parent_id == first.pk


def test_a_reply_goes_only_to_a_top_level_comment_of_the_same_issue_in_the_same_words(world: World) -> None:
    first, elsewhere = comment(world), comment(world, key="PUB-2")
    hidden = comment(world, "lead", key="PRIV-1")
    reply = comment(world, parent=first.pk)
    messages = set()
    for parent in (reply.pk, elsewhere.pk, hidden.pk, 10**9, -1, 2**70):
        with writes_nothing(), pytest.raises(Invalid) as caught:
            comment(world, parent=parent)
        assert caught.value.errors[0].field == "parent"
        messages.add(caught.value.detail.replace(f" {parent} ", " … "))
    assert len(messages) == 1


@pytest.mark.parametrize("body", ["", "  \n\t ", "x" * 65_536, "\x00", "\ud800", "a\x07b"])
def test_a_wrong_body(world: World, body: str) -> None:
    made = comment(world)
    with writes_nothing(), pytest.raises(Invalid) as caught:
        comment(world, body=body)
    assert {error.field for error in caught.value.errors} == {"body"}
    with writes_nothing(), pytest.raises(Invalid):
        edit_comment(world.actor("stranger"), made, version=1, body=body)


def test_the_longest_body(world: World) -> None:
    assert len(comment(world, body="ä" * 65_535).body) == 65_535


def test_editing(world: World) -> None:
    made = comment(world)
    with writes(comment=1):
        edited = edit_comment(world.actor("stranger"), made, version=1, body="Other ")
    assert (edited.body, edited.version, edited.edited_at) == ("Other", 2, last_change().at)


def test_editing_the_same_writes_nothing(world: World) -> None:
    made = comment(world)
    with writes_nothing():
        assert edit_comment(world.actor("stranger"), made, version=1, body=" Words\n").edited_at is None


def test_editing_asks_for_the_version(world: World) -> None:
    made = comment(world)
    with pytest.raises(VersionRequired):
        edit_comment(world.actor("stranger"), made, version=None, body="Other")
    edit_comment(world.actor("stranger"), made, version=1, body="Other")
    with writes_nothing(), pytest.raises(Stale) as caught:
        edit_comment(world.actor("stranger"), made, version=1, body="Third")
    assert caught.value.colliding == ["body"]
    with pytest.raises(Stale):
        delete_comment(world.actor("stranger"), made, version=1)


def test_only_the_author_edits_not_even_an_operator(world: World) -> None:
    made = comment(world)
    for who in ("operator", "lead", "dev", "viewer", "leaver"):
        with writes_nothing(), pytest.raises(Forbidden):
            edit_comment(world.actor(who), made, version=1, body="Other")


def test_deleting_leaves_a_tombstone_in_the_thread(world: World) -> None:
    first = comment(world)
    reply = comment(world, "viewer", parent=first.pk)
    with writes(comment=1):
        gone = delete_comment(world.actor("lead"), first, version=1)
    assert (gone.version, gone.deleted_at, last_change().verb) == (2, last_change().at, "comment.delete")
    assert get_comment(world.actor("viewer"), reply.pk).parent_id == first.pk
    with pytest.raises(Gone, match="deleted by lead"):
        get_comment(world.actor("stranger"), first.pk)
    for act in (lambda: edit_comment(world.actor("stranger"), first, version=2, body="Back"),
                lambda: delete_comment(world.actor("stranger"), first, version=2)):  # fmt: skip
        with writes_nothing(), pytest.raises(Gone, match="deleted by lead"):
            act()


def test_who_does_not_delete(world: World) -> None:
    made = comment(world)
    for who in ("dev", "assignee", "viewer", "leaver"):
        with writes_nothing(), pytest.raises(Forbidden):
            delete_comment(world.actor(who), made, version=1)


def test_an_author_who_may_no_longer_see_it(world: World) -> None:
    made = comment(world)
    project = world.projects["PUB"]
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"is_public": False})
    for act in (
        lambda: edit_comment(world.actor("stranger"), made, version=1, body="Other"),
        lambda: delete_comment(world.actor("stranger"), made, version=1),
        lambda: get_comment(world.actor("stranger"), made.pk),
        lambda: comment(world),
    ):
        with writes_nothing(), pytest.raises(NotFound):
            act()


def test_archived_and_deleted(world: World) -> None:
    with pytest.raises(Archived):
        comment(world, key="OLD-1", body="")
    made = comment(world, key="PUB-2")
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    for act in (
        lambda: comment(world, key="PUB-2"),
        lambda: edit_comment(world.actor("stranger"), made, version=1, body="Other"),
        lambda: get_comment(world.actor("stranger"), made.pk),
    ):
        with writes_nothing(), pytest.raises(Gone):
            act()


def test_the_system_has_no_voice(world: World) -> None:
    with pytest.raises(Forbidden):
        add_comment(Actor.system(), world.issue("PUB-1"), body="Words")

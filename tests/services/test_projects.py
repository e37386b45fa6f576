"""Creating projects, editing them, their keys."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Head
from issues.selectors.detail import get_issue
from itms_site.errors import Archived, Forbidden, Invalid, Moved, NotFound, Stale, Taken, VersionRequired
from projects.models import Membership, Project, ProjectKey
from projects.selectors import get_project
from projects.services.projects import create_project, edit_project
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def edit(
    world: World, key: str = "PUB", who: str = "lead", version: int | None = 1, merge: bool = False, **fields: Any
) -> Project:
    return edit_project(world.actor(who), world.projects[key].pk, version=version, fields=fields, merge=merge)  # type: ignore[arg-type]


def test_it_works(world: World) -> None:
    with writes(project=1, membership=1):
        made = create_project(world.actor("stranger"), key="NEW1", name=" Name ", description="Words \n")
    project = Project.objects.get(pk=made.pk)
    assert (project.key, project.name, project.description, project.is_public) == ("NEW1", "Name", "Words", True)
    assert (project.version, project.created_by.username, project.head.last_seq) == (1, "stranger", 1)
    lead = Membership.objects.get(project=project)
    assert (lead.role, lead.user.username, lead.joined_at) == ("LEAD", "stranger", project.created_at)
    assert last_change().verb == "project.create"


@pytest.mark.parametrize("key", ["pub", "A", "A" * 17, "1AB", "A-B", "ÄB", "", "A B", "AB\n", "ＡＢ", "\ud800A"])
def test_a_wrong_key(world: World, key: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        create_project(world.actor("stranger"), key=key, name="Name")
    assert [error.field for error in caught.value.errors] == ["key"]
    with writes_nothing(), pytest.raises(Invalid):
        edit_project(world.actor("lead"), world.projects["PUB"].pk, version=1, fields={"key": key})


def test_a_key_that_is_taken_was_used_or_is_reserved_gives_the_same_words(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    edit_project(lead, pub, version=1, fields={"key": "PUB2"})
    words = set()
    for key in ("PRIV", "PUB", "PUB2", "NEW"):
        with writes_nothing(), pytest.raises(Taken) as caught:
            create_project(world.actor("stranger"), key=key, name="Name")
        words.add((caught.value.field, caught.value.detail))
    for key in ("PRIV", "NEW"):
        with writes_nothing(), pytest.raises(Taken) as caught:
            edit_project(lead, pub, version=2, fields={"key": key})
        words.add((caught.value.field, caught.value.detail))
    assert len(words) == 1


def test_a_refused_project_leaves_no_head_and_no_key(world: World) -> None:
    heads, keys = Head.objects.count(), ProjectKey.objects.count()
    for wrong in ({"key": "PRIV"}, {"name": ""}, {"description": "x" * 65_536}):
        with writes_nothing(), pytest.raises((Taken, Invalid)):
            create_project(world.actor("stranger"), **{"key": "FINE", "name": "Name", **wrong})  # type: ignore[arg-type]
    assert (Head.objects.count(), ProjectKey.objects.count()) == (heads, keys)


def test_it_needs_a_person(world: World) -> None:
    with pytest.raises(Forbidden):
        create_project(Actor.system(), key="FINE", name="Name")


def test_a_new_key_and_the_old_one(world: World) -> None:
    with writes(project=1):
        edit_project(world.actor("lead"), world.projects["PUB"].pk, version=1, fields={"key": "FRESH"})
    actor = world.actor("stranger")
    assert get_project(actor, "FRESH").version == 2
    for old in ("PUB", "pub", "fresh"):
        with pytest.raises(Moved) as caught:
            get_project(actor, old)
        assert caught.value.new == "FRESH"
        assert get_project(actor, old, follow=True).key == "FRESH"
    with pytest.raises(Moved) as caught:
        get_issue(actor, "pub-1")
    assert caught.value.new == "FRESH-1"
    assert get_issue(actor, "PUB-1", follow=True).key == "FRESH-1"


def test_an_old_key_comes_back_to_its_own_project_only(world: World) -> None:
    pub, priv = world.projects["PUB"].pk, world.projects["PRIV"].pk
    edit_project(world.actor("lead"), pub, version=1, fields={"key": "FRESH"})
    with writes_nothing(), pytest.raises(Taken):
        edit_project(world.actor("lead"), priv, version=1, fields={"key": "PUB"})
    edit_project(world.actor("lead"), pub, version=2, fields={"key": "PUB"})
    assert get_project(world.actor("stranger"), "PUB").version == 3


def test_old_keys_of_a_private_project_lead_nowhere_for_strangers(world: World) -> None:
    edit_project(world.actor("lead"), world.projects["PRIV"].pk, version=1, fields={"key": "FRESH"})
    for key in ("PRIV", "FRESH", "NOWHERE"):
        with pytest.raises(NotFound) as caught:
            get_project(world.actor("stranger"), key)
        assert caught.value.detail == f"There is no project {key} that you can see."


def test_editing(world: World) -> None:
    with writes(project=1):
        project = edit(world, name="Other", description="Words", is_public=False)
    assert (project.version, project.name, project.is_public, last_change().verb) == (2, "Other", False, "project.edit")


@pytest.mark.parametrize(
    "same",
    [{}, {"name": " Project PUB "}, {"description": " \n"}, {"key": "PUB", "is_public": True, "archived": False}],
    ids=repr,
)
def test_no_change_writes_nothing(world: World, same: dict[str, Any]) -> None:
    with writes_nothing():
        assert edit_project(world.actor("lead"), world.projects["PUB"].pk, version=1, fields=same).version == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["id", "head", "version", "deleted_at", "archived_at", "created_by", "x"])
def test_no_other_field_is_assigned(world: World, name: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        edit_project(world.actor("lead"), world.projects["PUB"].pk, version=1, fields={name: None})  # type: ignore[misc]
    assert caught.value.errors[0].code == "unknown_field"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 65}, {"name": "a\nb"}, {"description": "\x00"}], ids=repr
)
def test_wrong_values(world: World, wrong: dict[str, Any]) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        edit(world, **wrong)
    assert [error.field for error in caught.value.errors] == list(wrong)


def test_archiving_and_back(world: World) -> None:
    with writes(project=1):
        assert edit(world, archived=True).archived_at == last_change().at
    assert last_change().verb == "project.archive"
    with writes_nothing():
        edit(world, version=2, archived=True)
    with writes_nothing(), pytest.raises(Archived):
        edit(world, version=2, name="Other")
    with writes(project=1):
        project = edit(world, version=2, archived=False, name="Other")
    assert (project.archived_at, project.name, last_change().verb) == (None, "Other", "project.edit")


def test_versions_and_merging(world: World) -> None:
    with pytest.raises(VersionRequired):
        edit(world, version=None, name="Other")
    edit(world, name="Theirs")
    with writes_nothing(), pytest.raises(Stale) as caught:
        edit(world, description="Mine")
    assert caught.value.mergeable
    assert edit(world, merge=True, name="Project PUB", description="Mine").name == "Theirs"
    with writes_nothing(), pytest.raises(Stale) as caught:
        edit(world, merge=True, name="Mine")
    assert caught.value.colliding == ["name"]


def test_the_order_of_refusals(world: World) -> None:
    def attempt(key: str, who: str, version: int | None) -> None:
        wrong: Any = {"name": "", "key": "PRIV"}
        edit_project(world.actor(who), world.projects[key].pk, version=version, fields=wrong)

    with pytest.raises(Forbidden):
        attempt("OLD", "dev", None)
    with pytest.raises(VersionRequired):
        attempt("OLD", "lead", None)
    with pytest.raises(Stale):
        attempt("OLD", "lead", 1)
    with pytest.raises(Archived):
        attempt("OLD", "lead", 2)
    with pytest.raises(Taken):
        attempt("PUB", "lead", 1)

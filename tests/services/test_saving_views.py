"""Saved views: who may make, change, share and delete them, and what the ledger says of it."""

from __future__ import annotations

import pytest

from accounts.models import Change
from issues.models import SavedQuery
from issues.rules import may_change_view
from issues.selectors.saved_views import get_view, list_views, rail_of
from issues.services.deleting_project import delete_project
from issues.services.removing_member import remove_member
from issues.services.saving_views import create_view, delete_view, edit_view
from itms_site.errors import Archived, Forbidden, Invalid, ItmsError, NotFound, Stale, Taken, VersionRequired
from projects.services.projects import edit_project
from tests.world import World


def make(world: World, by: str = "dev", key: str | None = "PUB", **other: object) -> SavedQuery:
    fields = {"name": "Bugs", "query": "label:bug"} | other
    return create_view(world.actor(by), world.projects[key].pk if key else None, **fields)  # type: ignore[arg-type]


def seen_by(world: World, name: str) -> list[str]:
    return [view.name for view in rail_of(world.actor(name)).views]


def last() -> Change:
    return Change.objects.order_by("-pk")[0]


def test_making_one(world: World) -> None:
    view = make(world, name=" My  bugs ")
    assert (view.name, view.version, view.scope) == ("My  bugs", 1, world.projects["PUB"].pk)
    assert view.change == last()
    assert (last().verb, last().actor, last().head) == ("view.create", world.users["dev"], None)
    assert seen_by(world, "dev") == ["My  bugs"]
    assert seen_by(world, "lead") == []


def test_a_name_is_there_once_for_each_owner_and_project(world: World) -> None:
    make(world)
    with pytest.raises(Taken):
        make(world, name="BUGS")
    make(world, key=None)
    make(world, key="PRIV")
    make(world, by="lead")
    again = make(world, name="Others")
    with pytest.raises(Taken):
        edit_view(world.actor("dev"), again.pk, version=1, fields={"name": "bugs"})


def test_a_deleted_ones_name_is_free_again(world: World) -> None:
    view = make(world)
    delete_view(world.actor("dev"), view.pk, version=1)
    assert seen_by(world, "dev") == []
    assert SavedQuery.objects.get(pk=view.pk).slot == view.pk
    with pytest.raises(NotFound):
        edit_view(world.actor("dev"), view.pk, version=2, fields={"name": "Back"})
    make(world)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 65},
        {"name": "a\u200bb"},
        {"query": "x" * 2001},
        {"query": "a\nb"},
        {"layout": "tree"},
        {"grouping": "colour"},
        {"layout": "board", "grouping": "type"},
    ],
)
def test_wrong_values(world: World, wrong: dict[str, str]) -> None:
    view = make(world, name="Standing")
    with pytest.raises(Invalid):
        make(world, **wrong)
    with pytest.raises(Invalid):
        edit_view(world.actor("dev"), view.pk, version=1, fields=wrong)  # type: ignore[arg-type]
    assert SavedQuery.objects.count() == 1


def test_a_view_of_all_projects_is_a_list_and_shared_with_nobody(world: World) -> None:
    with pytest.raises(Invalid):
        make(world, key=None, layout="board", grouping="status")
    with pytest.raises(Invalid):
        make(world, key=None, is_shared=True)


def test_sharing_shows_it_to_members_and_lets_the_others_open_it(world: World) -> None:
    view = make(world, is_shared=True)
    for name in ("dev", "lead", "viewer", "assignee"):
        assert seen_by(world, name) == ["Bugs"], name
    for name in ("stranger", "operator", "leaver"):
        assert seen_by(world, name) == [], name
        assert get_view(world.actor(name), view.pk) == view
    unshared = edit_view(world.actor("dev"), view.pk, version=1, fields={"is_shared": False})
    assert (unshared.version, last().verb) == (2, "view.unshare")
    assert seen_by(world, "lead") == []
    with pytest.raises(NotFound):
        get_view(world.actor("lead"), view.pk)
    edit_view(world.actor("dev"), view.pk, version=2, fields={"is_shared": True})
    assert last().verb == "view.share"


def test_leads_and_developers_share(world: World) -> None:
    for name in ("lead", "dev", "operator"):
        make(world, by=name, is_shared=True)
    for name in ("viewer", "stranger", "leaver"):
        own = make(world, by=name)
        with pytest.raises(Forbidden):
            make(world, by=name, name="Other", is_shared=True)
        with pytest.raises(Forbidden):
            edit_view(world.actor(name), own.pk, version=1, fields={"is_shared": True})


def test_shared_ones_are_changed_by_owner_and_leads(world: World) -> None:
    view = make(world, is_shared=True)
    for name in ("viewer", "assignee", "stranger"):
        with pytest.raises(Forbidden):
            edit_view(world.actor(name), view.pk, version=1, fields={"name": "Mine"})
        with pytest.raises(Forbidden):
            delete_view(world.actor(name), view.pk, version=1)
    edited = edit_view(world.actor("lead"), view.pk, version=1, fields={"name": "All bugs", "query": "type:bug"})
    assert last().actor == world.users["lead"]
    assert last().data["changes"] == {"name": ["Bugs", "All bugs"], "query": ["label:bug", "type:bug"]}
    assert edited.owner == world.users["dev"]
    delete_view(world.actor("operator"), view.pk, version=2)


def test_own_ones_are_nobody_elses(world: World) -> None:
    view = make(world)
    for name in ("lead", "operator", "viewer", "stranger"):
        with pytest.raises(NotFound):
            edit_view(world.actor(name), view.pk, version=1, fields={"name": "Mine"})
        with pytest.raises(NotFound):
            delete_view(world.actor(name), view.pk, version=1)
        assert list_views(world.actor(name)) == []


def test_a_private_projects_views_are_a_secret(world: World) -> None:
    view = make(world, key="PRIV", is_shared=True)
    for name in ("stranger", "leaver"):
        with pytest.raises(NotFound):
            get_view(world.actor(name), view.pk)
        with pytest.raises(NotFound):
            make(world, by=name, key="PRIV")


def test_who_leaves_sees_neither_the_project_nor_their_views_of_it(world: World) -> None:
    view = make(world, key="PRIV", is_shared=True)
    remove_member(world.actor("lead"), world.projects["PRIV"].pk, world.users["dev"].pk)
    assert seen_by(world, "dev") == []
    with pytest.raises(NotFound):
        edit_view(world.actor("dev"), view.pk, version=1, fields={"name": "Mine"})
    assert seen_by(world, "viewer") == ["Bugs"]


def test_who_left_a_public_project_can_only_take_their_views_back(world: World) -> None:
    view = make(world, is_shared=True)
    remove_member(world.actor("lead"), world.projects["PUB"].pk, world.users["dev"].pk)
    with pytest.raises(Forbidden):
        edit_view(world.actor("dev"), view.pk, version=1, fields={"query": "type:task"})
    edit_view(world.actor("dev"), view.pk, version=1, fields={"is_shared": False})


def test_a_deleted_projects_views_are_gone(world: World) -> None:
    make(world, is_shared=True)
    project = world.projects["PUB"]
    delete_project(world.actor("lead"), project.pk, version=project.version)
    assert seen_by(world, "dev") == []


def test_an_archived_projects_shared_views_stay_as_they_are(world: World) -> None:
    shared, own = make(world, is_shared=True), make(world, name="Own")
    project = world.projects["PUB"]
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"archived": True})
    dev = world.actor("dev")
    with pytest.raises(Archived):
        edit_view(dev, shared.pk, version=1, fields={"name": "Other"})
    with pytest.raises(Archived):
        delete_view(dev, shared.pk, version=1)
    with pytest.raises(Archived):
        edit_view(dev, own.pk, version=1, fields={"is_shared": True})
    edit_view(dev, own.pk, version=1, fields={"name": "Still mine"})


def test_nothing_is_lost_to_an_older_version(world: World) -> None:
    view = make(world, is_shared=True)
    edit_view(world.actor("lead"), view.pk, version=1, fields={"query": "type:bug"})
    refused: list[tuple[int | None, type[ItmsError]]] = [(1, Stale), (3, Stale), (None, VersionRequired)]
    for version, error in refused:
        with pytest.raises(error):
            edit_view(world.actor("dev"), view.pk, version=version, fields={"query": "type:task"})
    assert SavedQuery.objects.get(pk=view.pk).query == "type:bug"


def test_the_same_again_writes_nothing(world: World) -> None:
    view = make(world)
    before = Change.objects.count()
    assert edit_view(world.actor("dev"), view.pk, version=1, fields={"name": " Bugs "}).version == 1
    assert Change.objects.count() == before


def test_twelve_stand_in_the_rail_own_ones_first(world: World) -> None:
    for number in range(8):
        make(world, by="lead", name=f"Shared {number}", is_shared=True)
    for number in range(6):
        make(world, name=f"Z own {number}")
    shown = seen_by(world, "dev")
    assert shown == [f"Z own {n}" for n in range(6)] + [f"Shared {n}" for n in range(6)]
    assert len(list_views(world.actor("dev"))) == 14
    further = SavedQuery.objects.get(name="Shared 7")
    current = rail_of(world.actor("dev"), further.pk).current
    assert current is not None
    assert (current.name, current.in_rail, may_change_view(world.actor("dev"), further)) == ("Shared 7", False, False)

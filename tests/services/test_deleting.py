"""Tombstones: issues and projects, deleted and restored."""

from __future__ import annotations

import pytest

from accounts.models import Change
from issues.selectors.detail import get_issue
from issues.services.deleting import delete_issue, restore_issue
from issues.services.deleting_project import delete_project, restore_project
from issues.services.editing import edit_issue
from issues.services.labelling import put_label
from issues.services.opening import open_issue
from itms_site.errors import (
    Archived,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    LastLead,
    NotFound,
    Stale,
    Taken,
    VersionRequired,
)
from projects.selectors import get_project
from projects.services.deactivating import deactivate_user
from projects.services.projects import create_project, edit_project
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


class TestIssue:
    def test_it_works(self, world: World) -> None:
        with writes(issue=1):
            gone = delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
        assert (gone.version, gone.deleted_at, gone.deleted_by) == (2, last_change().at, world.users["lead"])
        assert gone.history.get(version=2).history_type == "-"

    def test_it_is_gone_for_those_who_see_the_project_and_not_found_for_others(self, world: World) -> None:
        for key in ("PUB", "PRIV"):
            delete_issue(world.actor("lead"), world.issue(f"{key}-2"), version=1)
        for who in ("stranger", "viewer", "lead", "operator"):
            with pytest.raises(Gone, match="PUB-2 was deleted by lead") as caught:
                get_issue(world.actor(who), "PUB-2")
            assert caught.value.can_restore == (who in ("lead", "operator"))
        for who in ("stranger", "leaver"):
            with pytest.raises(NotFound):
                get_issue(world.actor(who), "PRIV-2")
        with pytest.raises(Gone):
            get_issue(world.actor("viewer"), "PRIV-2", deleted_ok=True)
        assert get_issue(world.actor("lead"), "PRIV-2", deleted_ok=True).deleted_at

    def test_its_number_is_not_given_away_again(self, world: World) -> None:
        delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
        assert open_issue(world.actor("lead"), world.projects["PUB"].pk, title="New").number == 3

    def test_restoring_brings_it_back_as_it_was(self, world: World) -> None:
        before = world.issue("PUB-2")
        delete_issue(world.actor("lead"), before, version=1)
        with writes(issue=1):
            restore_issue(world.actor("lead"), before)
        after = get_issue(world.actor("stranger"), "PUB-2")
        assert (after.version, after.deleted_at, after.deleted_by) == (3, None, None)
        assert (after.title, after.assignee, after.status) == (before.title, before.assignee, before.status)

    def test_restoring_what_is_not_deleted_writes_nothing(self, world: World) -> None:
        with writes_nothing():
            assert restore_issue(world.actor("lead"), world.issue("PUB-2")).version == 1

    def test_versions(self, world: World) -> None:
        issue = world.issue("PUB-2")
        with pytest.raises(VersionRequired):
            delete_issue(world.actor("lead"), issue, version=None)
        edit_issue(world.actor("lead"), issue, version=1, fields={"title": "Other"})
        with writes_nothing(), pytest.raises(Stale):
            delete_issue(world.actor("lead"), issue, version=1)

    def test_twice(self, world: World) -> None:
        issue = world.issue("PUB-2")
        delete_issue(world.actor("lead"), issue, version=1)
        for act in (
            lambda: delete_issue(world.actor("lead"), issue, version=2),
            lambda: put_label(world.actor("lead"), issue, "ui"),
        ):
            with writes_nothing(), pytest.raises(Gone):
                act()

    def test_archived(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Archived):
            delete_issue(world.actor("lead"), world.issue("OLD-1"), version=1)
        with pytest.raises(Forbidden):
            delete_issue(world.actor("dev"), world.issue("OLD-1"), version=None)


class TestProject:
    def test_it_works(self, world: World) -> None:
        project = world.projects["PUB"]
        with writes(project=1):
            gone = delete_project(world.actor("lead"), project.pk, version=project.version, typed_key=" PUB ")
        assert (gone.version, gone.deleted_at) == (2, last_change().at)

    def test_its_pages_are_gone_for_who_saw_them(self, world: World) -> None:
        for key in ("PUB", "PRIV"):
            delete_project(world.actor("lead"), world.projects[key].pk, version=1)
        for who in ("stranger", "viewer", "lead"):
            with pytest.raises(Gone, match="Project PUB was deleted by lead"):
                get_project(world.actor(who), "PUB")
            with pytest.raises(Gone):
                get_issue(world.actor(who), "PUB-1")
        for who in ("stranger", "leaver"):
            with pytest.raises(NotFound):
                get_project(world.actor(who), "PRIV")
            with pytest.raises(NotFound):
                get_issue(world.actor(who), "PRIV-1")
        with pytest.raises(Gone):
            get_project(world.actor("viewer"), "PRIV", deleted_ok=True)
        assert get_project(world.actor("lead"), "PRIV", deleted_ok=True).deleted_at

    def test_nothing_in_it_can_be_written(self, world: World) -> None:
        issue, pub = world.issue("PUB-2"), world.projects["PUB"].pk
        delete_project(world.actor("lead"), pub, version=1)
        for act in (
            lambda: open_issue(world.actor("lead"), pub, title="New"),
            lambda: edit_issue(world.actor("lead"), issue, version=1, fields={"title": "x"}),
            lambda: edit_project(world.actor("lead"), pub, version=2, fields={"name": "x"}),
            lambda: delete_project(world.actor("lead"), pub, version=2),
        ):
            with writes_nothing(), pytest.raises((Conflict, Gone)):
                act()

    def test_its_key_is_never_used_again(self, world: World) -> None:
        delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1)
        with writes_nothing(), pytest.raises(Taken):
            create_project(world.actor("stranger"), key="PUB", name="Mine")

    def test_the_key_has_to_be_typed_right(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Invalid, match="Type PUB"):
            delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1, typed_key="pub")

    def test_its_history_stays(self, world: World) -> None:
        pub = world.projects["PUB"]
        before = Change.objects.filter(head_id=pub.pk).count()
        delete_project(world.actor("lead"), pub.pk, version=1)
        assert Change.objects.filter(head_id=pub.pk).count() == before + 1

    def test_restoring(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        delete_project(world.actor("lead"), pub, version=1)
        with writes(project=1):
            restore_project(world.actor("lead"), pub)
        assert get_project(world.actor("stranger"), "PUB").version == 3
        with writes_nothing():
            restore_project(world.actor("lead"), pub)

    def test_restoring_asks_for_an_active_lead(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        for key in ("PUB", "PRIV", "OLD"):
            project = world.projects[key]
            delete_project(world.actor("operator"), project.pk, version=project.version)
        deactivate_user(world.actor("operator"), world.users["lead"].pk)
        with writes_nothing(), pytest.raises(LastLead):
            restore_project(world.actor("operator"), pub)

    def test_versions(self, world: World) -> None:
        with pytest.raises(VersionRequired):
            delete_project(world.actor("lead"), world.projects["PUB"].pk, version=None)
        with writes_nothing(), pytest.raises(Stale):
            delete_project(world.actor("lead"), world.projects["PUB"].pk, version=9)

    def test_an_archived_one_too(self, world: World) -> None:
        old = world.projects["OLD"]
        delete_project(world.actor("lead"), old.pk, version=old.version)
        assert restore_project(world.actor("lead"), old.pk).is_archived

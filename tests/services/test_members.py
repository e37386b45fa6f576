"""Members: adding, roles, removing, leaving; the last Lead; what they worked on."""

from __future__ import annotations

import pytest

from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.deleting import delete_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import Archived, Forbidden, Invalid, LastLead, NotFound, Taken
from projects.models import Membership, ProjectUserObjectPermission
from projects.roles import PERMISSIONS
from projects.services.deactivating import deactivate_user
from projects.services.members import add_member
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def granted(world: World, who: str, key: str = "PUB") -> set[str]:
    rows = ProjectUserObjectPermission.objects.filter(content_object=world.projects[key], user=world.users[who])
    return set(rows.values_list("permission__codename", flat=True))


def living(world: World, who: str, key: str = "PUB") -> Membership:
    return Membership.objects.get(project=world.projects[key], user=world.users[who], slot=0)


class TestAdding:
    @pytest.mark.parametrize("identifier", ["stranger", "STRANGER", " stranger ", "Stranger@Example.com"])
    @pytest.mark.parametrize("role", ["LEAD", "DEVELOPER", "VIEWER"])
    def test_it_works(self, world: World, identifier: str, role: str) -> None:
        with writes(membership=1):
            member = add_member(world.actor("lead"), world.projects["PUB"].pk, identifier=identifier, role=role)
        assert (member.user.username, member.role, member.version) == ("stranger", role, 1)
        assert (member.joined_at, last_change().verb) == (last_change().at, "member.add")
        assert granted(world, "stranger") == {perm.value for perm in PERMISSIONS[role]}

    def test_whoever_was_one_before_gets_a_new_membership(self, world: World) -> None:
        old = Membership.objects.get(project=world.projects["PUB"], user=world.users["leaver"])
        with writes(membership=1):
            new = add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="leaver", role="VIEWER")
        assert new.pk != old.pk
        remove_member(world.actor("lead"), world.projects["PUB"].pk, world.users["leaver"].pk)
        assert Membership.objects.filter(project=world.projects["PUB"], user=world.users["leaver"]).count() == 2

    def test_a_member_is_not_added_again(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Taken):
            add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="dev", role="LEAD")

    @pytest.mark.parametrize("identifier", ["nobody", "", " ", "\ud800", "x" * 500])
    def test_nobody_of_that_name(self, world: World, identifier: str) -> None:
        with writes_nothing(), pytest.raises(Invalid) as caught:
            add_member(world.actor("lead"), world.projects["PUB"].pk, identifier=identifier, role="VIEWER")
        assert [(e.field, e.code) for e in caught.value.errors] == [("identifier", "no_such_user")]

    def test_a_deactivated_user_is_not_told_from_none(self, world: World) -> None:
        deactivate_user(world.actor("operator"), world.users["stranger"].pk)
        words = set()
        for who in ("stranger", "nobody"):
            with pytest.raises(Invalid) as caught:
                add_member(world.actor("lead"), world.projects["PUB"].pk, identifier=who, role="VIEWER")
            words.add(caught.value.detail.replace(who, "…"))
        assert len(words) == 1

    @pytest.mark.parametrize("role", ["OWNER", "lead", "", "LEAD "])
    def test_a_wrong_role(self, world: World, role: str) -> None:
        with writes_nothing(), pytest.raises(Invalid) as caught:
            add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="stranger", role=role)
        assert [e.field for e in caught.value.errors] == ["role"]
        with writes_nothing(), pytest.raises(Invalid):
            change_role(world.actor("lead"), world.projects["PUB"].pk, world.users["dev"].pk, role)

    def test_archived(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Archived):
            add_member(world.actor("lead"), world.projects["OLD"].pk, identifier="nobody", role="VIEWER")


class TestRole:
    def test_it_works(self, world: World) -> None:
        with writes(membership=1):
            member = change_role(world.actor("lead"), world.projects["PUB"].pk, world.users["viewer"].pk, "LEAD")
        assert (member.role, member.version, last_change().verb) == ("LEAD", 2, "member.role")
        assert granted(world, "viewer") == {perm.value for perm in PERMISSIONS["LEAD"]}

    def test_the_same_role_writes_nothing(self, world: World) -> None:
        with writes_nothing():
            change_role(world.actor("lead"), world.projects["PUB"].pk, world.users["dev"].pk, "DEVELOPER")

    def test_becoming_a_viewer_unassigns(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        open_issue(world.actor("lead"), pub, title="Another", assignee="assignee")
        with writes(membership=1, issue=2):
            change_role(world.actor("lead"), pub, world.users["assignee"].pk, "VIEWER")
        assert [world.issue(key).assignee for key in ("PUB-2", "PUB-3")] == [None, None]
        assert [world.issue(key).version for key in ("PUB-1", "PUB-2", "PUB-3")] == [1, 2, 2]
        assert world.issue("PRIV-2").assignee is not None

    def test_lead_to_developer_keeps_the_work(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        change_role(world.actor("lead"), pub, world.users["assignee"].pk, "LEAD")
        with writes(membership=1):
            change_role(world.actor("lead"), pub, world.users["assignee"].pk, "DEVELOPER")
        assert world.issue("PUB-2").assignee == world.users["assignee"]

    def test_whoever_steps_down_loses_the_rights_at_once(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        change_role(world.actor("lead"), pub, world.users["dev"].pk, "LEAD")
        lead = world.actor("lead")
        change_role(lead, pub, world.users["lead"].pk, "VIEWER")
        with pytest.raises(Forbidden):  # the same actor, with whatever it remembers
            change_role(lead, pub, world.users["lead"].pk, "LEAD")

    def test_an_archived_project_takes_only_the_way_down(self, world: World) -> None:
        old = world.projects["OLD"].pk
        for role in ("LEAD", "VIEWER"):
            target = world.users["dev"].pk
            if role == "LEAD":
                with writes_nothing(), pytest.raises(Archived):
                    change_role(world.actor("lead"), old, target, role)
            else:
                with writes(membership=1):
                    change_role(world.actor("lead"), old, target, role)

    def test_whoever_is_no_member(self, world: World) -> None:
        for who in ("stranger", "leaver"):
            with writes_nothing(), pytest.raises(NotFound):
                change_role(world.actor("lead"), world.projects["PUB"].pk, world.users[who].pk, "LEAD")
        with pytest.raises(NotFound):
            change_role(world.actor("lead"), world.projects["PUB"].pk, 10**9, "LEAD")


class TestRemoving:
    def test_it_works(self, world: World) -> None:
        pub, who = world.projects["PUB"].pk, world.users["assignee"].pk
        open_issue(world.actor("lead"), pub, title="Another", assignee="assignee")
        delete_issue(world.actor("lead"), world.issue("PUB-3"), version=1)
        with writes(membership=1, issue=2):
            gone = remove_member(world.actor("lead"), pub, who)
        assert (gone.slot, gone.version, last_change().verb) == (gone.pk, 2, "member.remove")
        assert gone.history.get(version=2).history_type == "-"
        assert [world.issue(key).assignee for key in ("PUB-2", "PUB-3")] == [None, None]
        assert granted(world, "assignee") == set()
        assert world.issue("PRIV-2").assignee is not None
        with pytest.raises(Forbidden):
            open_issue(world.actor("assignee"), pub, title="New")

    @pytest.mark.parametrize("who", ["dev", "viewer", "assignee"])
    @pytest.mark.parametrize("key", ["PUB", "OLD"])
    def test_everybody_may_leave(self, world: World, who: str, key: str) -> None:
        project, user = world.projects[key].pk, world.users[who].pk
        with writes(**{"membership": 1, "issue": 1} if who == "assignee" else {"membership": 1}):
            remove_member(world.actor(who), project, user)
        assert last_change().verb == "member.leave"
        with writes_nothing(), pytest.raises(NotFound):
            remove_member(world.actor(who), project, user)

    def test_whoever_leaves_a_private_project_sees_it_no_more(self, world: World) -> None:
        remove_member(world.actor("viewer"), world.projects["PRIV"].pk, world.users["viewer"].pk)
        with pytest.raises(NotFound):
            remove_member(world.actor("viewer"), world.projects["PRIV"].pk, world.users["viewer"].pk)

    def test_only_leads_and_operators_remove_others(self, world: World) -> None:
        for who in ("dev", "viewer", "stranger"):
            with writes_nothing(), pytest.raises(Forbidden):
                remove_member(world.actor(who), world.projects["PUB"].pk, world.users["assignee"].pk)
        remove_member(world.actor("operator"), world.projects["PUB"].pk, world.users["assignee"].pk)

    def test_whoever_is_no_member(self, world: World) -> None:
        for who in ("stranger", "leaver", "operator"):
            with writes_nothing(), pytest.raises(NotFound):
                remove_member(world.actor("lead"), world.projects["PUB"].pk, world.users[who].pk)
            with writes_nothing(), pytest.raises(NotFound):
                remove_member(world.actor(who), world.projects["PUB"].pk, world.users[who].pk)


class TestLastLead:
    def test_the_only_one_stays(self, world: World) -> None:
        pub, lead = world.projects["PUB"].pk, world.users["lead"].pk
        for who in ("lead", "operator"):
            for act in (
                lambda who=who: remove_member(world.actor(who), pub, lead),
                lambda who=who: change_role(world.actor(who), pub, lead, "DEVELOPER"),
                lambda who=who: change_role(world.actor(who), pub, lead, "VIEWER"),
            ):
                with writes_nothing(), pytest.raises(LastLead) as caught:
                    act()
                assert caught.value.projects == ["PUB"]

    def test_of_two_one_may_go(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        change_role(world.actor("lead"), pub, world.users["dev"].pk, "LEAD")
        remove_member(world.actor("lead"), pub, world.users["lead"].pk)
        with pytest.raises(LastLead):
            remove_member(world.actor("dev"), pub, world.users["dev"].pk)

    def test_a_deactivated_one_does_not_count(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        change_role(world.actor("lead"), pub, world.users["dev"].pk, "LEAD")
        deactivate_user(world.actor("operator"), world.users["dev"].pk)
        for act in (
            lambda: remove_member(world.actor("lead"), pub, world.users["lead"].pk),
            lambda: change_role(world.actor("lead"), pub, world.users["lead"].pk, "VIEWER"),
        ):
            with writes_nothing(), pytest.raises(LastLead):
                act()
        remove_member(world.actor("lead"), pub, world.users["dev"].pk)

    def test_in_an_archived_project_too(self, world: World) -> None:
        with pytest.raises(LastLead):
            remove_member(world.actor("lead"), world.projects["OLD"].pk, world.users["lead"].pk)


def test_assigned_work_stays_with_whoever_is_deactivated(world: World) -> None:
    """Deactivation is no removal: the membership and the work stay, to be given to others by a Lead."""
    deactivate_user(world.actor("operator"), world.users["assignee"].pk)
    assert world.issue("PUB-2").assignee == world.users["assignee"]
    assert living(world, "assignee").role == "DEVELOPER"
    assign_issue(world.actor("lead"), world.issue("PUB-2"), version=1, assignee="dev")

"""Acts on accounts: registering, profiles, passwords, operators, deactivation."""

from __future__ import annotations

import pytest

from accounts.actor import Actor
from accounts.models import Change, User
from accounts.services.users import add_placeholder, add_user, edit_profile, register, set_operator, set_password
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from itms_site.errors import Forbidden, Invalid, LastLead, NotSignedIn, Taken
from projects.services.deactivating import activate_user, deactivate_user
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import PASSWORD, World

pytestmark = pytest.mark.usefixtures("verified")


def sign_up(**other: str) -> User:
    fields = {"username": "newcomer", "email": "new@example.com", "password": PASSWORD, **other}
    return register(None, **fields)  # type: ignore[arg-type]


class TestRegistering:
    def test_it_works(self, world: World) -> None:
        with writes():
            user = sign_up(username="New_1", email="New@Example.com", first_name=" Ann ", time_zone="Europe/Berlin")
        user.refresh_from_db()
        assert (user.username, user.email, user.first_name) == ("New_1", "New@Example.com", "Ann")
        assert user.check_password(PASSWORD)
        assert (user.is_active, user.is_superuser, user.is_staff) == (True, False, False)
        change = last_change()
        assert (change.verb, change.actor_id, change.head, change.seq) == ("user.register", user.pk, None, None)
        assert change.data == {"user": "New_1"}

    @pytest.mark.parametrize("username", ["lead", "LEAD", "Lead"])
    def test_a_taken_name(self, world: World, username: str) -> None:
        with writes_nothing(), pytest.raises(Taken) as caught:
            sign_up(username=username)
        assert caught.value.field == "username"

    @pytest.mark.parametrize("email", ["lead@example.com", "LEAD@EXAMPLE.COM", "ｌead@example.com"])
    def test_a_taken_address(self, world: World, email: str) -> None:
        with writes_nothing(), pytest.raises((Taken, Invalid)) as caught:
            sign_up(email=email)
        if isinstance(caught.value, Taken):
            assert caught.value.field == "email"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"username": ""},
            {"username": "a b"},
            {"username": "a@b"},
            {"username": "ann\n"},
            {"username": "é"},
            {"username": "ſam"},
            {"username": "\u212aim"},
            {"username": "x" * 33},
            {"username": "me"},
            {"username": "NONE"},
            {"username": "\ud800"},
            {"email": ""},
            {"email": "ann"},
            {"email": "a\ud800@example.com"},
            {"password": "short"},
            {"password": "12345678901"},
            {"password": "password"},
            {"password": "good enough \x00"},
            {"password": "good enough \ud800"},
            {"password": "ä" * 513},
            {"first_name": "x" * 65},
            {"last_name": "a\nb"},
            {"time_zone": "Mars/Olympus"},
        ],
        ids=repr,
    )
    def test_wrong_values(self, world: World, wrong: dict[str, str]) -> None:
        with writes_nothing(), pytest.raises(Invalid) as caught:
            sign_up(**wrong)
        assert {error.field for error in caught.value.errors} == set(wrong)

    def test_a_password_like_the_name(self, world: World) -> None:
        with pytest.raises(Invalid):
            sign_up(username="somebody_long", password="somebody_long")

    def test_the_longest_password(self, world: World) -> None:
        assert sign_up(password="ä" * 512).check_password("ä" * 512)


class TestProfile:
    def test_it_works(self, world: World) -> None:
        with writes():
            user = edit_profile(
                world.actor("dev"),
                world.users["dev"].pk,
                {"username": "Dev2", "first_name": " D ", "last_name": "E", "time_zone": "Asia/Tokyo"},
            )
        user = User.objects.get(pk=user.pk)
        assert (user.username, user.username_canonical, user.first_name) == ("Dev2", "dev2", "D")
        assert last_change().verb == "user.edit"

    def test_the_same_writes_nothing(self, world: World) -> None:
        with writes_nothing():
            edit_profile(world.actor("dev"), world.users["dev"].pk, {"username": "dev", "first_name": "  "})

    def test_only_ones_own(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Forbidden):
            edit_profile(world.actor("lead"), world.users["dev"].pk, {"first_name": "X"})
        edit_profile(world.actor("operator"), world.users["dev"].pk, {"first_name": "X"})

    def test_a_taken_name(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Taken):
            edit_profile(world.actor("dev"), world.users["dev"].pk, {"username": "LEAD"})

    @pytest.mark.parametrize("name", ["is_superuser", "is_staff", "is_active", "email", "password", "id", "x"])
    def test_no_other_field_is_assigned(self, world: World, name: str) -> None:
        with writes_nothing(), pytest.raises(Invalid) as caught:
            edit_profile(world.actor("dev"), world.users["dev"].pk, {name: True})  # type: ignore[misc]
        assert caught.value.errors[0].code == "unknown_field"
        assert not User.objects.get(pk=world.users["dev"].pk).is_superuser


class TestPassword:
    def test_it_works_and_ends_sessions(self, world: World) -> None:
        before = User.objects.get(pk=world.users["dev"].pk).get_session_auth_hash()
        with writes():
            user = set_password(world.actor("dev"), world.users["dev"].pk, "another horse 7")
        assert user.check_password("another horse 7")
        assert user.get_session_auth_hash() != before

    def test_only_ones_own(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Forbidden):
            set_password(world.actor("lead"), world.users["dev"].pk, "another horse 7")
        set_password(world.actor("operator"), world.users["dev"].pk, "another horse 7")

    def test_a_weak_one(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Invalid):
            set_password(world.actor("dev"), world.users["dev"].pk, "dev")


class TestOperators:
    def test_adding_people(self, world: World) -> None:
        user = add_user(world.actor("operator"), username="made", email="made@example.com", password=None)
        assert not user.has_usable_password()
        user = add_user(Actor.system(), username="boss", email="boss@example.com", password=PASSWORD, operator=True)
        assert (user.is_superuser, user.is_staff) == (True, True)

    def test_a_placeholder_is_inactive(self, world: World) -> None:
        user = add_placeholder(Actor.system(), username="ghost", email="ghost@example.com", first_name="", last_name="")
        assert (user.is_active, user.has_usable_password()) == (False, False)

    def test_nobody_else_may(self, world: World) -> None:
        lead, dev = world.actor("lead"), world.users["dev"].pk
        for act in (
            lambda: add_user(lead, username="made", email="made@example.com", password=None),
            lambda: add_placeholder(lead, username="made", email="made@example.com", first_name="", last_name=""),
            lambda: set_operator(lead, dev, operator=True),
            lambda: set_operator(lead, lead.user_id or 0, operator=True),
            lambda: deactivate_user(lead, dev),
            lambda: activate_user(lead, dev),
        ):
            with writes_nothing(), pytest.raises(Forbidden):
                act()

    def test_rights_are_read_again(self, world: World) -> None:
        """An operator who was one when the request began."""
        former = world.actor("operator")
        set_operator(Actor.system(), world.users["dev"].pk, operator=True)
        set_operator(Actor.system(), world.users["operator"].pk, operator=False)
        for act in (
            lambda: add_user(former, username="made", email="made@example.com", password=None),
            lambda: set_operator(former, world.users["lead"].pk, operator=True),
            lambda: deactivate_user(former, world.users["viewer"].pk),
            lambda: set_password(former, world.users["viewer"].pk, "another horse 7"),
            lambda: edit_profile(former, world.users["viewer"].pk, {"first_name": "X"}),
        ):
            with writes_nothing(), pytest.raises(Forbidden):
                act()

    def test_the_last_operator_stays(self, world: World) -> None:
        with writes_nothing(), pytest.raises(Invalid):
            set_operator(world.actor("operator"), world.users["operator"].pk, operator=False)
        with writes_nothing(), pytest.raises(Forbidden):
            deactivate_user(world.actor("operator"), world.users["operator"].pk)


class TestDeactivating:
    def test_it_works(self, world: World) -> None:
        before = User.objects.get(pk=world.users["dev"].pk)
        with writes():
            user = deactivate_user(world.actor("operator"), before.pk)
        assert (user.is_active, last_change().verb) == (False, "user.deactivate")
        assert user.get_session_auth_hash() != before.get_session_auth_hash()
        with writes_nothing():
            deactivate_user(world.actor("operator"), before.pk)
        with writes():
            back = activate_user(world.actor("operator"), before.pk)
        assert back.is_active
        assert back.get_session_auth_hash() not in {before.get_session_auth_hash(), user.get_session_auth_hash()}

    def test_whoever_is_deactivated_does_nothing_more(self, world: World) -> None:
        dev, issue = world.actor("dev"), world.issue("PUB-1")
        deactivate_user(world.actor("operator"), world.users["dev"].pk)
        for act in (
            lambda: open_issue(dev, world.projects["PUB"].pk, title="New"),
            lambda: add_comment(dev, issue, body="Words"),
            lambda: edit_profile(dev, dev.user_id or 0, {"first_name": "X"}),
            lambda: set_password(dev, dev.user_id or 0, "another horse 7"),
        ):
            with writes_nothing(), pytest.raises(NotSignedIn):
                act()

    def test_not_the_last_active_lead_and_it_says_where(self, world: World) -> None:
        with writes_nothing(), pytest.raises(LastLead) as caught:
            deactivate_user(world.actor("operator"), world.users["lead"].pk)
        assert caught.value.projects == ["OLD", "PRIV", "PUB"]

    def test_whoever_may_not_does_not_learn_where(self, world: World) -> None:
        with pytest.raises(Forbidden):
            deactivate_user(world.actor("stranger"), world.users["lead"].pk)

    def test_an_inactive_operator_is_none(self, world: World) -> None:
        boss = add_user(Actor.system(), username="boss", email="boss@example.com", password=None, operator=True)
        stale = Actor(User.objects.get(pk=boss.pk))
        deactivate_user(world.actor("operator"), boss.pk)
        with pytest.raises(NotSignedIn):
            set_operator(stale, world.users["dev"].pk, operator=True)
        with pytest.raises(Forbidden):
            set_operator(Actor(User.objects.get(pk=boss.pk)), world.users["dev"].pk, operator=True)


def test_account_acts_belong_to_no_project(world: World) -> None:
    sign_up()
    assert list(Change.objects.filter(verb__startswith="user.").values_list("head", "seq").distinct()) == [(None, None)]

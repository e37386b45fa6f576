from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import Change, User
from accounts.services.users import add_user, set_password
from projects.services.deactivating import activate_user, deactivate_user
from tests.world import PASSWORD, World

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
NEW = "quite another 77"


def link_for(email: str) -> str:
    response = Client().post(RESET, {"email": email})
    assert response.status_code == 303 and response["Location"] == "/accounts/password/reset/done/"
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def follow(link: str, password: str = NEW) -> int:
    """The status of setting a new password by the link; 404 stands for a link that does not work."""
    client = Client()
    page = client.get(link, follow=True)
    if "This link does not work" in page.content.decode():
        return 404
    return client.post(page.redirect_chain[-1][0], {"password1": password}).status_code


def test_change_keeps_this_session_and_ends_the_others(world: World) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/accounts/login/", {"login": "dev", "password": PASSWORD})
    response = here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW})
    assert response.status_code == 303 and response["Location"] == "/accounts/profile/"
    assert "All other sessions have ended" in here.get(response["Location"]).content.decode()
    assert there.get("/projects/").status_code == 302
    assert Change.objects.filter(verb="user.password", actor__username="dev", via="web").count() == 1
    assert User.objects.get(username="dev").check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("wrong", NEW, "oldpassword", "not your present password"),
        ("", NEW, "oldpassword", "required"),
        (PASSWORD, "short", "password1", "too short"),
        (PASSWORD, "dev@example.com", "password1", "similar"),
        (PASSWORD, "x" * 1025, "password1", "1,024"),
    ],
)
def test_change_refuses(world: World, old: str, new: str, field: str, words: str) -> None:
    client = Client()
    client.force_login(world.users["dev"])
    response = client.post(CHANGE, {"oldpassword": old, "password1": new})
    assert response.status_code == 422
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', response.content.decode(), re.S)
    assert found and words in found[1]
    assert User.objects.get(username="dev").check_password(PASSWORD)


def test_change_is_for_who_is_signed_in() -> None:
    assert Client().get(CHANGE)["Location"] == f"/accounts/login/?next={CHANGE}"


def test_who_has_no_password_gets_one_by_mail(world: World) -> None:
    add_user(world.actor("operator"), username="bare", email="bare@example.com", password=None)
    client = Client()
    client.force_login(User.objects.get(username="bare"))
    assert client.get(CHANGE)["Location"] == RESET
    assert "Set a password by mail" in client.get("/accounts/profile/").content.decode()


@pytest.mark.parametrize("typed", ["dev@example.com", "DEV@Example.com", " dev@example.com "])
def test_reset_works_whatever_the_case(world: World, typed: str) -> None:
    link = link_for(typed)
    assert mail.outbox[-1].to == ["dev@example.com"] and mail.outbox[-1].subject == "ITMS: Set a new password"
    assert "Your user name is dev." in mail.outbox[-1].body
    assert follow(link) == 303
    assert User.objects.get(username="dev").check_password(NEW)
    assert Change.objects.filter(verb="user.password", actor__username="dev").count() == 1


def test_reset_ends_every_session(world: World) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "dev", "password": PASSWORD})
    follow(link_for("dev@example.com"))
    assert client.get("/projects/").status_code == 302


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_who_was_made_by_an_operator_can_reset(world: World, password: str | None) -> None:
    add_user(world.actor("operator"), username="made", email="Made@Example.com", password=password)
    assert follow(link_for("made@example.com")) == 303
    assert Client().post("/accounts/login/", {"login": "made", "password": NEW}).status_code == 303


def test_asking_writes_nothing(world: World) -> None:
    before = Change.objects.count()
    Client().get(link_for("dev@example.com"), follow=True)
    assert not EmailAddress.objects.exists() and Change.objects.count() == before


def test_the_same_answer_for_who_is_unknown(world: World) -> None:
    known, unknown = (
        Client().post(RESET, {"email": "dev@example.com"}),
        Client().post(RESET, {"email": "x@example.com"}),
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mail.outbox[-1].to == ["x@example.com"] and "no account" in mail.outbox[-1].body


def test_a_deactivated_account_is_unknown(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    Client().post(RESET, {"email": "dev@example.com"})
    assert "key" not in mail.outbox[-1].body


def test_a_link_works_once(world: World) -> None:
    link = link_for("dev@example.com")
    assert [follow(link), follow(link)] == [303, 404]


def test_what_ends_a_link(world: World) -> None:
    dev, operator = world.users["dev"], world.actor("operator")
    link = link_for("dev@example.com")
    set_password(operator, dev.pk, "from elsewhere 5")
    assert follow(link) == 404
    link = link_for("dev@example.com")
    Client().post("/accounts/login/", {"login": "dev", "password": "from elsewhere 5"})
    assert follow(link) == 404
    link = link_for("dev@example.com")
    deactivate_user(operator, dev.pk)
    assert follow(link) == 404
    activate_user(operator, dev.pk)
    assert follow(link) == 404


def test_after_a_change_of_address_only_the_new_one_counts(world: World) -> None:
    """A row that allauth kept of the old address, even a confirmed one, opens nothing."""
    dev = world.users["dev"]
    EmailAddress.objects.create(user=dev, email="dev@example.com", verified=True, primary=True)
    old = link_for("dev@example.com")
    User.objects.filter(pk=dev.pk).update(email="New@Example.com", email_canonical="new@example.com")
    assert follow(old) == 404
    Client().post(RESET, {"email": "dev@example.com"})
    assert "no account" in mail.outbox[-1].body
    assert follow(link_for("new@example.com")) == 303
    assert mail.outbox[-1].to == ["New@Example.com"]


def test_the_link_goes_to_the_account_not_to_what_looks_like_it(world: World) -> None:
    """Full-width letters are the same in canonical form, but another mailbox."""
    response = Client().post(RESET, {"email": "dev@ｅxample.com"})
    assert response.status_code in {303, 422}
    assert all(message.to != ["dev@ｅxample.com"] or "key/" not in message.body for message in mail.outbox)


@pytest.mark.parametrize("path", ["1-set-password", "zzzzzzzzzzzz-abc-def", "1-abc"])
def test_a_made_up_link(world: World, path: str) -> None:
    page = Client().get(f"{RESET}key/{path}/")
    assert page.status_code == 200 and "This link does not work" in page.content.decode()


def test_a_weak_password_keeps_the_link(world: World) -> None:
    link = link_for("dev@example.com")
    assert follow(link, "short") == 422
    assert follow(link) == 303


@pytest.mark.parametrize("email", ["", "nonsense"])
def test_reset_needs_an_address(world: World, email: str) -> None:
    assert Client().post(RESET, {"email": email}).status_code == 422
    assert not mail.outbox

"""Another e-mail address: by oneself with the password, by an operator in the admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Attempt, Change, User
from accounts.services.addresses import change_email
from accounts.services.users import register
from itms_site.errors import Forbidden, Invalid, Taken
from tests.accounts.test_passwords import follow, link_for
from tests.admin.asking import change_page, client_of, filled
from tests.world import PASSWORD, World

URL = "/accounts/email/"
NEW = "new@example.org"


def sent(**more: str) -> dict[str, str]:
    return {"email": NEW, "password": PASSWORD, **more}


def test_it_works(world: World) -> None:
    here, there = client_of(world, "dev"), client_of(world, "dev")
    assert URL in here.get("/accounts/profile/").content.decode()
    response = here.post(URL, sent())
    assert response.status_code == 303 and response["Location"] == "/accounts/profile/"
    assert NEW in here.get("/accounts/profile/").content.decode()
    assert there.get("/projects/").status_code == 200, "other sessions stay"
    change = Change.objects.get(verb="user.email")
    assert (change.actor, change.head, change.via, change.data["user"]) == (world.users["dev"], None, "web", "dev")
    assert "@" not in str(change.data), "the ledger keeps no address for ever"
    for name, status in ((NEW.upper(), 303), ("dev@example.com", 422), ("dev", 303)):
        assert Client().post("/accounts/login/", {"login": name, "password": PASSWORD}).status_code == status, name


def test_the_old_address_is_told(world: World, django_capture_on_commit_callbacks: Any) -> None:
    client_of(world, "dev").post(URL, sent())
    (told,) = mail.outbox
    assert told.to == ["dev@example.com"] and "e-mail address was changed" in told.subject
    assert "dev" in told.body and NEW not in told.body
    operator = client_of(world, "operator")
    with django_capture_on_commit_callbacks(execute=True):
        form = {**filled(operator, world.users["viewer"]), "email": "v@example.org", "reason": "Married"}
        assert operator.post(change_page(world.users["viewer"]), form).status_code == 302
    assert mail.outbox[-1].to == ["viewer@example.com"]


def test_links_to_the_old_address_die(world: World) -> None:
    link = link_for("dev@example.com")
    client_of(world, "dev").post(URL, sent())
    assert follow(link) == 404
    assert follow(link_for(NEW)) == 303


@pytest.mark.parametrize(
    ("more", "status", "field", "words"),
    [
        ({"password": "wrong"}, 422, "password", "not your present password"),
        ({"password": ""}, 422, "password", "required"),
        ({"email": "no address"}, 422, "email", "valid"),
        ({"email": ""}, 422, "email", "required"),
        ({"email": "LEAD@Example.com"}, 422, "email", "This e-mail address is in use."),
        ({"email": f"{'x' * 250}@example.com"}, 422, "email", "254"),
        ({"email": "a\x00b@example.com"}, 422, "email", ""),
        ({"password": "x" * 5000}, 422, "password", "not your present password"),
    ],
)
def test_it_refuses(world: World, more: dict[str, str], status: int, field: str, words: str) -> None:
    response = client_of(world, "dev").post(URL, sent(**more))
    assert response.status_code == status
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', response.content.decode(), re.S)
    assert found and words in found[1], response.content.decode()
    assert User.objects.get(username="dev").email == "dev@example.com"
    assert not mail.outbox and not Change.objects.filter(verb="user.email").exists()


def test_a_taken_address_is_refused_as_at_registration(world: World) -> None:
    with pytest.raises(Taken) as here:
        change_email(world.actor("dev"), world.users["dev"].pk, "Lead@EXAMPLE.com", password=PASSWORD)
    with pytest.raises(Taken) as there:
        register(None, username="another", email="Lead@EXAMPLE.com", password=PASSWORD)
    assert (here.value.field, here.value.detail) == (there.value.field, there.value.detail)


def test_wrong_passwords_are_counted(world: World) -> None:
    client = client_of(world, "dev")
    for _ in range(10):
        client.post(URL, sent(password="wrong"))
    assert Attempt.objects.filter(failed=True).count() == 20  # of the address and of the account
    response = client.post(URL, sent())
    assert response.status_code == 429 and response["Retry-After"]


def test_a_double_click_acts_once(world: World) -> None:
    client = client_of(world, "dev")
    key = re.search(r'name="idempotency_key" value="([^"]+)"', client.get(URL).content.decode())
    assert key
    answers = [client.post(URL, sent(idempotency_key=key[1])) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Change.objects.filter(verb="user.email").count() == 1 and len(mail.outbox) == 1
    same = client.post(URL, sent())
    assert same.status_code == 303 and len(mail.outbox) == 1, "the same address is no change"


def test_nobody_changes_anothers(world: World) -> None:
    dev = world.users["dev"]
    with pytest.raises(Forbidden):
        change_email(world.actor("lead"), dev.pk, NEW, password=PASSWORD)
    with pytest.raises(Forbidden):
        change_email(world.actor("dev"), dev.pk, NEW, password=None)
    with pytest.raises(Invalid):
        change_email(world.actor("dev"), dev.pk, NEW, password="")
    assert Client().post(URL, sent())["Location"].startswith("/accounts/login/")


def test_an_operator_changes_it_in_the_admin(world: World) -> None:
    client, dev = client_of(world, "operator"), world.users["dev"]
    form = {**filled(client, dev), "reason": "Another domain"}
    taken = client.post(change_page(dev), {**form, "email": "LEAD@example.com"})
    assert taken.status_code == 409 and "in use" in taken.content.decode()
    wrong = client.post(change_page(dev), {**form, "email": "x"})
    assert wrong.status_code == 422
    assert client.post(change_page(dev), {**form, "email": NEW}).status_code == 302
    assert User.objects.get(pk=dev.pk).email == NEW
    change = Change.objects.get(verb="user.email")
    assert (change.via, change.reason, change.actor) == ("admin", "Another domain", world.users["operator"])


def test_where_addresses_are_confirmed_the_new_one_is_asked_to_be(world: World, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client_of(world, "dev").post(URL, sent())
    mail.outbox.clear()
    Client().post("/accounts/login/", {"login": "dev", "password": PASSWORD})
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_a_password_form_sent_twice_acts_once(world: World) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "dev", "password": PASSWORD})
    page = client.get("/accounts/password/change/").content.decode()
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key
    form = {"oldpassword": PASSWORD, "password1": "another horse 10", "idempotency_key": key[1]}
    answers = [client.post("/accounts/password/change/", form) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(303, "/accounts/profile/")] * 2
    assert Change.objects.filter(verb="user.password").count() == 1


def test_what_is_kept_of_a_form_tells_nothing_of_a_password(world: World) -> None:
    """A stored print of it could be guessed at without the slow hash."""
    from django.test import RequestFactory

    from accounts.posting import _print

    prints = {
        _print(RequestFactory().post(URL, {"email": NEW, name: value}))
        for name in ("password", "password1", "oldpassword")
        for value in ("one", "two")
    }
    assert len(prints) == 1

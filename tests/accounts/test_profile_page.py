from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change, User
from tests.world import World

URL = "/accounts/profile/"


def data(**other: str) -> dict[str, str]:
    return {"username": "dev", "first_name": "Dee", "last_name": "Vee", "time_zone": "Europe/Berlin", **other}


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users["dev"])
    return client


def test_it_works(client: Client) -> None:
    response = client.post(URL, data())
    assert response.status_code == 303 and response["Location"] == URL
    page = client.get(URL).content.decode()
    assert "Your profile is saved" in page and 'value="Dee"' in page and "dev@example.com" in page
    assert re.search(r'<option value="Europe/Berlin"\s+selected', page)
    user = User.objects.get(username="dev")
    assert (user.name, user.time_zone) == ("Dee Vee", "Europe/Berlin")
    assert Change.objects.get(verb="user.edit").data["fields"] == ["first_name", "last_name", "time_zone"]


def test_nothing_changed_writes_nothing(client: Client) -> None:
    client.post(URL, data())
    client.post(URL, data())
    assert Change.objects.filter(verb="user.edit").count() == 1


def test_sent_twice_it_acts_once(client: Client) -> None:
    sent = data(idempotency_key="k" * 16)
    assert client.post(URL, sent).status_code == client.post(URL, sent).status_code == 303
    assert Change.objects.filter(verb="user.edit").count() == 1


def test_another_user_name_keeps_the_session(client: Client) -> None:
    assert client.post(URL, data(username="dave")).status_code == 303
    assert client.get(URL).status_code == 200
    assert User.objects.filter(username="dave").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "LEAD"),
        ("username", ""),
        ("username", "a b"),
        ("username", "me"),
        ("first_name", "x" * 65),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client: Client, field: str, value: str) -> None:
    response = client.post(URL, data(**{field: value}))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Change.objects.filter(verb="user.edit").exists()


def test_anonymous(db: Any) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert Client().post(URL, data()).status_code == 302

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Change, User
from tests.world import World

URL = "/accounts/preferences/"
THEME = "/accounts/theme/"


def data(**other: str) -> dict[str, str]:
    return {"theme": "dark", "density": "compact", **other}


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users["dev"])
    return client


def me() -> User:
    return User.objects.get(username="dev")


def test_it_works(client: Client) -> None:
    response = client.post(URL, data())
    assert response.status_code == 303 and response["Location"] == URL
    page = client.get("/projects/").content.decode()
    assert 'data-theme="dark" data-density="compact" data-keys="off"' in page
    assert (me().theme, me().density, me().single_keys) == ("dark", "compact", False)
    assert Change.objects.get(verb="user.edit").data["fields"] == ["density", "single_keys", "theme"]


def test_what_one_begins_with(client: Client) -> None:
    assert 'data-theme="auto" data-density="normal" data-keys="on"' in client.get(URL).content.decode()


def test_nothing_changed_writes_nothing(client: Client) -> None:
    for _ in range(2):
        client.post(URL, data(single_keys="on"))
    assert Change.objects.filter(verb="user.edit").count() == 1 and me().single_keys


def test_sent_twice_it_acts_once(client: Client) -> None:
    sent = data(idempotency_key="k" * 16)
    assert client.post(URL, sent).status_code == client.post(URL, sent).status_code == 303
    assert Change.objects.filter(verb="user.edit").count() == 1


@pytest.mark.parametrize(("field", "value"), [("theme", "sepia"), ("theme", ""), ("density", "DENSE"), ("density", "")])
def test_what_is_wrong_stands_beside_its_field(client: Client, field: str, value: str) -> None:
    response = client.post(URL, data(**{field: value}))
    assert response.status_code == 422 and f'id="id_{field}_error"' in response.content.decode()
    assert not Change.objects.filter(verb="user.edit").exists()


def test_the_switch_in_the_menu(client: Client) -> None:
    page = client.get("/projects/?q=a").content.decode()
    assert 'name="next" value="/projects/?q=a"' in page
    response = client.post(THEME, {"theme": "light", "next": "/projects/?q=a"})
    assert response.status_code == 303 and response["Location"] == "/projects/?q=a"
    assert (me().theme, me().density) == ("light", "normal")


def test_the_switch_of_an_error_page_leads_somewhere(client: Client) -> None:
    page = client.get("/projects/NOPE/")
    assert page.status_code == 404 and 'name="next" value="/projects/NOPE/"' in page.content.decode()
    refused = client.post(THEME, {"theme": "sepia"})
    assert refused.status_code == 422 and 'name="next" value="/"' in refused.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", ""]
)
def test_the_switch_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.post(THEME, {"theme": "dark", "next": elsewhere})["Location"] == URL


@pytest.mark.parametrize("theme", ["sepia", "", "Dark"])
def test_the_switch_refuses(client: Client, theme: str) -> None:
    assert client.post(THEME, {"theme": theme}).status_code == 422
    assert me().theme == "auto"


def test_a_switch_back_and_forth(client: Client) -> None:
    """The same form is sent again and again without a new page: it carries no idempotency key."""
    for theme in ("dark", "light", "dark"):
        assert client.post(THEME, {"theme": theme, "next": "/"}).status_code == 303
    assert me().theme == "dark"


def test_the_api_does_not_touch_them(client: Client) -> None:
    answer = client.patch("/api/v1/me", {"theme": "dark"}, "application/json")
    assert answer.status_code in {403, 422} and me().theme == "auto"


def test_anonymous(db: Any) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert Client().post(URL, data()).status_code == 302 and Client().post(THEME, data()).status_code == 302
    assert 'data-theme="auto"' in Client().get("/accounts/login/").content.decode()
    assert "data-keys" not in Client().get("/accounts/login/").content.decode()


def test_methods(client: Client) -> None:
    assert client.get(THEME).status_code == 405

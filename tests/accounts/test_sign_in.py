from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Attempt, User
from projects.services.deactivating import deactivate_user
from tests.world import PASSWORD, World

URL = "/accounts/login/"


@pytest.mark.parametrize("identifier", ["dev", "DEV", "dev@example.com", "Dev@Example.COM", "  dev  "])
def test_it_works(world: World, identifier: str) -> None:
    client = Client()
    response = client.post(URL, {"login": identifier, "password": PASSWORD})
    assert response.status_code == 303 and response["Location"] == "/"
    assert client.get("/projects/").status_code == 200


def test_the_page_itself(world: World) -> None:
    page = Client().get(URL).content.decode()
    assert "User name or e-mail address" in page and "/accounts/password/reset/" in page and "/accounts/signup/" in page


def test_it_goes_on_to_the_page_that_was_asked_for(world: World) -> None:
    client = Client()
    asked = client.get("/projects/PUB/labels/?a=1")
    assert asked.status_code == 302 and asked["Location"] == "/accounts/login/?next=/projects/PUB/labels/%3Fa%3D1"
    page = client.get(asked["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/projects/PUB/labels/?a=1">' in page
    response = client.post(URL, {"login": "dev", "password": PASSWORD, "next": "/projects/PUB/labels/?a=1"})
    assert response["Location"] == "/projects/PUB/labels/?a=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_never_to_another_site(world: World, elsewhere: str) -> None:
    response = Client().post(URL, {"login": "dev", "password": PASSWORD, "next": elsewhere})
    assert response.status_code == 303 and response["Location"] == "/"


def test_the_same_words_for_both_mistakes_and_both_ways(world: World) -> None:
    pages = set()
    for identifier in ("dev", "nobody_here", "dev@example.com", "nobody@example.com"):
        response = Client().post(URL, {"login": identifier, "password": "wrong"})
        assert response.status_code == 422
        text = response.content.decode()
        assert "The user name, e-mail address or password is wrong." in text
        assert f'value="{identifier}"' in text and 'value="wrong"' not in text
        pages.add(text.count("wrong."))
    assert len(pages) == 1


def test_a_deactivated_account_is_a_wrong_password(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    response = Client().post(URL, {"login": "dev", "password": PASSWORD})
    assert response.status_code == 422 and "password is wrong" in response.content.decode()


def test_a_session_ends_with_deactivation(world: World) -> None:
    client = Client()
    client.post(URL, {"login": "dev", "password": PASSWORD})
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    assert client.get("/projects/")["Location"].startswith(URL)


def test_failures_make_one_wait(world: World) -> None:
    client = Client()
    statuses = [client.post(URL, {"login": "dev", "password": "wrong"}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert client.post(URL, {"login": "dev", "password": "wrong"})["Retry-After"]
    # Somebody else's failures from another address make nobody wait here.
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.post(URL, {"login": "dev", "password": PASSWORD}).status_code == 303


def test_a_success_is_counted_too(world: World) -> None:
    Client().post(URL, {"login": "dev", "password": PASSWORD})
    assert Attempt.objects.filter(kind="sign_in", failed=False).count() == 1


def test_keep_me_signed_in_outlives_the_browser(world: World) -> None:
    kept, short = Client(), Client()
    kept.post(URL, {"login": "dev", "password": PASSWORD, "remember": "on"})
    short.post(URL, {"login": "dev", "password": PASSWORD})
    assert kept.session.get_expire_at_browser_close() is False
    assert short.session.get_expire_at_browser_close() is True


def test_who_is_signed_in_goes_home(world: World) -> None:
    client = Client()
    client.force_login(world.users["dev"])
    assert client.get(URL)["Location"] == "/"


def test_no_answers_in_json(world: World) -> None:
    """The API is the one door for programs: limits and words are those of the page."""
    response = Client().post(URL, {"login": "dev", "password": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response["Content-Type"].startswith("text/html")


def test_a_password_with_blanks_around_it_is_taken_as_it_is(world: World) -> None:
    user = User.objects.get(username="dev")
    user.set_password("  blanks around  ")
    user.save()
    assert Client().post(URL, {"login": "dev", "password": "  blanks around  "}).status_code == 303
    assert Client().post(URL, {"login": "dev", "password": "blanks around"}).status_code == 422


@pytest.mark.parametrize("identifier", ["", "x" * 300, "a\x00b"])
def test_odd_input_is_refused_beside_the_field(world: World, identifier: str) -> None:
    assert Client().post(URL, {"login": identifier, "password": PASSWORD}).status_code == 422


def test_signing_out(world: World) -> None:
    client = Client()
    client.force_login(world.users["dev"])
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/projects/").status_code == 200  # asking is not doing
    response = client.post("/accounts/logout/")
    assert response.status_code == 303 and response["Location"] == URL
    assert client.get("/projects/").status_code == 302
    assert client.post("/accounts/logout/").status_code == 303  # twice is once

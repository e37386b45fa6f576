from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from accounts.models import Change, Session
from accounts.services.users import set_password
from accounts.views.sessions import browser_of
from projects.services.deactivating import activate_user, deactivate_user
from tests.world import PASSWORD, World

URL = "/accounts/sessions/"
ENDING = "/accounts/sessions/ending/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def signed_in(who: str = "dev", agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert client.post("/accounts/login/", {"login": who, "password": PASSWORD}).status_code == 303
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return client.get("/projects/").status_code == 200


def refs_in(client: Client) -> list[str]:
    return re.findall(r'name="session" value="(\w+)"', client.get(URL).content.decode())


def test_it_lists_ones_own(world: World) -> None:
    here, there = signed_in(), signed_in(agent=SAFARI, address="198.51.100.3")
    signed_in("lead", address="203.0.113.99")
    page = here.get(URL).content.decode()
    assert "Firefox on Linux" in page and "192.0.2.7" in page
    assert "Safari on iPhone" in page and "198.51.100.3" in page
    assert "203.0.113.99" not in page
    assert page.count("This one") == 1 and page.index("Firefox on Linux") < page.index("Safari on iPhone")
    assert key_of(here) not in page and key_of(there) not in page  # a key on a page could be read off it


def test_the_api_opens_sessions_too(world: World) -> None:
    body = {"identifier": "dev", "password": PASSWORD}
    Client(headers={"User-Agent": "curl/8.5"}).post("/api/v1/auth/login", body, "application/json")
    assert "curl" in signed_in().get(URL).content.decode()


def test_ending_the_others(world: World) -> None:
    here, there, elsewhere, lead = signed_in(), signed_in(), signed_in(agent=SAFARI), signed_in("lead")
    response = here.post(ENDING)
    assert response.status_code == 303 and response["Location"] == URL
    assert [is_in(client) for client in (here, there, elsewhere, lead)] == [True, False, False, True]
    assert list(Session.objects.filter(user=world.users["dev"]).values_list("pk", flat=True)) == [key_of(here)]
    assert Change.objects.get(verb="session.end").data == {"user": "dev", "sessions": 2}
    assert "signed in nowhere else" in here.get(URL).content.decode()


def test_ending_one(world: World) -> None:
    here, there, elsewhere = signed_in(), signed_in(agent=SAFARI), signed_in()
    there.get("/projects/")
    (ref, other) = refs_in(here)
    here.post(ENDING, {"session": ref})
    assert sorted([is_in(there), is_in(elsewhere)]) == [False, True] and is_in(here)
    assert refs_in(here) == [other]


def test_sent_twice_it_acts_once(world: World) -> None:
    here, _ = signed_in(), signed_in()
    sent = {"session": refs_in(here)[0], "idempotency_key": "k" * 16}
    assert here.post(ENDING, sent).status_code == here.post(ENDING, sent).status_code == 303
    assert Change.objects.filter(verb="session.end").count() == 1


def test_nothing_to_end_writes_nothing(world: World) -> None:
    here = signed_in()
    assert here.post(ENDING).status_code == 303 and is_in(here)
    assert not Change.objects.filter(verb="session.end").exists()


def test_somebody_elses_is_not_there(world: World) -> None:
    here, lead = signed_in(), signed_in("lead")
    signed_in()
    ref = refs_in(here)[0]
    assert lead.post(ENDING, {"session": ref}).status_code == 404
    assert here.post(ENDING, {"session": "nonsense"}).status_code == 404
    assert refs_in(here) == [ref]


def test_a_new_password_ends_the_others(world: World) -> None:
    here, there = signed_in(), signed_in()
    data = {"oldpassword": PASSWORD, "password1": "another good one 7"}
    assert here.post("/accounts/password/change/", data).status_code == 303
    assert is_in(here) and not is_in(there)
    assert Session.objects.filter(user=world.users["dev"]).count() == 1


def test_a_password_set_by_an_operator_ends_all(world: World) -> None:
    here = signed_in()
    set_password(world.actor("operator"), world.users["dev"].pk, "another good one 7")
    assert not Session.objects.filter(user=world.users["dev"]).exists() and not is_in(here)


def test_deactivation_ends_all_for_good(world: World) -> None:
    here = signed_in()
    kept = Session.objects.filter(pk=key_of(here)).values().get()
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    assert not Session.objects.filter(user=world.users["dev"]).exists() and not is_in(here)
    activate_user(world.actor("operator"), world.users["dev"].pk)
    Session.objects.create(**kept)  # a row that was written back, by a request that was still running
    here.cookies[settings.SESSION_COOKIE_NAME] = kept["session_key"]
    assert not is_in(here)


def test_dead_rows_are_not_shown(world: World) -> None:
    here, there = signed_in(), signed_in(agent=SAFARI)
    Session.objects.filter(pk=key_of(there)).update(expire_date=timezone.now())
    assert "Safari" not in here.get(URL).content.decode()


def test_a_request_under_way_brings_no_ended_session_back(world: World) -> None:
    """What is saved at the end of a request whose session was ended meanwhile is not written."""
    here, there = signed_in(), signed_in()
    session = there.session
    session["anything"] = 1
    here.post(ENDING)
    with pytest.raises(UpdateError):
        session.save()
    assert not is_in(there)


def test_the_last_use_is_noted_at_most_every_five_minutes(world: World) -> None:
    client = signed_in()
    row = Session.objects.filter(pk=key_of(client))
    before = row.get().seen_at
    client.get("/help/keys/")
    assert row.get().seen_at == before
    row.update(seen_at=before - datetime.timedelta(minutes=6))
    client.get("/help/keys/")
    assert row.get().seen_at >= before
    assert row.get().started_at <= before


def test_signing_out_deletes_the_row(world: World) -> None:
    client = signed_in()
    client.post("/accounts/logout/")
    assert not Session.objects.filter(user=world.users["dev"]).exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/141.0.0.0 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Something (Linux)", "A browser on Linux"),
        ("curl/8.5", "curl"),
        ("", ""),
    ],
)
def test_what_a_browser_says_of_itself(agent: str, words: str) -> None:
    assert browser_of(agent) == words


def test_a_browser_that_says_too_much(world: World) -> None:
    client = signed_in(agent="<script>alert(1)</script>\x07" + "x" * 500)
    page = client.get(URL).content.decode()
    assert "<script>alert" not in page and "Unknown browser" in page
    assert len(Session.objects.get(pk=key_of(client)).agent) == 200


def test_anonymous(db: Any) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert Client().post(ENDING).status_code == 302
    assert Client().get(ENDING).status_code == 302


def test_methods(world: World) -> None:
    client = signed_in()
    assert client.get(ENDING).status_code == 405 and client.post(URL).status_code == 405

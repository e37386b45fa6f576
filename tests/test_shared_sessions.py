"""Sessions with a shared cache: read from there, and yet the database alone says who is in. Two processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import Session, User
from accounts.services import session_copies
from accounts.services.sessions import end_other_sessions, end_session, sessions_of
from accounts.services.users import set_password
from projects.services.deactivating import deactivate_user
from tests.production.conftest import database_url
from tests.test_shared_cache import server
from tests.world import PASSWORD, World

__all__ = ["server"]

ROOT = Path(__file__).resolve().parent.parent
ASKING = """
import json, sys, django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
for line in sys.stdin:
    client = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={line.strip()}"})
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/api/v1/me")
    of_sessions = sum("accounts_session" in each["sql"] for each in asked)
    print(json.dumps([answer.status_code, of_sessions]), flush=True)
"""


class Another:
    """Another process that serves the same database and asks the same Redis."""

    def __init__(self, cache_url: str) -> None:
        names = {"DATABASE_URL": database_url(), "CACHE_URL": cache_url, "DJANGO_SETTINGS_MODULE": "itms_site.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", ASKING],
            cwd=ROOT,
            env={**os.environ, **names, "ALLOWED_HOSTS": "testserver"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, session_key: str) -> tuple[int, int]:
        """(status, statements on the table of sessions)"""
        assert self.process.stdin and self.process.stdout
        print(session_key, file=self.process.stdin, flush=True)
        status, of_sessions = json.loads(self.process.stdout.readline())
        return status, of_sessions


@pytest.fixture
def another(committed_world: World, server: object, settings: Any) -> Iterator[Another]:
    made = Another(settings.CACHES["default"]["LOCATION"])
    yield made
    made.process.kill()
    made.process.communicate()


@pytest.fixture(autouse=True)
def _asked_at_once() -> Iterator[None]:
    """A cache that was away in a test before is asked again without the pause."""
    session_copies._resume = 0.0
    yield
    session_copies._resume = 0.0


def signed_in(who: str = "dev") -> str:
    client = Client()
    assert client.post("/accounts/login/", {"login": who, "password": PASSWORD}).status_code == 303
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def asking(key: str) -> tuple[int, list[str]]:
    client = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})
    with CaptureQueriesContext(connection) as asked:
        status = client.get("/api/v1/me").status_code
    return status, [each["sql"] for each in asked]


def test_one_statement_less(world: World, server: object) -> None:
    key = signed_in()
    first, before = asking(key)
    second, after = asking(key)
    assert (first, second) == (200, 200)
    assert sum("accounts_session" in sql for sql in before) == 1
    assert not any("accounts_session" in sql for sql in after)
    assert sum("accounts_user" in sql for sql in after) == 1, "rights are read each time"


def test_without_a_shared_cache_there_are_no_copies(world: World) -> None:
    key = signed_in()
    assert [sum("accounts_session" in sql for sql in asking(key)[1]) for _ in range(2)] == [1, 1]
    assert cache.get(session_copies._name(key)) is None


@pytest.mark.parametrize("way", ["one", "others", "sign out", "password", "deactivation"])
def test_what_ends_here_has_ended_there(committed_world: World, another: Another, way: str) -> None:
    dev, key = committed_world.users["dev"], signed_in()
    assert another.ask(key)[0] == 200
    assert another.ask(key) == (200, 0)
    name = session_copies._name(key)
    kept = cache.get(name)
    assert kept is not None
    if way == "one":
        end_session(committed_world.actor("dev"), dev, sessions_of(dev)[0].ref)
    elif way == "others":
        end_other_sessions(committed_world.actor("dev"), dev, keep=None)
    elif way == "sign out":
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        client.post("/accounts/logout/")
    elif way == "password":
        set_password(committed_world.actor("dev"), dev.pk, "another horse 10")
    else:
        deactivate_user(Actor.system(), dev.pk)
    assert another.ask(key)[0] == 401
    # Read before the end and written into the cache after it: as good as none.
    cache.set(name, kept)
    assert another.ask(key)[0] == 401
    assert not Session.objects.filter(pk=key).exists()


def test_the_other_sessions_stay(committed_world: World, another: Another) -> None:
    dev = committed_world.users["dev"]
    gone, stays = signed_in(), signed_in()
    assert another.ask(gone)[0] == another.ask(stays)[0] == 200
    end_other_sessions(committed_world.actor("dev"), dev, keep=stays)
    assert another.ask(gone)[0] == 401
    assert another.ask(stays) == (200, 1), "its copy is of before"
    assert another.ask(stays) == (200, 0)


def test_an_emptied_cache_signs_nobody_out(committed_world: World, another: Another) -> None:
    key = signed_in()
    another.ask(key)
    cache.clear()
    assert another.ask(key) == (200, 1)
    assert another.ask(key) == (200, 0)


def test_a_cache_that_is_away_neither(
    committed_world: World, another: Another, server: subprocess.Popen[bytes]
) -> None:
    key, ended = signed_in(), signed_in("viewer")
    assert another.ask(key)[0] == another.ask(ended)[0] == 200
    server.kill()
    server.wait()
    viewer = committed_world.users["viewer"]
    end_session(committed_world.actor("viewer"), viewer, sessions_of(viewer)[0].ref)
    assert another.ask(key) == (200, 1)
    assert another.ask(ended)[0] == 401
    assert signed_in("lead")


def test_rights_are_never_of_the_copy(committed_world: World, another: Another) -> None:
    from accounts.services.users import add_user, set_operator

    add_user(Actor.system(), username="second", email="second@example.com", password=PASSWORD, operator=True)
    client = Client()
    client.post("/accounts/login/", {"login": "operator", "password": PASSWORD})
    assert client.get("/admin/accounts/user/").status_code == 200
    set_operator(Actor.system(), committed_world.users["operator"].pk, operator=False)
    assert client.get("/admin/accounts/user/").status_code in {403, 404}


def test_a_copy_opens_its_own_session_alone(world: World, server: object) -> None:
    """Somebody who can write into Redis, and has a session."""
    mine, theirs = signed_in("viewer"), signed_in("lead")
    asking(mine), asking(theirs)
    cache.set(session_copies._name(mine), cache.get(session_copies._name(theirs)))
    client = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={mine}"})
    assert client.get("/api/v1/me").json()["username"] == "viewer"
    for forged in ("x", "a:b:c", 7, ["x"], None):
        cache.set(session_copies._name(mine), forged)
        assert client.get("/api/v1/me").json()["username"] == "viewer"
    assert mine not in str(cache._cache.get_client().keys("*"))  # type: ignore[attr-defined]


def test_what_a_session_keeps_is_seen_by_all(world: World, server: object) -> None:
    """A write to the session leaves older copies behind."""
    key = signed_in()
    asking(key)
    before = User.objects.get(username="dev").sessions_version
    store = Session.get_session_store_class()(key)
    store["word"] = "new"
    old = cache.get(session_copies._name(key))
    store.save()
    cache.set(session_copies._name(key), old)
    assert Session.get_session_store_class()(key)["word"] == "new"
    assert User.objects.get(username="dev").sessions_version == before + 1

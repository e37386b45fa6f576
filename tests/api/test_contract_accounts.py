"""A1 to A5 and /csrf."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.actor import Actor
from accounts.models import Change, User
from projects.services.deactivating import deactivate_user
from tests.api.calling import USER, Answer, Caller
from tests.world import PASSWORD, World

NEW = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "a good 1 phrase",
    "first_name": "Ann",
    "last_name": "Lee",
}


@pytest.fixture
def nobody(world: World) -> Caller:
    return Caller(world, "", "nobody")


def login(caller: Caller, identifier: str, password: str = PASSWORD) -> Answer:
    return caller.post("/auth/login", {"identifier": identifier, "password": password})


def test_register(nobody: Caller) -> None:
    made = nobody.post("/auth/register", NEW)
    assert made.status == 201
    assert made.json == {
        "username": "ann", "name": "Ann Lee", "email": "ann@example.com", "first_name": "Ann", "last_name": "Lee",
        "time_zone": "UTC",
    }  # fmt: skip
    assert nobody.get("/me").status == 401  # registering does not sign in
    assert login(nobody, "ann", str(NEW["password"])).status == 200


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"username": "LEAD", "email": "x@example.com"}, 409, None),
        ({"email": "Lead@Example.com"}, 409, None),
        ({"email": "none"}, 422, "email"),
        ({"email": ""}, 422, "email"),
        ({"username": "me"}, 422, "username"),
        ({"username": "two words"}, 422, "username"),
        ({"username": "x" * 33}, 422, "username"),
        ({"username": "ａｎｎ"}, 422, "username"),
        ({"password": "short"}, 422, "password"),
        ({"password": "x" * 1025}, 422, "password"),
        ({"password": "a good 1 phr\x00se"}, 422, "password"),
        ({"first_name": "x" * 65}, 422, "first_name"),
        ({"first_name": "a\u202eb"}, 422, "first_name"),
        ({"is_superuser": True}, 422, "is_superuser"),
        ({"username": 7}, 422, "username"),
        ({"username": None}, 422, "username"),
    ],
)
def test_register_refuses(nobody: Caller, change: dict[str, object], status: int, field: str | None) -> None:
    nobody.post("/auth/register", {**NEW, **change}).is_problem(status, field=field)
    assert not User.objects.filter(username="ann").exists()


def test_register_needs_every_field(nobody: Caller) -> None:
    for name in ("email", "username", "password"):
        body = {key: value for key, value in NEW.items() if key != name}
        nobody.post("/auth/register", body).is_problem(422, field=name)


def test_registration_may_be_closed(nobody: Caller, settings: Any) -> None:
    settings.REGISTRATION_OPEN = False
    nobody.post("/auth/register", NEW).is_problem(403)


@pytest.mark.parametrize("identifier", ["lead", "LEAD", "lead@example.com", "Lead@EXAMPLE.com"])
def test_login(nobody: Caller, identifier: str) -> None:
    answer = login(nobody, identifier)
    assert answer.status == 200
    assert set(answer.json) == {"user", "csrf_token"}
    assert set(answer.json["user"]) == USER
    assert answer.cookies["itms_session"]["httponly"]
    nobody.headers["X-CSRFToken"] = answer.json["csrf_token"]
    assert nobody.patch("/me", {"first_name": "Lea"}).status == 200


def test_login_takes_the_code_of_a_second_factor(nobody: Caller) -> None:
    """No account has one so far: whoever always sends the field may."""
    for code in (None, "", "123456"):
        assert nobody.post("/auth/login", {"identifier": "lead", "password": PASSWORD, "code": code}).status == 200
        nobody.post("/auth/login", {"identifier": "lead", "password": "wrong", "code": code}).is_problem(401)
    nobody.post("/auth/login", {"identifier": "lead", "password": PASSWORD, "code": 1}).is_problem(422, field="code")


def test_login_says_the_same_for_every_mistake(world: World, nobody: Caller) -> None:
    deactivate_user(Actor.system(), world.users["stranger"].pk)
    tries = [("lead", "wrong"), ("nobody_at_all", PASSWORD), ("stranger", PASSWORD), ("lead", ""), ("", "")]
    answers = [login(nobody, *each).is_problem(401) for each in tries]
    assert len({answer.raw for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert "itms_session" not in answers[0].cookies


def test_login_makes_a_new_session(world: World) -> None:
    nobody = Caller(world, "", "nobody")
    login(nobody, "lead")
    first = nobody.client.cookies["itms_session"].value
    login(nobody, "dev")
    assert nobody.client.cookies["itms_session"].value != first
    assert nobody.get("/me").json["username"] == "dev"


def test_logout_ends_the_session(world: World) -> None:
    lead = Caller(world, "lead", "session")
    cookie = lead.client.cookies["itms_session"].value
    assert lead.post("/auth/logout").status == 204
    thief = Client(headers={"Cookie": f"itms_session={cookie}"})
    assert thief.get("/api/v1/me").status_code == 401
    lead.get("/me").is_problem(401, "not_signed_in")


def test_me(world: World) -> None:
    lead = Caller(world, "lead", "session")
    assert lead.get("/me").json == {
        "username": "lead", "name": "lead", "email": "lead@example.com", "first_name": "", "last_name": "",
        "time_zone": "UTC",
    }  # fmt: skip
    changed = lead.patch("/me", {"first_name": "Lea", "last_name": "Der", "time_zone": "Europe/Berlin"})
    assert changed.status == 200
    assert changed.json["name"] == "Lea Der"
    assert changed.json["time_zone"] == "Europe/Berlin"
    assert lead.patch("/me", {"username": "LEAD"}).json["username"] == "LEAD"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"username": "DEV"}, 409, None),
        ({"username": ""}, 422, "username"),
        ({"username": "none"}, 422, "username"),
        ({"first_name": "x" * 65}, 422, "first_name"),
        ({"last_name": "a\nb"}, 422, "last_name"),
        ({"time_zone": "Europe/Nowhere"}, 422, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, 422, "time_zone"),
        ({"time_zone": None}, 422, "time_zone"),
        ({"email": "new@example.com"}, 422, "email"),
        ({"password": "another phrase 1"}, 422, "password"),
        ({"is_staff": True}, 422, "is_staff"),
    ],
)
def test_me_refuses(world: World, body: dict[str, object], status: int, field: str | None) -> None:
    Caller(world, "lead", "session").patch("/me", body).is_problem(status, field=field)


def test_me_without_a_change_writes_nothing(world: World) -> None:
    lead = Caller(world, "lead", "session")
    lead.patch("/me", {"first_name": "Lea"})
    before = Change.objects.count()
    for body in ({}, {"first_name": "Lea"}, {"first_name": " Lea "}, {"username": "lead", "time_zone": "UTC"}):
        assert lead.patch("/me", body).status == 200
    assert Change.objects.count() == before


def test_a_deactivated_user_is_signed_out_at_once(world: World) -> None:
    session, token = Caller(world, "stranger", "session"), Caller(world, "stranger")
    assert session.get("/me").status == token.get("/me").status == 200
    deactivate_user(Actor.system(), world.users["stranger"].pk)
    session.get("/me").is_problem(401)
    token.get("/me").is_problem(401)


def test_csrf_answers_a_token_and_sets_its_cookie(nobody: Caller) -> None:
    answer = nobody.get("/csrf")
    assert answer.status == 200
    assert set(answer.json) == {"csrf_token"}
    assert "itms_csrf" in answer.cookies

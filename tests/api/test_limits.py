"""How often: requests of a user, sign-ins and registrations of an address, wrong passwords for an account."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Attempt
from tests.api.calling import Answer, Caller
from tests.world import PASSWORD, World


@pytest.fixture
def nobody(world: World) -> Caller:
    return Caller(world, "", "nobody")


def sign_in(caller: Caller, password: str = PASSWORD, address: str = "192.0.2.1", identifier: str = "lead") -> Answer:
    caller.client.defaults["REMOTE_ADDR"] = address
    return caller.post("/auth/login", {"identifier": identifier, "password": password})


def later(seconds: float) -> None:
    """Lets time pass: everything that was tried is so much longer ago."""
    Attempt.objects.update(at=F("at") - datetime.timedelta(seconds=seconds))


def waiting(answer: Answer) -> int:
    answer.is_problem(429, "too_many_requests")
    return int(answer.headers["Retry-After"])


def test_wrong_passwords_make_the_next_try_wait_longer_and_longer(nobody: Caller) -> None:
    for _ in range(10):
        sign_in(nobody, "wrong").is_problem(401)
    waits = []
    for _ in range(8):
        wait = waiting(sign_in(nobody, "wrong"))
        waits.append(wait)
        later(wait)
        sign_in(nobody, "wrong").is_problem(401)
    assert waits == sorted(waits)
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60  # never more: nobody is locked out


def test_the_owner_comes_in_from_elsewhere(nobody: Caller) -> None:
    for _ in range(15):
        sign_in(nobody, "wrong")
    waiting(sign_in(nobody))
    assert sign_in(nobody, address="198.51.100.7").status == 200
    assert sign_in(nobody, identifier="dev").status == 200  # and others from the same address


def test_signing_in_clears_what_failed(nobody: Caller) -> None:
    for _ in range(9):
        sign_in(nobody, "wrong")
    assert sign_in(nobody).status == 200
    for _ in range(9):
        sign_in(nobody, "wrong").is_problem(401)
    assert sign_in(nobody).status == 200


def test_a_quiet_quarter_of_an_hour_forgets(nobody: Caller) -> None:
    for _ in range(12):
        sign_in(nobody, "wrong")
    later(901)
    assert sign_in(nobody).status == 200
    assert not Attempt.objects.filter(at__lt=timezone.now() - datetime.timedelta(minutes=15)).exists()


@pytest.mark.parametrize("identifier", ["LEAD", "lead", "no_such_person"])
def test_unknown_names_wait_as_known_ones_do(nobody: Caller, identifier: str) -> None:
    for _ in range(10):
        sign_in(nobody, "wrong", identifier=identifier).is_problem(401)
    assert waiting(sign_in(nobody, "wrong", identifier=identifier.lower())) == 1


def test_sign_ins_of_an_address(nobody: Caller, settings: Any) -> None:
    settings.SIGN_INS_PER_MINUTE = 3
    for name in ("lead", "dev", "viewer"):
        assert sign_in(nobody, identifier=name).status == 200
    assert 50 < waiting(sign_in(nobody, identifier="stranger")) <= 61
    assert sign_in(nobody, identifier="stranger", address="198.51.100.7").status == 200
    later(61)
    assert sign_in(nobody, identifier="stranger").status == 200


def test_registrations_of_an_address(nobody: Caller, settings: Any) -> None:
    settings.REGISTRATIONS_PER_MINUTE = 2

    def register(name: str) -> Answer:
        body = {"email": f"{name}@example.net", "username": name, "password": "a good 1 phrase"}
        return nobody.post("/auth/register", body)

    assert register("one").status == register("two").status == 201
    assert waiting(register("three")) > 1
    assert sign_in(nobody, address="127.0.0.1").status == 200  # counted apart
    later(61)
    assert register("three").status == 201


def test_a_forged_address_counts_for_nothing(nobody: Caller, settings: Any) -> None:
    settings.SIGN_INS_PER_MINUTE = 2
    for place in range(2):
        nobody.headers["X-Forwarded-For"] = f"10.0.0.{place}"
        sign_in(nobody)
    nobody.headers["X-Forwarded-For"] = "10.0.0.99"
    waiting(sign_in(nobody))
    settings.TRUSTED_PROXIES = 1
    assert sign_in(nobody).status == 200


def test_requests_of_a_user(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 5
    token, session = Caller(world, "lead"), Caller(world, "lead", "session")
    answers = [token.get("/me"), session.get("/me"), token.get("/nothing"), session.get("/projects"), token.get("/me")]
    assert [answer.status for answer in answers] == [200, 200, 404, 200, 200]  # an unknown route asks nobody
    answers = [token.get("/me"), token.get("/me"), session.get("/me"), token.post("/projects", {})]
    assert answers[0].status == 200
    for answer in answers[1:]:
        assert 1 <= waiting(answer) <= 60
    assert Caller(world, "dev").get("/me").status == 200


def test_the_defaults(settings: Any) -> None:
    assert (settings.REQUESTS_PER_MINUTE, settings.SIGN_INS_PER_MINUTE, settings.REGISTRATIONS_PER_MINUTE) == (
        1200,
        60,
        60,
    )

"""A short run of tests/api/fuzz.py inside the process, and what the OpenAPI document says of itself."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from accounts.actor import Actor
from accounts.services.tokens import create_token
from issues.api import api
from issues.history.verify import differences
from itms_site.wsgi import application
from tests.api.fuzz import PEOPLE, Fuzz
from tests.world import World

REQUESTS = int(os.environ.get("ITMS_FUZZ_REQUESTS", "600"))


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A server's door gives its connection back after each request; the test's transaction is on this one."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_one_connection")
def test_requests_made_from_the_document(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = settings.REGISTRATIONS_PER_MINUTE = settings.SIGN_INS_PER_MINUTE = 1_000_000
    settings.ALLOWED_HOSTS = ["*"]
    seed = int(os.environ.get("ITMS_FUZZ_SEED", random.randrange(10**6)))
    print(f"ITMS_FUZZ_SEED={seed}")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    tokens = {
        name: create_token(Actor.system(), world.users[name], name="fuzz", can_write=True)[1] for name in set(PEOPLE)
    }
    fuzz = Fuzz(schema, tokens, seed)
    fuzz.run(REQUESTS)
    print(f"{fuzz.sent:,} requests: {dict(sorted(fuzz.statuses.items()))}")
    assert fuzz.statuses[200] > fuzz.sent // 20
    assert not differences()


def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, operation) for p, methods in document()["paths"].items() for m, operation in methods.items()]


def test_every_refusal_is_a_problem() -> None:
    for path, method, operation in operations():
        statuses = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"429", "500", "503"} <= set(statuses), path
        for status, answer in statuses.items():
            (kind,) = answer["content"]
            assert kind == "application/problem+json", (path, method, status)
            name = answer["content"][kind]["schema"]["$ref"].rpartition("/")[2]
            assert name == ("Outdated" if status == "412" else "Problem")
        for status in {"429", "503"}:
            assert "Retry-After" in statuses[status]["headers"]


def test_versions_and_keys_are_parameters() -> None:
    for path, method, operation in operations():
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        assert ("If-Match" in headers) == ("428" in operation["responses"]) == ("412" in operation["responses"])
        assert ("Idempotency-Key" in headers) == (method == "post" and "login" not in path and "logout" not in path)


def test_both_ways_in_are_described() -> None:
    schemes = document()["components"]["securitySchemes"]
    assert schemes["session"] == {"type": "apiKey", "in": "cookie", "name": "itms_session"}
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}
    open_ = {(path.removeprefix("/api/v1"), method) for path, method, op in operations() if "security" not in op}
    assert open_ == {("/csrf", "get"), ("/auth/register", "post"), ("/auth/login", "post")}
    alone = {
        (path.removeprefix("/api/v1"), method)
        for path, method, op in operations()
        if op.get("security") == [{"session": []}]
    }
    assert alone == {("/auth/logout", "post"), ("/me", "patch")}

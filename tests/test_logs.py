"""One line for each request, in two forms, with nothing in it that a reader of the log should not have."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client

from accounts.services.tokens import create_token
from itms_site.logs import JsonFormatter, LineFormatter
from itms_site.middleware import RequestIdFilter
from tests.world import PASSWORD, World


@pytest.fixture
def lines(settings: Any) -> Any:
    """What the access log says, as LOG_FORMAT=json writes it."""
    settings.ACCESS_LOG = True
    written: list[dict[str, Any]] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    handler = Keeping()
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RequestIdFilter())
    logger = logging.getLogger("itms.access")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_a_page(world: World, lines: list[dict[str, Any]]) -> None:
    client = Client()
    client.force_login(world.users["dev"])
    response = client.get("/projects/PUB/issues/?q=secret+words", headers={"X-Request-ID": "my-own-request-7"})
    assert response.status_code == 200
    (line,) = lines
    assert line.pop("ms") > 0 and line.pop("time").endswith("Z")
    user = world.users["dev"].pk
    assert line.pop("message").startswith("GET /projects/PUB/issues/ 200 in ")
    assert line == {
        "level": "INFO",
        "logger": "itms.access",
        "request_id": "my-own-request-7",
        "method": "GET",
        "path": "/projects/PUB/issues/",
        "status": 200,
        "user": user,
    }


def test_nobody_and_a_token(world: World, lines: list[dict[str, Any]]) -> None:
    _, token = create_token(world.actor("dev"), world.users["dev"], name="Script", can_write=False)
    Client().get("/projects/")
    Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert [(line["path"], line["status"], line["user"]) for line in lines] == [
        ("/projects/", 302, None),
        ("/api/v1/me", 200, world.users["dev"].pk),
    ]
    assert token not in json.dumps(lines)


def test_no_secret(world: World, lines: list[dict[str, Any]]) -> None:
    client = Client()
    client.post("/accounts/login/?next=/x/", {"login": "dev", "password": PASSWORD})
    client.get("/accounts/password/reset/key/1-abcdef-0123456789/")
    client.get("/accounts/confirm-email/MTpsecret/")
    assert [line["path"] for line in lines] == [
        "/accounts/login/",
        "/accounts/password/reset/key/…",
        "/accounts/confirm-email/…",
    ]
    text = json.dumps(lines)
    assert (
        PASSWORD not in text
        and "abcdef" not in text
        and "secret" not in text
        and client.cookies["itms_session"].value not in text
    )


def test_switched_off(client: Client, settings: Any, lines: list[dict[str, Any]]) -> None:
    settings.ACCESS_LOG = False
    client.get("/livez")
    assert lines == []


def record(message: str, *arguments: object, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("some.logger", logging.WARNING, "file.py", 1, message, arguments, None, **more)
    made.request_id = "abc"
    return made


def test_a_request_cannot_begin_a_line() -> None:
    """/a%0AERROR… is a path with a line break in it; \\x1b would colour the reader's terminal."""
    path = "/a\nERROR forged\r\x1b[31m\x85\u2028é"
    line = LineFormatter("%(levelname)s [%(request_id)s] %(message)s").format(record("at %s", path))
    assert line == "WARNING [abc] at /a\\nERROR forged\\r\\x1b[31m\\x85\\u2028é"
    assert "\n" not in JsonFormatter().format(record("at %s", path))
    assert json.loads(JsonFormatter().format(record("at %s", path)))["message"] == f"at {path}"


def test_a_trace() -> None:
    try:
        raise ValueError("no such thing")
    except ValueError:
        made = record("failed")
        made.exc_info = sys.exc_info()
    body = json.loads(JsonFormatter().format(made))
    assert body["message"] == "failed" and body["trace"].endswith("ValueError: no such thing")
    assert LineFormatter("%(message)s").format(made).splitlines()[-1] == "ValueError: no such thing"

"""A refused body is read to its end, so that the connection can go on."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import RequestFactory

from itms_site.unread import MOST
from itms_site.wsgi import application

pytestmark = pytest.mark.django_db


def _send(path: str, body: bytes, content_type: str, **headers: str) -> tuple[int, int]:
    """The status, and how many bytes of the body were left unread."""
    environ: dict[str, Any] = RequestFactory().post(path, b"", content_type=content_type, **headers).environ
    stream = io.BytesIO(body)
    environ |= {"wsgi.input": stream, "CONTENT_LENGTH": str(len(body)), "SERVER_NAME": "localhost"}
    answered: list[str] = []
    for _chunk in application(environ, lambda status, _headers, _error=None: answered.append(status)):
        pass
    return int(answered[0].split()[0]), len(body) - stream.tell()


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [
        ("/api/v1/auth/register", "application/json", 413),
        ("/api/v1/auth/register", "text/plain", 413),
        ("/api/v1/projects", "application/json", 401),
        ("/api/v1/nothing", "application/json", 404),
        ("/nothing/", "application/octet-stream", 404),
        ("/accounts/login/", "application/x-www-form-urlencoded", 403),  # for want of a CSRF token
    ],
)
def test_what_a_refused_request_sends_is_read(path: str, content_type: str, status: int) -> None:
    assert _send(path, b"a" * 3_000_000, content_type) == (status, 0)


def test_not_without_end() -> None:
    status, unread = _send("/api/v1/projects", b"a" * (MOST + 5_000_000), "application/json")
    assert status == 401
    assert unread >= 4_900_000


def test_a_body_shorter_than_it_says_is_a_refusal() -> None:
    environ: dict[str, Any] = RequestFactory().post("/api/v1/projects", b"", content_type="application/json").environ
    environ |= {"wsgi.input": _Broken(), "CONTENT_LENGTH": "3000000", "SERVER_NAME": "localhost"}
    answered: list[str] = []
    list(application(environ, lambda status, _headers, _error=None: answered.append(status)))
    assert answered == ["401 Unauthorized"]


class _Broken(io.BytesIO):
    def read(self, *_sizes: int | None) -> bytes:
        raise OSError("the client is gone")

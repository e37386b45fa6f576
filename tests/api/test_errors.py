"""Every error is application/problem+json: what the body, the route, the method or a fault of the server brings."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db.utils import InterfaceError, OperationalError

from tests.api.calling import Answer, Caller
from tests.world import World

By = Callable[..., Caller]


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1/projects/", "/api/v1/projects/PUB/", "/api/v1/", "/api/v2/projects", "/api/x", "/api/",
     "/api/v1//projects", "/api/v1/projects/PUB/../PRIV", "/api/v1/projects/PUB%2FPRIV", "/api/v1/%00", "/api/v1/%ff",
     "/api/v1/ISSUES/PUB-1", "/api/v1/admin/", "/api/v1/%2e%2e/x"],
)  # fmt: skip
def test_unknown_routes(by: By, settings: Any, debug: bool, path: str) -> None:
    settings.DEBUG = debug
    for name, how in (("lead", "write"), ("", "nobody")):
        for method in ("GET", "POST", "DELETE"):
            answer = by(name, how)(method, path).is_problem(404, "not_found")
            assert b"urls" not in answer.raw


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/projects", {"GET", "POST"}),
        ("PUT", "/issues/PUB-1", {"GET", "PATCH", "DELETE"}),
        ("OPTIONS", "/issues/PUB-1", {"GET", "PATCH", "DELETE"}),
        ("TRACE", "/issues/PUB-1", {"GET", "PATCH", "DELETE"}),
        ("GET", "/auth/login", {"POST"}),
        ("POST", "/issues", {"GET"}),
        ("HEAD", "/auth/login", {"POST"}),
        ("BREW", "/csrf", {"GET"}),
        ("POST", "/docs", {"GET", "HEAD"}),
        ("DELETE", "/openapi.json", {"GET", "HEAD"}),
    ],
)
def test_methods(by: By, method: str, path: str, allow: set[str]) -> None:
    answer = by("", "nobody")(method, path)
    assert answer.status == 405
    if method != "HEAD":
        answer.is_problem(405, "method_not_allowed")
    assert {word.strip() for word in answer.headers["Allow"].split(",")} == allow


def test_no_header_changes_the_method(by: By) -> None:
    lead = by("lead")
    for header in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert lead.get("/issues/PUB-1", **{header: "DELETE"}).status == 200
    assert lead.post("/issues?_method=DELETE").status == 405


def test_head_is_get_without_a_body(by: By) -> None:
    lead = by("lead")
    for path in ("/issues/PUB-1", "/projects", "/comments/999999", "/issues/NONE-1", "/csrf"):
        head, get = lead("HEAD", path), lead.get(path)
        assert head.status == get.status
        assert head.raw == b""
        assert head.headers.get("ETag") == get.headers.get("ETag")


DEEP = 100_000
BODIES: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"{",
    "trailing data": b'{"title": "x"} {}',
    "trailing comma": b'{"title": "x",}',
    "single quotes": b"{'title': 'x'}",
    "a comment": b'{"title": "x" /* no */}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"title": -Infinity}',
    "a list": b'[{"title": "x"}]',
    "a string": b'"title"',
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a name twice": b'{"title": "x", "title": "y"}',
    "a name twice inside": b'{"title": {"a": 1, "a": 2}}',
    "deep lists": b'{"title": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "33 deep": b'{"title": ' + b"[" * 33 + b"]" * 33 + b"}",
    "a lone surrogate": b'{"title": "\\ud800"}',
    "half a pair": b'{"title": "a\\udc00b"}',
    "a lone surrogate as a name": b'{"title": "x", "\\ud800": 1}',
    "surrogate bytes": b'{"title": "\xed\xa0\x80"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "latin-1": b'{"title": "\xe9"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "a BOM": b'\xef\xbb\xbf{"title": "x"}',
    "a raw line break": b'{"title": "a\nb"}',
    "a raw NUL": b'{"title": "a\x00b"}',
    "a huge number": b'{"title": 1' + b"0" * 5000 + b"}",
    "an infinite number": b'{"title": 1e400}',
    "gzip": b"\x1f\x8b\x08\x00",
    "many names": json.dumps({f"n{n}": 1 for n in range(60_000)}).encode(),
    "a long list": json.dumps({"title": "x", "labels": [1] * 200_000}).encode(),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_are_none(by: By, name: str) -> None:
    lead = by("lead")
    lead("POST", "/projects/PUB/issues", raw=BODIES[name]).is_problem(422, "invalid")
    lead("PATCH", "/issues/PUB-1", raw=BODIES[name], If_Match='"1"').is_problem(422, "invalid")
    lead("POST", "/projects/NONE/issues", raw=BODIES[name]).is_problem(404)
    if BODIES[name]:
        lead("DELETE", "/issues/PUB-1", raw=BODIES[name], If_Match='"1"').is_problem(422, "invalid")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"title": "\\ud800"}', "title"),
        (b'{"title": "x", "labels": ["bug", "\\udfff"]}', "labels"),
        (b'{"title": "x", "description": {"a": [{"b": "\\ud800"}]}}', "description"),
        (b'{"title": "x", "title": "y"}', "title"),
        (b'{"title": {"a": 1, "a": 2}}', "a"),
        (b'{"title": "x", "labels": [' + b'"x",' * 1000 + b'"x"]}', "labels"),
        (b'{"title": "x", "\\ud800": 1}', ""),
        (b'{"\\ud800": 1, "\\ud800": 2}', "?"),
    ],
)
def test_what_is_no_json_is_named_where_it_has_a_name(by: By, body: bytes, field: str) -> None:
    by("lead")("POST", "/projects/PUB/issues", raw=body).is_problem(422, "invalid", field)


def test_a_pair_of_surrogates_is_a_character(by: By) -> None:
    made = by("lead")("POST", "/projects/PUB/issues", raw=b'{"title": "\\ud83d\\ude00"}')
    assert made.json["title"] == "😀"


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "text/plain; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/problem+json", "application/jsonp", "json", "*/*", "", "application/json; charset=utf-16",
     "application/json; charset=latin-1", "application/json; charset=nothing", "text/html, application/json"],
)  # fmt: skip
def test_other_kinds(by: By, kind: str) -> None:
    lead = by("lead")
    lead("POST", "/projects/PUB/issues?q=%ff", raw=b'{"title": "x"}', kind=kind).is_problem(415)
    lead("POST", "/projects/NONE/issues", raw=b'{"title": "x"}', kind=kind).is_problem(404)
    assert lead("GET", "/issues?q=%c3%a9", kind=kind).status == 200


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON;charset=UTF-8",
        'application/json; charset="utf-8"',
    ],
)
def test_json_kinds(by: By, kind: str) -> None:
    assert by("lead")("POST", "/projects/PUB/issues", raw=b'{"title": "x"}', kind=kind).status == 201


def test_a_delete_without_a_body(by: By) -> None:
    assert by("lead")("DELETE", "/issues/PUB-1", raw=b"", kind="", If_Match='"1"').status == 204
    assert by("lead")("DELETE", "/issues/PUB-2", raw=b"", kind="text/plain", If_Match='"1"').status == 204


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("how", ["write", "session"])
def test_too_large(by: By, how: str, kind: str) -> None:
    body = b'{"title": "' + b"x" * 1_000_000 + b'"}'
    by("lead", how)("POST", "/projects/PUB/issues", raw=body, kind=kind).is_problem(413, "too_large")
    by("lead", how)("POST", "/projects/NONE/issues", raw=body, kind=kind).is_problem(404)
    by("", "nobody")("POST", "/auth/login", raw=body).is_problem(413)


def test_almost_too_large(by: By) -> None:
    body = b'{"title": "x"}' + b" " * (1_000_000 - 14)
    assert by("lead")("POST", "/projects/PUB/issues", raw=body).status == 201


def _fails(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("issues.api.issues.get_issue", fail)


@pytest.mark.parametrize("debug", [True, False])
def test_a_fault_shows_no_trace(by: By, settings: Any, monkeypatch: pytest.MonkeyPatch, debug: bool) -> None:
    settings.DEBUG = debug
    _fails(monkeypatch, RuntimeError("the secret of the house"))
    answer = by("lead").get("/issues/PUB-1").is_problem(500, "server_error")
    assert b"secret" not in answer.raw
    assert b"RuntimeError" not in answer.raw


@pytest.mark.parametrize(
    "error",
    [OperationalError(2006, "gone away"), OperationalError(1205, "lock wait"), OperationalError("database is locked"),
     OperationalError(1040, "too many"), OperationalError(2002, "no server"), InterfaceError(0, "")],
    ids=str,
)  # fmt: skip
def test_a_database_that_is_away(by: By, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    _fails(monkeypatch, error)
    answer = by("lead").get("/issues/PUB-1").is_problem(503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("error", [OperationalError(2006, "gone away"), InterfaceError(0, "")], ids=str)
def test_a_session_that_cannot_be_read(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The first question to the database comes before any endpoint: who this is."""
    lead = Caller(world, "lead", "session")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("accounts.services.session_store.SessionStore._get_session_from_db", fail)
    monkeypatch.setattr("itms_site.retry.connection", type("Connection", (), {"close": staticmethod(lambda: None)}))
    answer = lead.get("/me").is_problem(503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_forged_host(by: By, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    for debug in (True, False):
        settings.DEBUG = debug
        by("lead").get("/projects", Host="evil.example").is_problem(400)


def test_a_wrong_shape_names_every_field(by: By) -> None:
    answer = by("lead").post("/projects/PUB/issues", {"title": 1, "labels": [1, "bug", None], "what": 2})
    answer.is_problem(422, "invalid")
    assert {error["field"] for error in answer.json["errors"]} == {"title", "labels.0", "labels.2", "what"}


def test_no_answer_is_kept_by_a_cache(by: By) -> None:
    for answer in (by("lead").get("/me"), by("lead").get("/issues/NONE-1"), by("", "nobody").get("/me")):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def _as_words(answer: Answer) -> str:
    return answer.raw.decode()


def test_nothing_of_a_body_is_run_as_a_format(by: By) -> None:
    for text in ("{}", "%s", "{0.__class__}", "{{ 7*7 }}", "<script>alert(1)</script>", "'; DROP TABLE x; --", "%(x)s"):
        made = by("lead").post("/projects/PUB/issues", {"title": text, "description": text})
        assert made.json["title"] == made.json["description"] == text
        refused = by("lead").post("/projects/PUB/issues", {"title": "x", "labels": [text]})
        assert "49" not in _as_words(refused.is_problem(422))

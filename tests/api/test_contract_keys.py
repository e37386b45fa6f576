"""Old keys and other spellings lead to the present one by 308, with method and query."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.calling import Caller

By = Callable[..., Caller]


@pytest.mark.parametrize(
    ("method", "path", "to"),
    [
        ("GET", "/projects/pub", "/projects/PUB"),
        ("PATCH", "/projects/Pub", "/projects/PUB"),
        ("DELETE", "/projects/pub", "/projects/PUB"),
        ("POST", "/projects/pub/issues", "/projects/PUB/issues"),
        ("GET", "/projects/pub/issues?q=is:open%20%C3%A9&limit=5", "/projects/PUB/issues?q=is:open%20%C3%A9&limit=5"),
        ("PATCH", "/projects/pub/labels/bug", "/projects/PUB/labels/bug"),
        ("GET", "/issues/pub-1", "/issues/PUB-1"),
        ("PATCH", "/issues/pub-1", "/issues/PUB-1"),
        ("PUT", "/issues/pub-1/assignee", "/issues/PUB-1/assignee"),
        ("POST", "/issues/pub-1/comments", "/issues/PUB-1/comments"),
        ("GET", "/issues/pub-1?version=1", "/issues/PUB-1?version=1"),
    ],
)
def test_other_spellings(by: By, method: str, path: str, to: str) -> None:
    for body in ({}, {"unknown": 1}):
        answer = by("lead")(method, path, body)
        assert (answer.status, answer.headers["Location"]) == (308, f"/api/v1{to}")
        assert "no-store" in answer.headers["Cache-Control"]


def test_old_keys(by: By) -> None:
    lead = by("lead")
    lead.patch("/projects/PUB", {"key": "NEXT"}, If_Match='"1"')
    assert lead.get("/projects/PUB").headers["Location"] == "/api/v1/projects/NEXT"
    assert lead.get("/projects/pub").headers["Location"] == "/api/v1/projects/NEXT"
    moved = lead.post("/projects/PUB/issues", {"title": "x"})
    assert (moved.status, moved.headers["Location"]) == (308, "/api/v1/projects/NEXT/issues")
    assert lead.get("/issues/PUB-1").headers["Location"] == "/api/v1/issues/NEXT-1"
    assert lead.get("/issues/NEXT-1").json["project"] == "NEXT"
    assert lead.patch("/projects/NEXT", {"key": "PUB"}, If_Match='"2"').status == 200  # its own: it may come back
    assert lead.get("/projects/NEXT").headers["Location"] == "/api/v1/projects/PUB"


@pytest.mark.parametrize("key", ["API", "V1", "PROJECTS", "ISSUES"])
def test_keys_that_are_spelled_like_the_address(by: By, key: str) -> None:
    lead = by("lead")
    lead.post("/projects", {"key": key, "name": "x"})
    lead.post(f"/projects/{key}/labels", {"name": key.lower()})
    lead.post(f"/projects/{key}/issues", {"title": "x"})
    low = key.lower()
    for path, to in (
        (f"/projects/{low}", f"/projects/{key}"),
        (f"/projects/{low}/issues", f"/projects/{key}/issues"),
        (f"/projects/{low}/labels/{low}", f"/projects/{key}/labels/{low}"),
        (f"/issues/{low}-1", f"/issues/{key}-1"),
    ):
        answer = lead("PATCH" if "labels" in path else "GET", path, {} if "labels" in path else None)
        assert (answer.status, answer.headers["Location"]) == (308, f"/api/v1{to}")


@pytest.mark.parametrize(
    "key",
    ["PUB-0", "PUB-01", "PUB-", "PUB", "PUB--1", "PUB-１", "PUB-1%0A", "PUB-1%20", "%20PUB-1", "PUB-1.json", "PUB-1%00",
     "PUB-99999999999999999999", "PUB-%31x", "-1", "1", "PUB%2D", "ＰＵＢ-1", "PUB-1'", "é-1", "x" * 3000],
)  # fmt: skip
def test_keys_that_are_none(by: By, key: str) -> None:
    by("lead").get(f"/issues/{key}").is_problem(404)
    by("lead").get(f"/projects/{key}x").is_problem(404)


@pytest.mark.parametrize("path", ["/issues/%50UB-1", "/projects/P%55B"])
def test_an_encoded_key_is_the_same_key(by: By, path: str) -> None:
    assert by("lead").get(path).status == 200

"""The order of refusals: 401 · CSRF 403 · 404 · 410 · shape 422 · 403 · 428 · 412 · 409 · values 422. Each request
here is wrong in several ways at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.calling import Caller
from tests.world import World

By = Callable[..., Caller]
BAD_JSON = b'{"title": '


def test_401_before_everything(world: World) -> None:
    nobody = Caller(world, "", "nobody")
    for method, path in (
        ("PATCH", "/issues/PRIV-1"),
        ("POST", "/projects/NOTHING/issues"),
        ("DELETE", "/projects/PUB"),
    ):
        nobody(method, path, raw=BAD_JSON).is_problem(401)
        nobody(method, path, raw=b"x" * 1_000_001).is_problem(401)
        nobody(method, path, raw=b"x", kind="text/plain").is_problem(401)


def test_csrf_before_404(world: World) -> None:
    lead = Caller(world, "lead", "session")
    del lead.headers["X-CSRFToken"]
    for path in ("/projects/NOTHING/issues", "/projects/PUB/issues"):
        lead("POST", path, raw=BAD_JSON).is_problem(403, "csrf_failed")


@pytest.mark.parametrize("how", ["write", "read", "session"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/projects/PRIV"), ("DELETE", "/projects/PRIV"), ("POST", "/projects/PRIV/restore"),
        ("POST", "/projects/PRIV/members"), ("PATCH", "/projects/PRIV/members/dev"),
        ("DELETE", "/projects/PRIV/members/dev"), ("POST", "/projects/PRIV/labels"),
        ("PATCH", "/projects/PRIV/labels/bug"), ("DELETE", "/projects/PRIV/labels/bug"),
        ("POST", "/projects/PRIV/labels/bug/merge"), ("POST", "/projects/PRIV/issues"), ("PATCH", "/issues/PRIV-1"),
        ("DELETE", "/issues/PRIV-1"), ("PUT", "/issues/PRIV-1/assignee"), ("PUT", "/issues/PRIV-1/labels/bug"),
        ("DELETE", "/issues/PRIV-1/labels/bug"), ("POST", "/issues/PRIV-1/restore"),
        ("POST", "/issues/PRIV-1/comments"),
    ],
)  # fmt: skip
def test_404_before_any_look_at_the_body(world: World, how: str, method: str, path: str) -> None:
    stranger = Caller(world, "stranger", how)
    there = [
        stranger(method, path, raw=BAD_JSON),
        stranger(method, path, {"unknown": 1}),
        stranger(method, path, {}),
        stranger(method, path, raw=b"<x/>", kind="text/xml"),
        stranger(method, path, raw=b"\xff\xfe"),
    ]
    nowhere = stranger(method, path.replace("PRIV", "NONE"), raw=BAD_JSON)
    for answer in there:
        answer.is_problem(404, "not_found")
        assert answer.raw.replace(b"PRIV", b"NONE") == nowhere.raw


def test_404_of_what_stands_in_the_address_before_the_shape(by: By) -> None:
    lead = by("lead")
    lead("PATCH", "/projects/PUB/members/nobody", raw=BAD_JSON).is_problem(404)
    lead("PATCH", "/projects/PUB/labels/nothing", raw=BAD_JSON).is_problem(404)
    lead("POST", "/projects/PUB/labels/nothing/merge", raw=BAD_JSON).is_problem(404)
    lead("PATCH", "/comments/999999", raw=BAD_JSON).is_problem(404)
    by("dev").patch("/projects/PUB/labels/nothing", {"name": "x"}).is_problem(404)
    by("dev").post("/projects/PUB/labels/nothing/merge", {"into": "ui"}).is_problem(404)
    by("stranger").put("/issues/PUB-1/labels/nothing").is_problem(404)


def test_410_before_the_shape(by: By) -> None:
    by("lead").delete("/issues/PUB-1", If_Match='"1"')
    by("lead").delete("/projects/PRIV", If_Match='"1"')
    by("viewer")("PATCH", "/issues/PUB-1", raw=BAD_JSON).is_problem(410)
    by("lead").patch("/issues/PUB-1", {"unknown": 1}).is_problem(410)
    by("viewer")("POST", "/projects/PRIV/issues", raw=BAD_JSON).is_problem(410)
    # Leads read the history of what is deleted: there the shape is the first thing that is wrong.
    by("lead").get("/issues/PUB-1/history?limit=0").is_problem(422)
    by("viewer").get("/issues/PUB-1/history?limit=0").is_problem(410)


@pytest.mark.parametrize("how", ["write", "read"])
def test_the_shape_before_403(world: World, how: str) -> None:
    viewer = Caller(world, "viewer", how)
    for method, path in (
        ("PATCH", "/projects/PUB"), ("POST", "/projects/PUB/members"), ("PATCH", "/projects/PUB/members/dev"),
        ("POST", "/projects/PUB/labels"), ("PATCH", "/projects/PUB/labels/bug"),
        ("POST", "/projects/PUB/labels/bug/merge"), ("PATCH", "/issues/PUB-2"), ("PUT", "/issues/PUB-2/assignee"),
    ):  # fmt: skip
        viewer(method, path, raw=BAD_JSON).is_problem(422)
        viewer(method, path, {"unknown": 1}).is_problem(422, field="unknown")
        viewer(method, path, raw=b"x", kind="text/plain").is_problem(415)
    viewer("DELETE", "/issues/PUB-2", {"unknown": 1}).is_problem(422, field="unknown")


def test_403_before_428_412_409_and_values(by: By) -> None:
    viewer = by("viewer")
    for key in ("PUB", "OLD"):
        viewer.patch(f"/projects/{key}", {"name": ""}).is_problem(403)
        viewer.delete(f"/projects/{key}").is_problem(403)
        viewer.patch(f"/issues/{key}-2", {"title": "", "status": "NO"}).is_problem(403)
        viewer.patch(f"/issues/{key}-2", {"title": ""}, If_Match='"9"').is_problem(403)
        viewer.put(f"/issues/{key}-2/assignee", {"assignee": "nobody"}).is_problem(403)
        viewer.delete(f"/issues/{key}-2").is_problem(403)
        viewer.post(f"/projects/{key}/labels", {"name": "bug"}).is_problem(403)
        viewer.post(f"/projects/{key}/labels", {"name": "a/b"}).is_problem(403)
        viewer.patch(f"/projects/{key}/labels/bug", {"name": "ui"}).is_problem(403)
        viewer.post(f"/projects/{key}/labels/bug/merge", {"into": "nothing"}).is_problem(403)
        viewer.post(f"/projects/{key}/members", {"identifier": "nobody", "role": "BOSS"}).is_problem(403)
        viewer.post(f"/projects/{key}/members", {"identifier": "dev", "role": "VIEWER"}).is_problem(403)
        viewer.patch(f"/projects/{key}/members/lead", {"role": "BOSS"}).is_problem(403)
        viewer.delete(f"/projects/{key}/members/lead").is_problem(403)
        by("stranger").post(f"/projects/{key}/issues", {"title": "", "assignee": "nobody"}).is_problem(403)
        by("dev").post(f"/projects/{key}/issues", {"title": "", "assignee": "lead"}).is_problem(403)


def test_428_before_409_and_values(by: By) -> None:
    lead = by("lead")
    for key in ("PUB", "OLD"):
        lead.patch(f"/issues/{key}-1", {"title": ""}).is_problem(428)
        lead.put(f"/issues/{key}-1/assignee", {"assignee": "nobody"}).is_problem(428)
        lead.delete(f"/issues/{key}-1").is_problem(428)
    lead.patch("/projects/OLD", {"name": ""}).is_problem(428)
    lead.patch("/projects/PUB", {"key": "PRIV"}).is_problem(428)


def test_412_before_409_and_values(by: By) -> None:
    lead = by("lead")
    for key in ("PUB", "OLD"):
        lead.patch(f"/issues/{key}-1", {"title": "", "status": "NO", "version": 7}).is_problem(412)
        lead.put(f"/issues/{key}-1/assignee", {"assignee": "nobody", "version": 7}).is_problem(412)
        lead.delete(f"/issues/{key}-1", {"version": 7}).is_problem(412)
    lead.patch("/projects/OLD", {"name": "x", "version": 1}).is_problem(412)
    lead.patch("/projects/PUB", {"key": "PRIV", "version": 7}).is_problem(412)


def test_409_before_values(by: By) -> None:
    lead = by("lead")
    comment = by("lead").post("/issues/PUB-1/comments", {"body": "x"}).json["id"]
    lead.patch("/issues/OLD-1", {"title": ""}, If_Match='"1"').is_problem(409, "archived")
    lead.patch("/issues/OLD-1", {"title": "x" * 5000, "description": "x" * 70_000}, If_Match='"1"').is_problem(409)
    lead.patch("/issues/OLD-1", {"status": "NO"}, If_Match='"1"').is_problem(409)
    lead.patch("/issues/OLD-1", {"due_date": "never"}, If_Match='"1"').is_problem(409)
    lead.put("/issues/OLD-1/assignee", {"assignee": "nobody"}, If_Match='"1"').is_problem(409)
    lead.put("/issues/OLD-1/labels/bug").is_problem(409)
    lead.post("/projects/OLD/issues", {"title": "", "labels": ["nothing"], "type": "x"}).is_problem(409)
    lead.post("/issues/OLD-1/comments", {"body": ""}).is_problem(409)
    lead.post("/issues/OLD-1/comments", {"body": "x", "parent": 999_999}).is_problem(409)
    lead.post("/projects/OLD/labels", {"name": ""}).is_problem(409)
    lead.patch("/projects/OLD/labels/bug", {"name": ""}).is_problem(409)
    lead.post("/projects/OLD/labels/bug/merge", {"into": "nothing"}).is_problem(409)
    lead.post("/projects/OLD/members", {"identifier": "nobody", "role": "BOSS"}).is_problem(409)
    lead.patch("/projects/OLD/members/dev", {"role": "BOSS"}).is_problem(409)
    lead.patch("/projects/OLD/members/dev", {"role": "LEAD"}).is_problem(409)
    lead.patch("/projects/OLD", {"name": ""}, If_Match='"2"').is_problem(409)
    lead.patch("/projects/PUB", {"key": "PRIV", "name": ""}, If_Match='"1"').is_problem(409, "taken")
    lead.patch("/projects/PUB", {"archived": True}, If_Match='"1"')
    lead.patch(f"/comments/{comment}", {"body": ""}, If_Match='"1"').is_problem(409, "archived")
    lead.patch(f"/comments/{comment}", {"body": ""}, If_Match='"5"').is_problem(412)
    lead.delete(f"/comments/{comment}", If_Match='"1"').is_problem(409, "archived")


def test_what_an_archived_project_takes(by: By) -> None:
    lead = by("lead")
    assert lead.patch("/projects/OLD/members/dev", {"role": "VIEWER"}).status == 200
    assert lead.delete("/projects/OLD/members/assignee").status == 204
    assert lead.patch("/projects/OLD", {"archived": False}, If_Match='"2"').status == 200
    lead.patch("/projects/OLD", {"archived": True}, If_Match='"3"')
    assert lead.delete("/projects/OLD", If_Match='"4"').status == 204

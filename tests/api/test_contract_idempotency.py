"""Idempotency-Key: the same request acts once and answers the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Change, IdempotentRequest
from tests.api.calling import Caller
from tests.world import World

By = Callable[..., Caller]
POSTS = [
    ("/projects", {"key": "ONCE", "name": "Once"}, 201),
    ("/projects/PUB/members", {"identifier": "stranger", "role": "VIEWER"}, 201),
    ("/projects/PUB/labels", {"name": "once"}, 201),
    ("/projects/PUB/labels/bug/merge", {"into": "ui"}, 200),
    ("/projects/PUB/issues", {"title": "Once"}, 201),
    ("/issues/PUB-1/comments", {"body": "Once."}, 201),
    ("/issues/PUB-1/restore", None, 200),
    ("/projects/PUB/restore", None, 200),
]


@pytest.fixture(params=POSTS, ids=[path for path, _body, _status in POSTS])
def post(request: pytest.FixtureRequest, by: By) -> tuple[str, dict[str, object] | None, int]:
    path, body, status = request.param
    if path == "/issues/PUB-1/restore":
        by("lead").delete("/issues/PUB-1", If_Match='"1"')
    if path == "/projects/PUB/restore":
        by("lead").delete("/projects/PUB", If_Match='"1"')
    return path, body, status


def test_every_post_acts_once(by: By, post: tuple[str, dict[str, object] | None, int]) -> None:
    path, body, status = post
    lead, before = by("lead"), Change.objects.count()
    first = lead.post(path, body, Idempotency_Key="k-1")
    assert first.status == status, first
    again = lead.post(path, body, Idempotency_Key="k-1")
    assert (again.status, again.raw, again.headers.get("ETag")) == (status, first.raw, first.headers.get("ETag"))
    assert Change.objects.count() == before + 1
    if not path.endswith("/merge"):  # the label of its address is gone
        lead.post(path, {**(body or {}), "other": 1}, Idempotency_Key="k-1").is_problem(422)


def test_another_body_with_the_key_is_refused(by: By) -> None:
    lead = by("lead")
    lead.post("/projects/PUB/issues", {"title": "One"}, Idempotency_Key="k-1")
    refused = lead.post("/projects/PUB/issues", {"title": "Two"}, Idempotency_Key="k-1")
    refused.is_problem(422, field="Idempotency-Key")
    lead.post("/projects/PRIV/issues", {"title": "One"}, Idempotency_Key="k-1").is_problem(422)
    assert lead.post("/projects/PUB/issues", {"title": "Two"}, Idempotency_Key="K-1").status == 201


def test_the_same_json_in_other_bytes_is_the_same_body(by: By) -> None:
    lead = by("lead")
    raws = ('{"title":"One","priority":"HIGH"}', '{ "priority": "\\u0048IGH",\n "title": "One" }')
    answers = [lead("POST", "/projects/PUB/issues", raw=raw.encode(), Idempotency_Key="k-1") for raw in raws]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json


def test_each_user_has_their_own_keys(by: By) -> None:
    keys = [
        by(name).post("/projects/PUB/issues", {"title": "Same"}, Idempotency_Key="k-1").json["key"]
        for name in ("lead", "dev", "viewer")
    ]
    assert keys == ["PUB-3", "PUB-4", "PUB-5"]


def test_session_and_token_of_one_user_share_them(world: World) -> None:
    answers = [
        Caller(world, "lead", how).post("/projects/PUB/issues", {"title": "Same"}, Idempotency_Key="k-1")
        for how in ("write", "session")
    ]
    assert answers[0].json == answers[1].json


def test_a_refused_request_may_be_put_right_under_its_key(by: By) -> None:
    lead = by("lead")
    lead.post("/projects/PUB/issues", {"title": ""}, Idempotency_Key="k-1").is_problem(422)
    lead.post("/projects/PUB/issues", {"title": ""}, Idempotency_Key="k-1").is_problem(422, field="title")
    assert lead.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="k-1").status == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 129, "\x7f", "a\tb"])
def test_keys_that_are_none(by: By, key: str) -> None:
    answer = by("lead").post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key=key)
    answer.is_problem(422, field="Idempotency-Key")


def test_the_answer_asks_todays_rights(by: By) -> None:
    viewer, lead = by("viewer"), by("lead")
    for key in ("PRIV", "PUB"):
        for path, body in ((f"/projects/{key}/issues", {"title": "x"}), (f"/issues/{key}-1/comments", {"body": "x"})):
            assert viewer.post(path, body, Idempotency_Key=path).status == 201
        lead.delete(f"/projects/{key}/members/viewer")
    viewer.post("/projects/PRIV/issues", {"title": "x"}, Idempotency_Key="/projects/PRIV/issues").is_problem(404)
    viewer.post("/issues/PRIV-1/comments", {"body": "x"}, Idempotency_Key="/issues/PRIV-1/comments").is_problem(404)
    # A public project is still seen, but no issue may be opened there any more; comments may.
    viewer.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="/projects/PUB/issues").is_problem(403)
    again = viewer.post("/issues/PUB-1/comments", {"body": "x"}, Idempotency_Key="/issues/PUB-1/comments")
    assert again.status == 201


def test_what_was_made_is_gone(by: By) -> None:
    lead = by("lead")
    made = lead.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="k-1").json
    lead.delete(f"/issues/{made['key']}", If_Match='"1"')
    lead.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="k-1").is_problem(410)


def test_the_answer_is_that_of_the_first_whatever_became_of_it(by: By) -> None:
    lead = by("lead")
    bodies: dict[str, dict[str, object]] = {
        "/projects": {"key": "ONCE", "name": "Once"},
        "/projects/PUB/labels": {"name": "first", "colour": "#112233"},
        "/projects/PUB/members": {"identifier": "stranger", "role": "VIEWER"},
        "/projects/PUB/issues": {"title": "Once", "labels": ["bug"], "assignee": "dev"},
        "/issues/PUB-1/comments": {"body": "Once."},
    }
    first = {path: lead.post(path, body, Idempotency_Key=path) for path, body in bodies.items()}
    comment = first["/issues/PUB-1/comments"].json["id"]
    lead.patch("/projects/ONCE", {"name": "Twice", "archived": True}, If_Match='"1"')
    lead.patch("/projects/PUB/labels/first", {"name": "second", "colour": None})
    lead.patch("/projects/PUB/members/stranger", {"role": "DEVELOPER"})
    lead.patch("/issues/PUB-3", {"title": "Twice", "labels": [], "status": "CLOSED"}, If_Match='"1"')
    lead.put("/issues/PUB-3/assignee", {"assignee": None}, If_Match='"2"')
    lead.patch(f"/comments/{comment}", {"body": "Twice."}, If_Match='"1"')
    for path, body in bodies.items():
        again = lead.post(path, body, Idempotency_Key=path)
        assert (again.status, again.raw, again.etag) == (201, first[path].raw, first[path].etag), path
    lead.delete(f"/comments/{comment}", If_Match='"2"')
    path = "/issues/PUB-1/comments"
    lead.post(path, bodies[path], Idempotency_Key=path).is_problem(410)  # its words are shown to nobody any more


def test_restoring_again_answers_as_it_did(by: By) -> None:
    lead = by("lead")
    lead.delete("/issues/PUB-1", If_Match='"1"')
    first = lead.post("/issues/PUB-1/restore", Idempotency_Key="k-1")
    lead.patch("/issues/PUB-1", {"title": "Later"}, If_Match='"3"')
    again = lead.post("/issues/PUB-1/restore", Idempotency_Key="k-1")
    assert (again.status, again.raw, again.etag) == (200, first.raw, '"3"')


def test_a_key_is_kept_for_a_day(by: By) -> None:
    lead = by("lead")
    body = {"title": "x"}
    assert lead.post("/projects/PUB/issues", body, Idempotency_Key="k-1").json["number"] == 3
    row = IdempotentRequest.objects.filter(key="k-1")
    row.update(created_at=timezone.now() - datetime.timedelta(hours=23, minutes=59))
    assert lead.post("/projects/PUB/issues", body, Idempotency_Key="k-1").json["number"] == 3
    row.update(created_at=timezone.now() - datetime.timedelta(hours=24, minutes=1))
    assert lead.post("/projects/PUB/issues", body, Idempotency_Key="k-1").json["number"] == 4
    assert lead.post("/projects/PUB/issues", body, Idempotency_Key="k-1").json["number"] == 4


def test_registering_acts_once_and_gives_nothing_away(world: World) -> None:
    nobody = Caller(world, "", "nobody")
    body = {"email": "ann@example.com", "username": "ann", "password": "a good 1 phrase"}
    first = nobody.post("/auth/register", body, Idempotency_Key="k-1")
    assert (first.status, nobody.post("/auth/register", body, Idempotency_Key="k-1").raw) == (201, first.raw)
    guess = nobody.post("/auth/register", {**body, "password": "another 1 phrase"}, Idempotency_Key="k-1")
    guess.is_problem(409)
    assert not any("phrase" in str(row) for row in IdempotentRequest.objects.values())


def test_a_body_that_nobody_reads_may_be_anything(by: By) -> None:
    lead = by("lead")
    answers = [
        lead("POST", "/projects/PUB/restore", raw=raw, Idempotency_Key=f"k-{n // 2}")
        for n, raw in enumerate([b"{", b"{", b"[" * 100_000, b"[" * 100_000])
    ]
    assert [answer.status for answer in answers] == [200] * 4

"""C1 to C4 and the history of comments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Change
from issues.models import Comment
from tests.api.calling import ENTRY, MOMENT, Answer, Caller, is_comment, is_page, is_person

By = Callable[..., Caller]


def say(caller: Caller, body: str = "A word.", key: str = "PUB-1", **more: object) -> Answer:
    return caller.post(f"/issues/{key}/comments", {"body": body, **more})


def test_a_comment_is_made_and_shown(by: By) -> None:
    made = say(by("stranger"), "  Me too.\r\n ")
    assert made.status == 201
    is_comment(made.json)
    assert made.etag == '"1"'
    assert (made.json["body"], made.json["issue"], made.json["parent"]) == ("Me too.", "PUB-1", None)
    assert made.json["author"] == {"username": "stranger", "name": "stranger"}
    shown = by("viewer").get(f"/comments/{made.json['id']}")
    assert (shown.status, shown.json, shown.etag) == (200, made.json, '"1"')
    assert by("viewer").get("/issues/PUB-1").etag == '"1"'  # a comment is no version of the issue
    page = by("viewer").get("/issues/PUB-1/comments")
    is_page(page.json)
    assert page.json["items"] == [made.json]


def test_replies_have_one_level(by: By) -> None:
    lead = by("lead")
    top = say(lead).json["id"]
    reply = say(by("viewer"), parent=top)
    assert (reply.status, reply.json["parent"]) == (201, top)
    say(lead, parent=reply.json["id"]).is_problem(422, field="parent")


def test_parents_from_elsewhere_are_refused_in_the_same_words(by: By) -> None:
    here, there = say(by("lead"), key="PUB-2").json["id"], say(by("lead"), key="PRIV-1").json["id"]
    refused = [say(by("stranger"), parent=pk).is_problem(422, field="parent") for pk in (here, there, 999_999)]
    words = {
        r.raw.replace(b"comment %d to" % pk, b"comment ? to")
        for r, pk in zip(refused, (here, there, 999_999), strict=True)
    }
    assert len(words) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n\t "}, "body"),
        ({"body": None}, "body"),
        ({"body": 1}, "body"),
        ({"body": "x" * 65_536}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"body": "a\x1b[31mb"}, "body"),
        ({"body": "x", "parent": "1"}, "parent"),
        ({"body": "x", "parent": 0}, "parent"),
        ({"body": "x", "parent": -1}, "parent"),
        ({"body": "x", "parent": 2**63}, "parent"),
        ({"body": "x", "parent": 1.5}, "parent"),
        ({"body": "x", "parent": True}, "parent"),
        ({"body": "x", "author": "lead"}, "author"),
        ({"body": "x", "created_at": "2020-01-01T00:00:00Z"}, "created_at"),
    ],
)
def test_a_wrong_comment_is_refused(by: By, body: dict[str, object], field: str) -> None:
    by("lead").post("/issues/PUB-1/comments", body).is_problem(422, "invalid", field)
    assert not Comment.objects.exists()


def test_65_535_characters_are_as_many_as_fit(by: By) -> None:
    assert say(by("lead"), " " + "😀" * 65_535 + " ").status == 201


def test_only_the_author_changes_the_words(by: By) -> None:
    made = say(by("viewer"), "First.")
    path = f"/comments/{made.json['id']}"
    for name in ("lead", "operator", "dev", "stranger"):
        by(name).patch(path, {"body": "Mine."}, If_Match='"1"').is_problem(403)
    changed = by("viewer").patch(path, {"body": "Second."}, If_Match='"1"')
    assert (changed.status, changed.etag, changed.json["body"]) == (200, '"2"', "Second.")
    is_comment(changed.json)
    assert MOMENT.match(changed.json["edited_at"])
    viewer, before = by("viewer"), Change.objects.count()
    assert viewer.patch(path, {"body": " Second. ", "version": 2}).etag == '"2"'
    assert Change.objects.count() == before


def test_a_deleted_comment_keeps_its_place(by: By) -> None:
    top = say(by("viewer"), "Secret words.").json["id"]
    reply = say(by("dev"), "An answer.", parent=top).json["id"]
    by("dev").delete(f"/comments/{top}", If_Match='"1"').is_problem(403)
    assert by("lead").delete(f"/comments/{top}", If_Match='"1"').status == 204
    page = by("viewer").get("/issues/PUB-1/comments")
    assert [(c["id"], c["body"]) for c in page.json["items"]] == [(top, None), (reply, "An answer.")]
    assert MOMENT.match(page.json["items"][0]["deleted_at"])
    for name in ("viewer", "lead", "operator"):
        for path in (f"/comments/{top}", f"/comments/{top}/history"):
            gone = by(name).get(path).is_problem(410)
            assert b"Secret" not in gone.raw
    by("viewer").patch(f"/comments/{top}", {"body": "x"}, If_Match='"2"').is_problem(410)
    by("viewer").delete(f"/comments/{top}", If_Match='"2"').is_problem(410)
    assert by("dev").delete(f"/comments/{reply}", {"version": 1}).status == 204  # one's own


def test_the_history_of_a_comment(by: By) -> None:
    pk = say(by("viewer"), "First.").json["id"]
    by("viewer").patch(f"/comments/{pk}", {"body": "Second."}, If_Match='"1"')
    for name in ("viewer", "lead", "operator"):
        page = by(name).get(f"/comments/{pk}/history")
        assert page.status == 200
        is_page(page.json)
        assert all(set(entry) == ENTRY and is_person(entry["actor"]) for entry in page.json["items"])
        assert [entry["changes"] for entry in page.json["items"]] == [
            [{"field": "body", "old": None, "new": "First."}],
            [{"field": "body", "old": "First.", "new": "Second."}],
        ]
    for name in ("dev", "stranger"):
        by(name).get(f"/comments/{pk}/history").is_problem(403)


@pytest.mark.parametrize(
    "pk", ["0", "-1", "+1", "1_0", "１", "1.0", "1e1", "x", "%00", "01", str(2**63), "9" * 400, "1%20"]
)
def test_ids_that_are_none(by: By, pk: str) -> None:
    for path in (f"/comments/{pk}", f"/comments/{pk}/history"):
        by("lead").get(path).is_problem(404)
    by("lead").patch(f"/comments/{pk}", {"body": "x"}, If_Match='"1"').is_problem(404)
    by("lead").patch(f"/comments/{pk}", {"nothing": "x"}).is_problem(404)
    by("lead").delete(f"/comments/{pk}").is_problem(404)


def test_the_author_of_a_comment_who_lost_sight_of_it(by: By) -> None:
    pk = say(by("viewer"), key="PRIV-1").json["id"]
    by("lead").delete("/projects/PRIV/members/viewer")
    by("viewer").get(f"/comments/{pk}").is_problem(404)
    by("viewer").patch(f"/comments/{pk}", {"body": "x"}, If_Match='"1"').is_problem(404)
    by("viewer").delete(f"/comments/{pk}", If_Match='"1"').is_problem(404)

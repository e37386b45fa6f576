"""A project, its members, labels and ledger, and the comments of an issue, as they were: `?as_of=`, `?version=`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.api.calling import Caller, is_comment, is_page, is_project
from tests.world import World

By = Callable[..., Caller]
LATER = "2100-01-01T00:00Z"


def earlier(moment: str) -> str:
    """A microsecond earlier."""
    at = datetime.datetime.fromisoformat(moment) - datetime.timedelta(microseconds=1)
    return quote(at.isoformat().replace("+00:00", "Z"))


def of(answer: object, name: str) -> list[object]:
    return [item[name] for item in answer.json["items"]]  # type: ignore[attr-defined]


def test_a_project_in_each_of_its_versions(by: By) -> None:
    lead = by("lead")
    states = [lead.get("/projects/PUB").json]
    for fields in ({"name": "Second", "description": "Two."}, {"archived": True}, {"archived": False, "key": "PUBLIC"}):
        key = str(states[-1]["key"])
        states.append(lead.patch(f"/projects/{key}", fields, If_Match=f'"{len(states)}"').json)
    entries = lead.get("/projects/PUBLIC/history").json["items"]
    at = [entry["at"] for entry in entries if entry["verb"] in {"project.create", "project.edit", "project.archive"}]
    for version, state in enumerate(states, 1):
        then = lead.get(f"/projects/PUBLIC?version={version}")
        is_project({**then.json, "url": f"/projects/{then.json['key']}/"})
        assert (then.status, then.etag) == (200, f'"{version}"')
        assert then.json == {**state, "url": "/projects/PUBLIC/"}
    for moment, state in ((at[0], states[0]), (earlier(at[1]), states[0]), (at[1], states[1]), (LATER, states[3])):
        assert lead.get(f"/projects/PUBLIC?as_of={moment}").json == {**state, "url": "/projects/PUBLIC/"}
    lead.get(f"/projects/PUBLIC?as_of={earlier(at[0])}").is_problem(404)
    lead.get("/projects/PUBLIC?version=9").is_problem(404)
    lead.get("/projects/PUBLIC?version=1&as_of=2100-01-01").is_problem(422, field="version")
    for path in ("/projects/PUBLIC", "/projects", "/projects/PUBLIC/members", "/projects/PUBLIC/labels",
                 "/projects/PUBLIC/history", "/issues/PUBLIC-1/comments", "/issues/PUBLIC-1/history"):  # fmt: skip
        for odd in ("", "yesterday", "2026-02-30", "0000-00-00T00:00Z", "９999-01-01", "1"):
            lead.get(f"{path}?as_of={quote(odd)}").is_problem(422, "invalid", "as_of")
        assert lead.get(f"{path}?as_of=2100-01-01t00:00:00z").status == 200


def test_the_rights_are_todays(by: By) -> None:
    lead, stranger = by("lead"), by("stranger")
    assert stranger.get(f"/projects/PUB?as_of={LATER}").json["my_role"] is None
    lead.patch("/projects/PUB", {"is_public": False}, If_Match='"1"')
    for path in ("", "/members", "/labels", "/history"):
        stranger.get(f"/projects/PUB{path}?as_of={LATER}").is_problem(404)
    assert "PUB" not in of(stranger.get(f"/projects?as_of={LATER}"), "key")
    assert lead.get("/projects/PUB?version=1").json["is_public"] is True


def test_the_list_of_projects(by: By) -> None:
    lead = by("lead")
    before = lead.get("/projects").json["items"]
    moment = lead.post("/projects", {"key": "LATE", "name": "Late"}).json["created_at"]
    lead.patch("/projects/PUB", {"name": "Now"}, If_Match='"1"')
    assert lead.get(f"/projects?as_of={earlier(moment)}").json == {"items": before, "next": None}
    assert set(of(lead.get(f"/projects?as_of={moment}"), "key")) == {*[p["key"] for p in before], "LATE"}
    first = lead.get(f"/projects?as_of={earlier(moment)}&limit=2").json
    rest = lead.get(f"/projects?as_of={earlier(moment)}&limit=2&cursor={first['next']}").json
    assert first["items"] + rest["items"] == before
    assert lead.get("/projects?as_of=2001-01-01").json == {"items": [], "next": None}


def test_what_was_deleted_then_is_not_listed(by: By) -> None:
    lead = by("lead")
    lead.delete("/projects/PUB", If_Match='"1"')
    deleted = lead.get("/projects/PUB/history").json["items"][-1]["at"]
    lead.post("/projects/PUB/restore")
    assert "PUB" not in of(lead.get(f"/projects?as_of={deleted}"), "key")
    assert "PUB" in of(lead.get(f"/projects?as_of={earlier(deleted)}"), "key")


@pytest.mark.parametrize("limit", [1, 100])
def test_members(by: By, limit: int) -> None:
    lead = by("lead")
    before = lead.get("/projects/PUB/members").json["items"]
    moment = lead.get("/projects/PUB/history?limit=100").json["items"][-1]["at"]
    lead.patch("/projects/PUB/members/dev", {"role": "VIEWER"})
    lead.delete("/projects/PUB/members/viewer")
    lead.post("/projects/PUB/members", {"identifier": "viewer", "role": "LEAD"})
    lead.post("/projects/PUB/members", {"identifier": "stranger", "role": "VIEWER"})
    found, cursor = [], ""
    while cursor is not None:
        answer = lead.get(f"/projects/PUB/members?as_of={moment}&limit={limit}{cursor and '&cursor=' + cursor}")
        is_page(answer.json)
        found += answer.json["items"]
        cursor = answer.json["next"]
    assert found == before
    assert lead.get(f"/projects/PUB/members?as_of={LATER}").json == lead.get("/projects/PUB/members").json


@pytest.mark.parametrize("limit", [1, 100])
def test_labels(by: By, limit: int) -> None:
    lead = by("lead")
    before = lead.get("/projects/PUB/labels").json["items"]
    moment = lead.get("/projects/PUB/history?limit=100").json["items"][-1]["at"]
    lead.patch("/projects/PUB/labels/bug", {"name": "zebra", "colour": None})
    lead.delete("/projects/PUB/labels/ui")
    lead.post("/projects/PUB/labels", {"name": "UI", "colour": "#112233"})
    found, cursor = [], ""
    while cursor is not None:
        answer = lead.get(f"/projects/PUB/labels?as_of={moment}&limit={limit}{cursor and '&cursor=' + cursor}")
        is_page(answer.json)
        found += answer.json["items"]
        cursor = answer.json["next"]
    assert found == before == [{"name": "bug", "colour": "#d73a4a"}, {"name": "ui", "colour": None}]
    assert lead.get(f"/projects/PUB/labels?as_of={LATER}").json == lead.get("/projects/PUB/labels").json


def test_comments(by: By) -> None:
    lead, path = by("lead"), "/issues/PUB-1/comments"
    kept = lead.post(path, {"body": "First words."}).json
    gone = lead.post(path, {"body": "A secret.", "parent": kept["id"]}).json
    lead.patch(f"/comments/{kept['id']}", {"body": "Second words."}, If_Match='"1"')
    lead.delete(f"/comments/{gone['id']}", If_Match='"1"')
    lead.post(path, {"body": "Later."})
    then = by("viewer").get(f"{path}?as_of={gone['created_at']}")
    for item in then.json["items"]:
        is_comment(item)
    assert then.json["items"][0] == kept
    assert (then.json["items"][1]["id"], then.json["items"][1]["body"]) == (gone["id"], None)
    assert len(then.json["items"]) == 2
    assert lead.get(f"{path}?as_of={LATER}").json == lead.get(path).json
    assert of(lead.get(f"{path}?as_of={earlier(kept['created_at'])}"), "id") == []
    first = lead.get(f"{path}?as_of={gone['created_at']}&limit=1").json
    assert lead.get(f"{path}?as_of={gone['created_at']}&cursor={first['next']}").json["items"] == then.json["items"][1:]


def test_histories_until_then(by: By, world: World) -> None:
    lead = by("lead")
    moment = lead.patch("/issues/PUB-1", {"title": "Two"}, If_Match='"1"').json["updated_at"]
    lead.patch("/issues/PUB-1", {"title": "Three"}, If_Match='"2"')
    assert of(lead.get(f"/issues/PUB-1/history?as_of={moment}"), "version") == [1, 2]
    assert of(lead.get(f"/issues/PUB-1/history?as_of={earlier(moment)}"), "version") == [1]
    seqs = of(lead.get("/projects/PUB/history?limit=100"), "seq")
    assert of(lead.get(f"/projects/PUB/history?limit=100&as_of={moment}"), "seq") == seqs[:-1]

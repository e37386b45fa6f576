"""I1 to I5, L5, L6, /issues and restoring."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Change
from issues.models import Issue
from tests.api.calling import MOMENT, Caller, is_issue, is_page
from tests.world import World

By = Callable[..., Caller]


def test_an_issue_is_made(by: By) -> None:
    made = by("lead").post(
        "/projects/PUB/issues",
        {
            "title": "  It breaks ", "description": "Every time.", "type": "BUG", "priority": "HIGH",
            "assignee": "DEV", "due_date": "2027-02-28", "labels": ["UI", "bug", "ui"],
        },
    )  # fmt: skip
    assert made.status == 201
    is_issue(made.json)
    assert made.etag == '"1"'
    assert made.json["key"] == "PUB-3"
    assert made.json["title"] == "It breaks"
    assert made.json["reporter"] == {"username": "lead", "name": "lead"}
    assert made.json["assignee"] == {"username": "dev", "name": "dev"}
    assert made.json["labels"] == ["bug", "ui"]
    assert made.json["due_date"] == "2027-02-28"
    assert made.json["created_at"] == made.json["updated_at"]
    assert by("stranger").get("/issues/PUB-3").json == made.json


def test_an_issue_has_defaults(by: By) -> None:
    made = by("viewer").post("/projects/PUB/issues", {"title": "x"}).json
    assert (made["type"], made["status"], made["priority"]) == ("TASK", "OPEN", "MEDIUM")
    assert (made["assignee"], made["due_date"], made["labels"], made["description"]) == (None, None, [], "")


WRONG = [
    ({}, "title"),
    ({"title": ""}, "title"),
    ({"title": " \t "}, "title"),
    ({"title": "x" * 201}, "title"),
    ({"title": None}, "title"),
    ({"title": 1}, "title"),
    ({"title": ["x"]}, "title"),
    ({"title": "x", "description": "x" * 65_536}, "description"),
    ({"title": "x", "description": None}, "description"),
    ({"title": "x", "type": "bug"}, "type"),
    ({"title": "x", "type": ""}, "type"),
    ({"title": "x", "priority": "URGENT"}, "priority"),
    ({"title": "x", "assignee": "stranger"}, "assignee"),
    ({"title": "x", "assignee": "viewer"}, "assignee"),
    ({"title": "x", "assignee": "leaver"}, "assignee"),
    ({"title": "x", "assignee": "dev@example.com"}, "assignee"),
    ({"title": "x", "assignee": ""}, "assignee"),
    ({"title": "x", "due_date": "2027-02-29"}, "due_date"),
    ({"title": "x", "due_date": "1999-12-31"}, "due_date"),
    ({"title": "x", "due_date": "2101-01-01"}, "due_date"),
    ({"title": "x", "due_date": "0000-00-00"}, "due_date"),
    ({"title": "x", "due_date": "10000-01-01"}, "due_date"),
    ({"title": "x", "due_date": "20270228"}, "due_date"),
    ({"title": "x", "due_date": "２０２７-02-28"}, "due_date"),
    ({"title": "x", "due_date": "2027-02-28T00:00Z"}, "due_date"),
    ({"title": "x", "due_date": ""}, "due_date"),
    ({"title": "x", "due_date": 20270228}, "due_date"),
    ({"title": "x", "labels": ["nothing"]}, "labels"),
    ({"title": "x", "labels": [""]}, "labels"),
    ({"title": "x", "labels": "bug"}, "labels"),
    ({"title": "x", "labels": ["bug"] * 101}, "labels"),
    ({"title": "x", "labels": [1]}, "labels.0"),
    ({"title": "x", "labels": None}, "labels"),
    ({"title": "x", "status": "CLOSED"}, "status"),
    ({"title": "x", "number": 7}, "number"),
    ({"title": "x", "reporter": "dev"}, "reporter"),
    ({"title": "x", "created_at": "2020-01-01T00:00:00Z"}, "created_at"),
    ({"title": "x", "project": "PRIV"}, "project"),
    ({"title": "x", "version": 5}, "version"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_a_wrong_issue_is_refused(by: By, body: dict[str, object], field: str) -> None:
    by("lead").post("/projects/PUB/issues", body).is_problem(422, "invalid", field)
    made = by("lead").post("/projects/PUB/issues", {"title": "Next"})
    assert made.json["number"] == 3  # the refused one has taken no number


@pytest.mark.parametrize(
    ("name", "assignee", "status"),
    [
        ("lead", "dev", 201), ("operator", "dev", 201), ("dev", "dev", 201), ("dev", "lead", 403),
        ("dev", "no_such_person", 403), ("viewer", "viewer", 403), ("viewer", "dev", 403), ("stranger", None, 403),
    ],
)  # fmt: skip
def test_who_may_be_named(by: By, name: str, assignee: str | None, status: int) -> None:
    assert by(name).post("/projects/PUB/issues", {"title": "x", "assignee": assignee}).status == status


def test_every_field_is_changed(by: By) -> None:
    lead = by("lead")
    body = {
        "title": "New title", "description": "New.", "type": "FEATURE", "priority": "LOW", "status": "IN_PROGRESS",
        "due_date": "2027-01-31", "labels": ["ui"],
    }  # fmt: skip
    changed = lead.patch("/issues/PUB-1", body, If_Match='"1"')
    assert changed.status == 200
    is_issue(changed.json)
    assert changed.etag == '"2"'
    assert {name: changed.json[name] for name in body} == body
    assert lead.patch("/issues/PUB-1", {"due_date": None, "labels": [], "version": 2}).json["due_date"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [pair for pair in WRONG if pair[0] and pair[1] not in {"status", "assignee", "version"}]
    + [({"title": "x", "assignee": "dev"}, "assignee"), ({"status": "DONE"}, "status"), ({"version": True}, "version")],
)
def test_a_wrong_change_is_refused(by: By, body: dict[str, object], field: str) -> None:
    by("lead").patch("/issues/PUB-1", body, If_Match='"1"').is_problem(422, "invalid", field)
    assert by("lead").get("/issues/PUB-1").etag == '"1"'


TRANSITIONS = {
    "OPEN": {"IN_PROGRESS", "RESOLVED", "CLOSED"},
    "IN_PROGRESS": {"OPEN", "RESOLVED", "CLOSED"},
    "RESOLVED": {"CLOSED", "OPEN", "IN_PROGRESS"},
    "CLOSED": {"OPEN"},
}


@pytest.mark.parametrize("old", TRANSITIONS)
@pytest.mark.parametrize("new", TRANSITIONS)
def test_transitions(by: By, old: str, new: str) -> None:
    lead = by("lead")
    version = 1 if old == "OPEN" else int(lead.patch("/issues/PUB-1", {"status": old}, If_Match='"1"').json["version"])
    answer = lead.patch("/issues/PUB-1", {"status": new, "version": version})
    if new == old or new in TRANSITIONS[old]:
        assert (answer.status, answer.json["status"]) == (200, new)
        is_issue(answer.json)
        assert answer.json["version"] == version + (new != old)
    else:
        answer.is_problem(422, "invalid", "status")
        assert all(word in answer.json["errors"][0]["message"] for word in TRANSITIONS[old])


def test_the_assignee_is_set_and_cleared(by: By) -> None:
    lead = by("lead")
    taken = by("dev").put("/issues/PUB-1/assignee", {"assignee": "dev"}, If_Match='"1"')
    assert (taken.status, taken.etag, taken.json["assignee"]) == (200, '"2"', {"username": "dev", "name": "dev"})
    is_issue(taken.json)
    by("dev").put("/issues/PUB-1/assignee", {"assignee": "assignee", "version": 2}).is_problem(403)
    by("viewer").put("/issues/PUB-1/assignee", {"assignee": None, "version": 2}).is_problem(403)
    assert by("dev").put("/issues/PUB-1/assignee", {"assignee": None, "version": 2}).json["assignee"] is None
    assert lead.put("/issues/PUB-1/assignee", {"assignee": "assignee", "version": 3}).status == 200
    for name in ("viewer", "stranger", "leaver", "no_such_person", "dev@example.com"):
        lead.put("/issues/PUB-1/assignee", {"assignee": name, "version": 4}).is_problem(422, field="assignee")
    for body in ({"assignee": 1, "version": 4}, {"version": 4}, {"assignee": "", "version": 4}):
        lead.put("/issues/PUB-1/assignee", body).is_problem(422, field="assignee")


def test_labels_are_put_on_and_taken_off_without_a_version(by: By) -> None:
    lead = by("lead")
    put = lead.put("/issues/PUB-1/labels/BUG")
    assert (put.status, put.json["labels"], put.etag) == (200, ["bug"], '"2"')
    is_issue(put.json)
    assert lead.put("/issues/PUB-1/labels/bug").etag == '"2"'
    off = lead.delete("/issues/PUB-1/labels/bug")
    assert (off.status, off.json["labels"], off.etag) == (200, [], '"3"')
    assert lead.delete("/issues/PUB-1/labels/bug").etag == '"3"'
    lead.put("/issues/PUB-1/labels/nothing").is_problem(404)
    lead.delete("/issues/PUB-1/labels/nothing").is_problem(404)
    by("viewer").put("/issues/PUB-1/labels/bug").is_problem(403)
    by("assignee").put("/issues/PUB-1/labels/bug").is_problem(403)
    assert by("assignee").put("/issues/PUB-2/labels/ui").status == 200


def test_an_issue_is_deleted_and_restored(by: By) -> None:
    lead = by("lead")
    assert lead.delete("/issues/PUB-1", {"version": 1}).status == 204
    for name in ("lead", "viewer", "stranger", "operator"):
        gone = by(name).get("/issues/PUB-1").is_problem(410, "gone")
        at = lead.get("/issues/PUB-1/history").json["items"][-1]["at"]
        assert gone.json["detail"] == f"PUB-1 was deleted by lead at {at}."
    by("lead").patch("/issues/PUB-1", {"title": "x"}, If_Match='"2"').is_problem(410)
    by("lead").get("/issues/PUB-1/comments").is_problem(410)
    assert by("lead").get("/issues/PUB-1/history").status == 200
    by("viewer").get("/issues/PUB-1/history").is_problem(410)
    by("viewer").post("/issues/PUB-1/restore").is_problem(403)
    assert [i["key"] for i in lead.get("/issues?q=is:deleted").json["items"]] == ["PUB-1"]
    assert by("viewer").get("/issues?q=is:deleted").json["items"] == []
    assert by("lead").post("/projects/PUB/issues", {"title": "Next"}).json["number"] == 3
    back = lead.post("/issues/PUB-1/restore")
    assert (back.status, back.etag) == (200, '"3"')
    is_issue(back.json)
    by("viewer").post("/issues/PUB-1/restore").is_problem(403)


def test_lists(by: By) -> None:
    everywhere = by("viewer").get("/issues")
    assert everywhere.status == 200
    is_page(everywhere.json)
    for item in everywhere.json["items"]:
        is_issue(item)
    assert {item["project"] for item in everywhere.json["items"]} == {"PUB", "PRIV", "OLD"}
    assert {item["project"] for item in by("stranger").get("/issues").json["items"]} == {"PUB", "OLD"}
    here = by("stranger").get("/projects/PUB/issues").json["items"]
    assert [item["key"] for item in here] == ["PUB-2", "PUB-1"]
    assert here[0] == by("stranger").get("/issues/PUB-2").json  # the same form as alone


@pytest.mark.parametrize(
    ("q", "keys"),
    [
        ("", "PUB-2 PUB-1"),
        ("assignee:assignee", "PUB-2"),
        ("assignee:none", "PUB-1"),
        ("author:viewer", "PUB-1"),
        ("label:bug", "PUB-2"),
        ("label:nothing", ""),
        ("is:open", "PUB-2 PUB-1"),
        ("is:closed", ""),
        ("status:open type:task priority:medium", "PUB-2 PUB-1"),
        ("project:PUB taken", "PUB-2"),
        ('"Free issue"', "PUB-1"),
        ("of", "PUB-2 PUB-1"),
        ("sort:created-asc", "PUB-1 PUB-2"),
        ("-label:bug", "PUB-1"),
        ("project:PRIV", ""),
    ],
)
def test_the_search_language(by: By, q: str, keys: str) -> None:
    answer = by("stranger")("GET", f"/projects/PUB/issues?q={q.replace(' ', '%20')}")
    assert " ".join(item["key"] for item in answer.json["items"]) == keys


def test_a_no_op_writes_nothing(by: By) -> None:
    lead, before = by("lead"), Change.objects.count()
    for body in (
        {},
        {"title": "Free issue of PUB"},
        {"title": "  Free issue of PUB "},
        {"description": "Nobody has it.\r\n", "labels": [], "due_date": None, "status": "OPEN"},
    ):
        answer = lead.patch("/issues/PUB-1", body, If_Match='"1"')
        assert (answer.status, answer.etag) == (200, '"1"'), answer
    assert lead.patch("/issues/PUB-2", {"labels": ["BUG"]}, If_Match='"1"').etag == '"1"'
    assert lead.put("/issues/PUB-2/assignee", {"assignee": "ASSIGNEE"}, If_Match='"1"').etag == '"1"'
    assert lead.post("/issues/PUB-1/restore").etag == '"1"'
    assert lead.patch("/issues/OLD-1", {"status": "OPEN"}, If_Match='"1"').status == 200  # nothing to refuse
    assert Change.objects.count() == before


def test_reporters_correct_their_own_report(by: By) -> None:
    viewer = by("viewer")
    assert viewer.patch("/issues/PUB-1", {"title": "Better", "description": "Words"}, If_Match='"1"').status == 200
    viewer.patch("/issues/PUB-1", {"title": "Best", "priority": "LOW"}, If_Match='"2"').is_problem(403)
    viewer.patch("/issues/PUB-2", {"title": "Not mine"}, If_Match='"1"').is_problem(403)
    by("dev").put("/issues/PUB-1/assignee", {"assignee": "dev"}, If_Match='"2"')
    viewer.patch("/issues/PUB-1", {"title": "Too late"}, If_Match='"3"').is_problem(403)


def test_every_change_says_that_it_came_by_the_api(by: By, world: World) -> None:
    answer = by("lead").post("/projects/PUB/issues", {"title": "x"}, X_Request_ID="my-own-request-7")
    change = Issue.objects.get(project=world.projects["PUB"], number=3).change
    assert (change.via, change.request_id, change.actor) == ("api", "my-own-request-7", world.users["lead"])
    assert answer.headers["X-Request-ID"] == "my-own-request-7"
    assert MOMENT.match(answer.json["created_at"])

"""P1 to P6, M1 to M4, L1 to L4, restoring and merging."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Change
from projects.models import Project
from tests.api.calling import LABEL, MEMBER, MOMENT, Caller, is_page, is_project
from tests.world import World

By = Callable[..., Caller]


def test_projects_are_listed_with_my_role(by: By) -> None:
    def roles(name: str) -> dict[str, str | None]:
        answer = by(name).get("/projects")
        assert answer.status == 200
        is_page(answer.json)
        for item in answer.json["items"]:
            is_project(item)
        return {item["key"]: item["my_role"] for item in answer.json["items"]}

    assert roles("lead") == {"OLD": "LEAD", "PRIV": "LEAD", "PUB": "LEAD"}
    assert roles("viewer") == {"OLD": "VIEWER", "PRIV": "VIEWER", "PUB": "VIEWER"}
    assert roles("stranger") == roles("leaver") == {"OLD": None, "PUB": None}
    assert roles("operator") == {"OLD": None, "PRIV": None, "PUB": None}


def test_a_project_is_made_and_shown(by: By) -> None:
    made = by("stranger").post(
        "/projects", {"key": "NEW1", "name": " New one ", "description": "Words.\r\n", "is_public": False}
    )
    assert made.status == 201
    is_project(made.json)
    assert made.etag == '"1"'
    assert (made.json["name"], made.json["description"]) == ("New one", "Words.")
    assert made.json["is_public"] is False
    assert made.json["my_role"] == "LEAD"
    assert made.json["version"] == 1
    shown = by("stranger").get("/projects/NEW1")
    assert shown.json == made.json
    assert shown.etag == '"1"'
    assert by("stranger").post("/projects", {"key": "NEW2", "name": "Public"}).json["is_public"] is True


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "x"}, 422, "key"),
        ({"key": "ABC"}, 422, "name"),
        ({"key": "ABC", "name": ""}, 422, "name"),
        ({"key": "ABC", "name": "   "}, 422, "name"),
        ({"key": "ABC", "name": "x" * 65}, 422, "name"),
        ({"key": "ABC", "name": "a\u202eb"}, 422, "name"),
        ({"key": "ABC", "name": "x", "description": "x" * 65_536}, 422, "description"),
        ({"key": "ABC", "name": "x", "description": "\x00"}, 422, "description"),
        ({"key": "ABC", "name": "x", "is_public": "true"}, 422, "is_public"),
        ({"key": "ABC", "name": "x", "is_public": 1}, 422, "is_public"),
        ({"key": "ABC", "name": "x", "created_by": "lead"}, 422, "created_by"),
        ({"key": "abc", "name": "x"}, 422, "key"),
        ({"key": "A", "name": "x"}, 422, "key"),
        ({"key": "A" * 17, "name": "x"}, 422, "key"),
        ({"key": "1AB", "name": "x"}, 422, "key"),
        ({"key": "A-B", "name": "x"}, 422, "key"),
        ({"key": "ABC\n", "name": "x"}, 422, "key"),
        ({"key": "ＡＢＣ", "name": "x"}, 422, "key"),
        ({"key": "PUB", "name": "x"}, 409, None),
        ({"key": "PRIV", "name": "x"}, 409, None),
        ({"key": "NEW", "name": "x"}, 409, None),
        ({"key": "PUB", "name": ""}, 409, None),
    ],
)
def test_a_wrong_project_is_refused(by: By, body: dict[str, object], status: int, field: str | None) -> None:
    by("stranger").post("/projects", body).is_problem(status, field=field)
    assert Project.objects.count() == 3


def test_keys_that_cannot_be_had_are_refused_in_the_same_words(by: By) -> None:
    by("lead").patch("/projects/PUB", {"key": "PUBLIC"}, If_Match='"1"')
    answers = [by("stranger").post("/projects", {"key": key, "name": "x"}) for key in ("PUB", "PUBLIC", "PRIV", "NEW")]
    assert len({answer.is_problem(409, "taken").raw for answer in answers}) == 1


def test_a_project_is_changed(by: By) -> None:
    lead = by("lead")
    changed = lead.patch(
        "/projects/PUB", {"name": "Renamed", "is_public": False, "description": "New."}, If_Match='"1"'
    )
    assert changed.status == 200
    is_project(changed.json)
    assert changed.etag == '"2"'
    assert (changed.json["name"], changed.json["is_public"], changed.json["version"]) == ("Renamed", False, 2)
    by("stranger").get("/projects/PUB").is_problem(404)
    archived = lead.patch("/projects/PUB", {"archived": True, "version": 2})
    assert MOMENT.match(archived.json["archived_at"])
    lead.patch("/projects/PUB", {"name": "Other", "version": 3}).is_problem(409, "archived")
    assert lead.patch("/projects/PUB", {"archived": False, "version": 3}).json["archived_at"] is None


def test_a_project_is_deleted_and_restored(by: By) -> None:
    lead, operator = by("lead"), by("operator")
    gone = lead.delete("/projects/PUB", If_Match='"1"')
    assert (gone.status, gone.raw) == (204, b"")
    for caller in (lead, operator, by("viewer"), by("stranger")):
        answer = caller.get("/projects/PUB").is_problem(410, "gone")
        assert "lead" in answer.json["detail"]
        caller.get("/issues/PUB-1").is_problem(410)
        caller.post("/projects/PUB/issues", {"title": "x"}).is_problem(410)
    assert "PUB" not in [item["key"] for item in lead.get("/projects").json["items"]]
    assert lead.get("/projects/PUB/history").status == operator.get("/projects/PUB/history").status == 200
    by("viewer").get("/projects/PUB/history").is_problem(410)
    by("dev").post("/projects/PUB/restore").is_problem(403)
    by("stranger").post("/projects", {"key": "PUB", "name": "x"}).is_problem(409)
    back = lead.post("/projects/PUB/restore")
    assert back.status == 200
    is_project(back.json)
    assert back.etag == '"3"'
    assert lead.get("/issues/PUB-1").status == 200
    by("dev").post("/projects/PUB/restore").is_problem(403)
    assert lead.post("/projects/PUB/restore").json == back.json  # it is not deleted: nothing to do


def test_a_deleted_private_project_is_not_there_for_others(by: By) -> None:
    before = by("stranger").get("/projects/PRIV").is_problem(404)
    by("lead").delete("/projects/PRIV", If_Match='"1"')
    assert by("stranger").get("/projects/PRIV").is_problem(404).raw == before.raw
    by("viewer").get("/projects/PRIV").is_problem(410)


def test_members(by: By) -> None:
    lead = by("lead")
    page = lead.get("/projects/PUB/members")
    assert page.status == 200
    is_page(page.json)
    assert all(set(item) == MEMBER and MOMENT.match(item["joined_at"]) for item in page.json["items"])
    assert [(item["username"], item["role"]) for item in page.json["items"]] == [
        ("lead", "LEAD"), ("dev", "DEVELOPER"), ("viewer", "VIEWER"), ("assignee", "DEVELOPER"),
    ]  # fmt: skip
    made = lead.post("/projects/PUB/members", {"identifier": "Stranger@Example.com", "role": "VIEWER"})
    assert made.status == 201
    assert set(made.json) == MEMBER
    assert (made.json["username"], made.json["role"]) == ("stranger", "VIEWER")
    assert made.etag == '"1"'
    changed = lead.patch("/projects/PUB/members/STRANGER", {"role": "DEVELOPER"})
    assert (changed.status, changed.json["role"], changed.etag) == (200, "DEVELOPER", '"2"')
    assert lead.delete("/projects/PUB/members/stranger").status == 204
    lead.delete("/projects/PUB/members/stranger").is_problem(404)
    lead.patch("/projects/PUB/members/stranger", {"role": "LEAD"}).is_problem(404)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"identifier": "dev", "role": "VIEWER"}, 409, None),
        ({"identifier": "nobody_here", "role": "VIEWER"}, 422, "identifier"),
        ({"identifier": "", "role": "VIEWER"}, 422, "identifier"),
        ({"identifier": "stranger", "role": "BOSS"}, 422, "role"),
        ({"identifier": "stranger", "role": "viewer"}, 422, "role"),
        ({"identifier": "stranger"}, 422, "role"),
        ({"role": "VIEWER"}, 422, "identifier"),
        ({"identifier": ["stranger"], "role": "VIEWER"}, 422, "identifier"),
        ({"identifier": "stranger", "role": "VIEWER", "joined_at": "2020-01-01"}, 422, "joined_at"),
    ],
)
def test_a_wrong_member_is_refused(by: By, body: dict[str, object], status: int, field: str | None) -> None:
    by("lead").post("/projects/PUB/members", body).is_problem(status, field=field)


def test_the_last_lead_stays(by: By) -> None:
    for caller in (by("lead"), by("operator")):
        caller.delete("/projects/PUB/members/lead").is_problem(409, "last_lead")
        caller.patch("/projects/PUB/members/lead", {"role": "VIEWER"}).is_problem(409, "last_lead")
    by("lead").patch("/projects/PUB/members/dev", {"role": "LEAD"})
    assert by("lead").delete("/projects/PUB/members/lead").status == 204


@pytest.mark.parametrize("name", ["dev", "viewer", "assignee"])
def test_everybody_may_leave(by: By, name: str) -> None:
    assert by(name).delete(f"/projects/PUB/members/{name}").status == 204
    assert by(name).delete(f"/projects/OLD/members/{name}").status == 204  # an archived one, too
    assert by(name).delete(f"/projects/PRIV/members/{name}").status == 204
    by(name).get("/projects/PRIV").is_problem(404)


def test_leaving_unassigns(by: By) -> None:
    by("assignee").delete("/projects/PUB/members/assignee")
    issue = by("lead").get("/issues/PUB-2")
    assert issue.json["assignee"] is None
    assert issue.etag == '"2"'


def test_labels(by: By) -> None:
    lead = by("lead")
    page = lead.get("/projects/PUB/labels")
    assert page.status == 200
    is_page(page.json)
    assert page.json["items"] == [{"name": "bug", "colour": "#d73a4a"}, {"name": "ui", "colour": None}]
    made = lead.post("/projects/PUB/labels", {"name": " Needs words ", "colour": "#ABCDEF"})
    assert made.status == 201
    assert set(made.json) == LABEL
    assert made.json == {"name": "Needs words", "colour": "#abcdef"}
    assert made.etag == '"1"'
    changed = lead.patch("/projects/PUB/labels/needs%20WORDS", {"name": "needs words", "colour": None})
    assert (changed.status, changed.json) == (200, {"name": "needs words", "colour": None})
    assert lead.delete("/projects/PUB/labels/needs words").status == 204
    lead.delete("/projects/PUB/labels/needs words").is_problem(404)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "BUG"}, 409, None),
        ({"name": ""}, 422, "name"),
        ({"name": "  "}, 422, "name"),
        ({"name": "x" * 33}, 422, "name"),
        ({"name": "a/b"}, 422, "name"),
        ({"name": "a,b"}, 422, "name"),
        ({"name": 'a"b'}, 422, "name"),
        ({"name": "."}, 422, "name"),
        ({"name": ".."}, 422, "name"),
        ({"name": "a\u200bb"}, 422, "name"),
        ({"name": "new", "colour": "red"}, 422, "colour"),
        ({"name": "new", "colour": "#12345"}, 422, "colour"),
        ({"name": "new", "colour": "#１２３４５６"}, 422, "colour"),
        ({"name": "new", "colour": ""}, 422, "colour"),
        ({"name": "new", "color": "#123456"}, 422, "color"),
        ({}, 422, "name"),
    ],
)
def test_a_wrong_label_is_refused(by: By, body: dict[str, object], status: int, field: str | None) -> None:
    by("lead").post("/projects/PUB/labels", body).is_problem(status, field=field)


def test_a_renamed_label_leaves_issues_alone_a_deleted_one_does_not(by: By) -> None:
    lead = by("lead")
    lead.patch("/projects/PUB/labels/bug", {"name": "defect"})
    issue = lead.get("/issues/PUB-2")
    assert (issue.json["labels"], issue.etag) == (["defect"], '"1"')
    before = Change.objects.count()
    lead.delete("/projects/PUB/labels/defect")
    issue = lead.get("/issues/PUB-2")
    assert (issue.json["labels"], issue.etag) == ([], '"2"')
    assert Change.objects.count() == before + 1


def test_labels_are_merged(by: By) -> None:
    lead = by("lead")
    merged = lead.post("/projects/PUB/labels/bug/merge", {"into": "UI"})
    assert (merged.status, merged.json) == (200, {"name": "ui", "colour": None})
    issue = lead.get("/issues/PUB-2")
    assert (issue.json["labels"], issue.etag) == (["ui"], '"2"')
    lead.post("/projects/PUB/labels/bug/merge", {"into": "ui"}).is_problem(404)
    lead.post("/projects/PUB/labels/ui/merge", {"into": "ui"}).is_problem(422, field="into")
    lead.post("/projects/PUB/labels/ui/merge", {"into": "nothing"}).is_problem(422, field="into")
    lead.post("/projects/PUB/labels/ui/merge", {}).is_problem(422, field="into")


def test_a_change_of_nothing_writes_nothing(by: By, world: World) -> None:
    lead = by("lead")
    before = Change.objects.count()
    for path, body in (
        ("/projects/PUB", {}),
        ("/projects/PUB", {"name": "Project PUB", "archived": False, "key": "PUB"}),
        ("/projects/PUB", {"name": " Project PUB\t"}),
        ("/projects/OLD", {"archived": True}),
        ("/projects/PUB/labels/bug", {}),
        ("/projects/PUB/labels/bug", {"name": " bug", "colour": "#D73A4A"}),
        ("/projects/PUB/members/dev", {"role": "DEVELOPER"}),
        ("/projects/OLD/members/dev", {"role": "DEVELOPER"}),
    ):
        version = world.projects[path.split("/")[2]].version
        answer = lead.patch(path, body, If_Match=f'"{version}"')
        assert answer.status == 200, (path, answer)
        if len(path) < 14:
            assert answer.etag == f'"{version}"'
    assert Change.objects.count() == before


def test_what_is_in_a_ledger(by: By) -> None:
    page = by("stranger").get("/projects/PUB/history?limit=3")
    is_page(page.json)
    assert [entry["seq"] for entry in page.json["items"]] == [1, 2, 3]
    assert page.json["items"][0]["verb"] == "project.create"
    for entry in page.json["items"]:
        assert {"seq", "at", "actor", "verb", "via"} <= set(entry)
        assert MOMENT.match(entry["at"])
    assert page.json["next"] is not None

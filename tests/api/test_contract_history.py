"""H1 and time travel."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from urllib.parse import quote

import pytest

from issues.models import Issue
from tests.api.calling import ENTRY, MOMENT, Caller, is_issue, is_page, is_person
from tests.world import World

By = Callable[..., Caller]


@pytest.fixture
def lived(by: By) -> str:
    """The key of an issue with six versions."""
    lead = by("lead")
    lead.patch("/issues/PUB-2", {"title": "Second title", "status": "CLOSED"}, If_Match='"1"')
    lead.put("/issues/PUB-2/assignee", {"assignee": None}, If_Match='"2"')
    lead.put("/issues/PUB-2/labels/ui")
    lead.delete("/issues/PUB-2", If_Match='"4"')
    lead.post("/issues/PUB-2/restore")
    lead.post("/issues/PUB-2/comments", {"body": "No version."})
    return "PUB-2"


def test_the_history_of_an_issue(by: By, lived: str) -> None:
    page = by("stranger").get(f"/issues/{lived}/history")
    assert page.status == 200
    is_page(page.json)
    items = page.json["items"]
    assert [entry["version"] for entry in items] == [1, 2, 3, 4, 5, 6]
    for entry in items:
        assert set(entry) == ENTRY
        assert MOMENT.match(entry["at"])
        assert is_person(entry["actor"])
        assert all(set(change) == {"field", "old", "new"} for change in entry["changes"])
    assert [entry["verb"] for entry in items] == [
        "issue.create", "issue.edit", "issue.unassign", "issue.label", "issue.delete", "issue.restore",
    ]  # fmt: skip
    assert [entry["via"] for entry in items] == ["web", "api", "api", "api", "api", "api"]
    changed = [{c["field"]: (c["old"], c["new"]) for c in entry["changes"]} for entry in items]
    assert changed[0]["title"] == (None, "Taken issue of PUB")
    assert changed[0]["assignee"] == (None, "assignee")
    assert changed[0]["labels"] == (None, ["bug"])
    assert not {"updated_at", "closed_at", "version"} & set(changed[1])
    assert changed[1] == {"title": ("Taken issue of PUB", "Second title"), "status": ("OPEN", "CLOSED")}
    assert changed[2] == {"assignee": ("assignee", None)}
    assert changed[3] == {"labels": (["bug"], ["bug", "ui"])}
    assert changed[4] == changed[5] == {}


def test_an_issue_in_each_of_its_versions(by: By, lived: str) -> None:
    viewer = by("viewer")
    first = viewer.get(f"/issues/{lived}?version=1")
    assert (first.status, first.etag) == (200, '"1"')
    is_issue(first.json)
    assert (first.json["title"], first.json["status"]) == ("Taken issue of PUB", "OPEN")
    assert first.json["assignee"] == {"username": "assignee", "name": "assignee"}
    assert first.json["updated_at"] == first.json["created_at"]
    second = viewer.get(f"/issues/{lived}?version=2").json
    is_issue(second)
    assert second["closed_at"] == second["updated_at"]
    assert viewer.get(f"/issues/{lived}?version=3").json["labels"] == ["bug"]
    now = viewer.get(f"/issues/{lived}")
    assert viewer.get(f"/issues/{lived}?version=6").json == now.json
    viewer.get(f"/issues/{lived}?version=7").is_problem(404)


@pytest.mark.parametrize("version", ["0", "-1", "x", "１", "1.0", "+1", "1_0", str(2**63), "9" * 5000, "", "%00"])
def test_versions_that_are_none(by: By, version: str) -> None:
    by("viewer").get(f"/issues/PUB-1?version={quote(version)}").is_problem(422, field="version")


def test_an_issue_at_each_moment(by: By, lived: str, world: World) -> None:
    viewer = by("viewer")
    issue = Issue.objects.get(project=world.projects["PUB"], number=2)
    moments = dict(issue.history.values_list("version", "history_date"))
    for version, moment in moments.items():
        stamp = f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
        then = viewer.get(f"/issues/{lived}?as_of={stamp}")  # the Change of exactly that moment included
        assert then.status == 200
        assert then.json == viewer.get(f"/issues/{lived}?version={version}").json
    just_before = moments[1] - datetime.timedelta(microseconds=1)
    viewer.get(f"/issues/{lived}?as_of={just_before:%Y-%m-%dT%H:%M:%S.%fZ}").is_problem(404)
    berlin = moments[1].astimezone(datetime.timezone(datetime.timedelta(hours=14)))
    assert viewer.get(f"/issues/{lived}?as_of={quote(berlin.isoformat())}").json["version"] == 1
    assert viewer.get(f"/issues/{lived}?as_of={berlin.isoformat()}").json["version"] == 1  # a plus that nobody quoted
    assert viewer.get(f"/issues/{lived}?as_of=2100-01-01").json["version"] == 6
    assert viewer.get(f"/issues/{lived}?as_of=2100-01-01T12:00Z").json["version"] == 6


@pytest.mark.parametrize(
    "moment",
    ["", "yesterday", "2026-02-30", "2026-01-31T25:00Z", "0000-00-00", "10000-01-01", "２０２６-01-31", "%00", "now'--",
     "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-01-31T12:00Z" + "0" * 100, "1e400", "1706702400"],
)  # fmt: skip
def test_moments_that_are_none(by: By, moment: str) -> None:
    by("viewer").get(f"/issues/PUB-1?as_of={moment.replace('+', '%2B')}").is_problem(422, field="as_of")


def test_one_of_both(by: By) -> None:
    by("viewer").get("/issues/PUB-1?as_of=2100-01-01&version=1").is_problem(422)


def test_todays_rights_are_asked_of_the_past(by: By, world: World) -> None:
    by("lead").patch("/projects/PUB", {"is_public": False}, If_Match='"1"')
    by("stranger").get("/issues/PUB-1?version=1").is_problem(404)
    by("stranger").get("/issues/PUB-1/history").is_problem(404)
    assert by("viewer").get("/issues/PUB-1?version=1").status == 200


def test_names_of_then_and_keys_of_today(by: By) -> None:
    lead = by("lead")
    lead.patch("/projects/PUB/labels/bug", {"name": "defect"})
    lead.patch("/projects/PUB", {"key": "OPEN"}, If_Match='"1"')
    first = lead.get("/issues/OPEN-2?version=1").json
    assert (first["labels"], first["key"]) == (["bug"], "OPEN-2")
    assert lead.get("/issues/OPEN-2").json["labels"] == ["defect"]


@pytest.mark.parametrize("path", ["/issues/PUB-2/history", "/projects/PUB/history"])
def test_a_history_in_pages(by: By, lived: str, path: str) -> None:
    viewer = by("viewer")
    whole = viewer.get(f"{path}?limit=100").json
    assert whole["next"] is None
    found, cursor = [], ""
    while True:
        page = viewer.get(f"{path}?limit=2{cursor}").json
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == whole["items"]
    for bad in ("x", "-1", "１", "1.5", "%00", "9" * 19, "9" * 5000):
        viewer.get(f"{path}?cursor={bad}").is_problem(422, field="cursor")
    assert viewer.get(f"{path}?cursor=999999999999999999").json == {"items": [], "next": None}

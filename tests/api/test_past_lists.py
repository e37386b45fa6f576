"""Lists at a past moment: `?as_of=`, and `as-of:` in the query."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.api.calling import Caller, is_issue, is_page
from tests.world import World

By = Callable[..., Caller]


@pytest.fixture
def before(by: By) -> str:
    """A moment; after it PUB-1 got another title and label, PUB-2 was deleted and an issue was added."""
    lead = by("lead")
    moment = lead.patch("/issues/PUB-1", {"description": "Then."}, If_Match='"1"').json["updated_at"]
    lead.patch("/issues/PUB-1", {"title": "Now", "status": "CLOSED"}, If_Match='"2"')
    lead.put("/issues/PUB-1/labels/ui")
    lead.delete("/issues/PUB-2", If_Match='"1"')
    lead.post("/projects/PUB/issues", {"title": "Added"})
    return quote(moment)


@pytest.mark.parametrize("path", ["/projects/PUB/issues", "/issues"])
def test_issues_are_listed_as_they_were(by: By, before: str, path: str) -> None:
    viewer = by("viewer")
    answer = viewer.get(f"{path}?q=project:PUB%20sort:key&as_of={before}")
    assert answer.status == 200
    is_page(answer.json)
    for item in answer.json["items"]:
        is_issue(item)
    items = {item["key"]: item for item in answer.json["items"]}
    assert "PUB-2" not in items  # what is deleted today is shown to Leads alone
    assert set(items) >= {"PUB-1"}
    assert "Added" not in {item["title"] for item in items.values()}
    assert items["PUB-1"] == viewer.get(f"/issues/PUB-1?as_of={before}").json
    assert (items["PUB-1"]["version"], items["PUB-1"]["description"]) == (2, "Then.")
    as_word = viewer.get(f"{path}?q=project:PUB%20sort:key%20as-of:{before}")
    assert as_word.json == answer.json
    assert "PUB-2" in str(by("lead").get(f"{path}?q=project:PUB&as_of={before}").json)


def test_the_query_is_asked_of_the_past(by: By, before: str) -> None:
    lead = by("lead")
    assert lead.get(f"/projects/PUB/issues?q=title:Now&as_of={before}").json["items"] == []
    assert lead.get("/projects/PUB/issues?q=title:Now").json["items"] != []
    assert lead.get("/projects/PUB/issues?as_of=2001-01-01").json == {"items": [], "next": None}


def test_pages_of_the_past(by: By, before: str) -> None:
    lead = by("lead")
    everything = lead.get(f"/projects/PUB/issues?q=sort:key&as_of={before}").json["items"]
    first = lead.get(f"/projects/PUB/issues?q=sort:key&as_of={before}&limit=1").json
    rest = lead.get(f"/projects/PUB/issues?q=sort:key&as_of={before}&cursor={first['next']}").json
    assert first["items"] + rest["items"] == everything
    assert len(everything) > 1


def test_what_cannot_be_asked_is_refused(by: By, before: str) -> None:
    lead = by("lead")
    lead.get(f"/projects/PUB/issues?q=changed:title&as_of={before}").is_problem(422, field="q")
    for wrong in ("", "yesterday", "2026-02-30", "0000-00-00", "%00"):
        lead.get(f"/projects/PUB/issues?as_of={wrong}").is_problem(422, field="as_of")


def test_rights_are_asked_today(by: By, world: World, before: str) -> None:
    by("stranger").get(f"/projects/PRIV/issues?as_of={before}").is_problem(404)
    assert by("stranger").get(f"/issues?q=project:PRIV&as_of={before}").json["items"] == []
    assert by("viewer").get(f"/issues?q=project:PRIV&as_of={before}").json["items"] != []


def test_issues_are_sorted_by_their_comments(by: By) -> None:
    lead = by("lead")
    first = lead.post("/issues/PUB-2/comments", {"body": "One."}).json
    then = quote(first["created_at"])
    for _ in range(2):
        lead.post("/issues/PUB-1/comments", {"body": "More."})

    def keys(query: str) -> list[str]:
        return [item["key"] for item in lead.get(f"/projects/PUB/issues?q={query}").json["items"]]

    assert keys("sort:comments") == ["PUB-1", "PUB-2"]
    assert keys("sort:comments-asc") == ["PUB-2", "PUB-1"]
    assert keys(f"sort:comments&as_of={then}") == ["PUB-2", "PUB-1"]
    lead.delete(f"/comments/{first['id']}", If_Match='"1"')
    lead.post("/projects/PUB/issues", {"title": "Third"})
    assert keys("sort:comments-asc%20sort:key") == ["PUB-2", "PUB-3", "PUB-1"]

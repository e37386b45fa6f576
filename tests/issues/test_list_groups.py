"""Lists in groups: heads with counts, pages that go on in the right group, and the height of rows."""

from __future__ import annotations

import re

import pytest

from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"
BY = ["status", "priority", "assignee", "type"]


def fill(world: World, n: int = 60) -> None:
    for i in range(n):
        issue = open_issue(
            world.actor("lead"),
            world.projects["PUB"].pk,
            title=f"Row {i}",
            priority=["LOW", "HIGH", "MEDIUM"][i % 3],
            type=["BUG", "TASK"][i % 2],
            assignee=[None, "dev", "assignee"][i % 3],
        )
        if i % 4 == 0:
            edit_issue(world.actor("lead"), issue, version=1, fields={"status": "IN_PROGRESS"})


def heads(page: str) -> list[tuple[str, int]]:
    found = re.findall(r'<li class="group" data-group="([^"]*)">.*?<span class="faint num">([\d,]+)</span>', page, re.S)
    return [(value, int(n)) for value, n in found]


def keys(page: str) -> list[str]:
    return re.findall(r'row-title href="/issues/([A-Z]+-\d+)/', page)


@pytest.mark.parametrize("by", BY)
def test_all_pages_hold_every_issue_once(world: World, by: str) -> None:
    fill(world)
    client = signed_in(world, "lead")
    address, seen, said = f"{LIST}?q=&group={by}", [], []
    while address:
        page = text_of(client.get(address))
        seen += keys(page)
        said += heads(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = LIST + older[1].replace("&amp;", "&") if older else ""
        assert not older or f"group={by}" in older[1]
    assert len(seen) == len(set(seen)) == 62
    values = [value for value, _n in said]
    assert sum(dict(said).values()) == 62
    assert len(values) - len(set(values)) <= 1, "only the group that a page ends in has a head on the next one"


def test_the_order_of_the_groups(world: World) -> None:
    fill(world, 12)
    client = signed_in(world, "lead")

    def order(by: str) -> list[str]:
        return [value for value, _n in heads(text_of(client.get(f"{LIST}?q=&group={by}")))]

    assert order("priority") == ["HIGH", "MEDIUM", "LOW"]
    assert order("status") == ["OPEN", "IN_PROGRESS"]
    assert order("assignee") == ["", "assignee", "dev"]
    assert order("type") == ["BUG", "TASK"]


def test_a_head_leads_to_a_new_issue_of_its_group(world: World) -> None:
    client = signed_in(world, "viewer")
    page = text_of(client.get(f"{LIST}?q=&group=assignee"))
    assert "/projects/PUB/issues/new/?assignee=assignee" in page
    assert "New issue: " not in text_of(signed_in(world, "stranger").get(f"{LIST}?q=&group=assignee"))
    assert "/projects/PRIV/issues/new/" in text_of(client.get("/issues/?q=&group=project"))
    assert "New issue: " not in text_of(client.get("/issues/?q=&group=priority"))


def test_over_all_projects(world: World) -> None:
    page = text_of(signed_in(world, "lead").get("/issues/?q=&group=project"))
    assert heads(page) == [("OLD", 2), ("PRIV", 2), ("PUB", 2)]
    assert heads(text_of(signed_in(world, "stranger").get("/issues/?q=&group=project"))) == [("OLD", 2), ("PUB", 2)]


@pytest.mark.parametrize("group", ["nonsense", "project", ""])
def test_what_is_no_group_groups_nothing(world: World, group: str) -> None:
    page = text_of(signed_in(world, "lead").get(f"{LIST}?q=&group={group}"))
    assert heads(page) == []
    assert len(keys(page)) == 2


def test_the_past_has_no_groups(world: World) -> None:
    page = signed_in(world, "lead").get(f"{LIST}?q=&group=status&as_of=2099-01-01")
    assert page.status_code == 200
    assert heads(text_of(page)) == []


@pytest.mark.parametrize("by", [*BY, "project"])
def test_no_more_queries_for_more_rows(world: World, by: str) -> None:
    client = signed_in(world, "dev")
    few = queries_of(client, f"/issues/?q=&group={by}")
    fill(world, 20)
    assert queries_of(client, f"/issues/?q=&group={by}") == few <= (12 if by == "project" else 9)
    assert queries_of(client, f"{LIST}?q=&group={by}") <= 9


def test_the_height_of_rows(world: World) -> None:
    client = signed_in(world, "dev")
    response = client.post("/accounts/density/", {"density": "compact", "next": f"{LIST}?q="})
    assert (response.status_code, response["Location"]) == (303, f"{LIST}?q=")
    assert 'data-density="compact"' in text_of(client.get(LIST))
    assert client.post("/accounts/density/", {"density": "tiny"}).status_code == 422


def test_the_board_shows_the_same_query(world: World) -> None:
    client = signed_in(world, "dev")
    assert 'href="/projects/PUB/board/?q=label%3Abug" data-key="v"' in text_of(client.get(f"{LIST}?q=label:bug"))
    assert 'href="/projects/PUB/board/" data-key="v"' in text_of(client.get(LIST))
    assert 'href="/projects/PUB/issues/?q=label%3Abug" data-key="v"' in text_of(
        client.get("/projects/PUB/board/?q=label:bug")
    )


def test_more_than_a_thousand_are_not_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """But where the tally of the project says how many there are."""
    for module in ("issues.selectors.choices", "issues.views.list_row"):
        monkeypatch.setattr(f"{module}.COUNTED", 10)
    fill(world)
    client = signed_in(world, "lead")

    def counted(address: str) -> list[str]:
        return re.findall(
            r'data-group="\w+"><h2>.*?<span class="faint num">([\d,+]+)<', text_of(client.get(address)), re.S
        )

    assert counted("/issues/?q=row&group=type") == ["10+", "10+"]
    assert counted(f"{LIST}?q=row&group=priority") == ["10+"] * 3
    assert counted(f"{LIST}?q=&group=status") == ["47", "15"]

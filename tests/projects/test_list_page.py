from __future__ import annotations

import datetime

import pytest
from django.test import Client

from issues.services.deleting_project import delete_project
from issues.services.opening import open_issue
from issues.views.sparkline import sparkline
from projects.services.projects import create_project
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

URL = "/projects/"


def table(page: str) -> str:
    return page[page.index('id="project-list"') : page.index("</main>")]


def test_it_works(world: World) -> None:
    late = (datetime.date.today() - datetime.timedelta(days=3)).isoformat()
    open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Late", due_date=late)
    page = table(text_of(signed_in(world, "dev").get(URL)))
    assert "Project PUB" in page and "Project PRIV" in page and "Project OLD" not in page
    row = page[page.index("Project PUB") : page.index("</tr>", page.index("Project PUB"))]
    assert 'issues/">3</a>' in row and ">1</a>" in row and "in 12 weeks" in row and "Developer" in row and "lead" in row


@pytest.mark.parametrize("who", ["stranger", "leaver"])
def test_private_ones_are_for_members(world: World, who: str) -> None:
    page = text_of(signed_in(world, who).get(URL))
    assert "Project PUB" in page and "PRIV" not in page
    assert "PRIV" not in text_of(signed_in(world, who).get(f"{URL}?q=PRIV")).replace('value="PRIV"', "").replace(
        "called “PRIV”", ""
    ).replace("q=PRIV", "")


def test_archived(world: World) -> None:
    page = table(text_of(signed_in(world, "stranger").get(f"{URL}?show=archived")))
    assert "Project OLD" in page and "Project PUB" not in page


def test_deleted_ones_are_for_those_who_may_restore_them(world: World) -> None:
    delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1)
    for who, seen in (("lead", True), ("operator", True), ("dev", False), ("stranger", False)):
        client = signed_in(world, who)
        assert ("show=deleted" in text_of(client.get(URL))) is seen, who
        assert ("Project PUB" in table(text_of(client.get(f"{URL}?show=deleted")))) is seen, who
        assert "Project PUB" not in table(text_of(client.get(URL)))


@pytest.mark.parametrize(
    ("words", "found"), [("pub", True), ("Project p", True), ("PUB project", True), ("xyz", False)]
)
def test_find(world: World, words: str, found: bool) -> None:
    assert ("/projects/PUB/" in table(text_of(signed_in(world, "dev").get(URL, {"q": words})))) is found


def test_nothing_found_says_so(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(URL, {"q": "<zzz>"}))
    assert "No active project is called “&lt;zzz&gt;”" in page and "Show all" in page


def test_page_by_page(world: World) -> None:
    lead = world.actor("lead")
    for n in range(52):
        create_project(lead, key=f"P{n}", name=f"Many {n % 3} {n:02}")
    client = signed_in(world, "lead")
    first = client.get(URL, {"q": "many"})
    second = client.get(first.context["older"]) if first.context else None
    page = text_of(first)
    start = page.index('rel="next" href="') + len('rel="next" href="')
    older = page[start : page.index('"', start)].replace("&amp;", "&")
    both = table(page) + table(text_of(second or client.get(older)))
    assert all(both.count(f'/projects/P{n}/"') == 1 for n in range(52))
    assert "First page" in text_of(client.get(older))


@pytest.mark.parametrize("query", ["after=nonsense", "after=W10", "q=%00"])
def test_a_made_up_address_is_no_500(world: World, query: str) -> None:
    assert signed_in(world, "dev").get(f"{URL}?{query}").status_code in {200, 422}


def test_the_line_of_twelve_weeks() -> None:
    flat, rising = sparkline([0] * 12), sparkline(range(12))
    assert flat.points.startswith("1,18 ") and flat.points.endswith(" 95,18")
    assert rising.points.startswith("1,18 ") and rising.points.endswith(" 95,2")
    assert rising.words.startswith("66 changes in 12 weeks, by week: 0, 1,")


def test_queries_do_not_grow(world: World) -> None:
    client = signed_in(world, "lead")
    before = queries_of(client, URL)
    for n in range(10):
        create_project(world.actor("lead"), key=f"P{n}", name=f"Many {n}")
    assert queries_of(client, URL) == before <= 10


def test_anonymous(world: World) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"

from __future__ import annotations

from django.test import Client

from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

PAGE = "/issues/PUB-2/history/"


def change(world: World, n: int) -> None:
    for i in range(n):
        issue = world.issue("PUB-2")
        fields = {"priority": "HIGH" if issue.priority == "LOW" else "LOW", "labels": ["bug"] if i % 2 else ["ui"]}
        edit_issue(world.actor("lead"), issue, version=issue.version, fields=fields)


def test_it_works(world: World) -> None:
    edit_issue(
        world.actor("lead"), world.issue("PUB-2"), version=1, fields={"description": "one\ntwo", "priority": "HIGH"}
    )
    edit_issue(world.actor("assignee"), world.issue("PUB-2"), version=2, fields={"description": "one\nthree"})
    page = text_of(signed_in(world, "stranger").get(PAGE))
    assert page.index('id="v3"') < page.index('id="v2"') < page.index('id="v1"')
    assert "opened the issue" in page
    assert "wrote the description and changed priority from Medium to High" in page
    assert "Removed: </span>two" in page
    assert "Added: </span>three" in page
    assert 'href="/issues/PUB-2/?version=2"' in page
    oldest = text_of(signed_in(world, "stranger").get(f"{PAGE}?order=oldest"))
    assert oldest.index('id="v1"') < oldest.index('id="v3"')


def test_refusals(world: World) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    assert signed_in(world, "stranger").get("/issues/PRIV-2/history/").status_code == 404
    assert signed_in(world, "lead").get("/issues/PUB-9/history/").status_code == 404
    assert signed_in(world, "dev").get("/issues/pub-2/history/").status_code == 308
    assert signed_in(world, "lead").post(PAGE).status_code == 405


def test_that_of_a_deleted_issue_is_for_leads(world: World) -> None:
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    for name in ("dev", "assignee", "stranger"):
        assert signed_in(world, name).get(PAGE).status_code == 410
    for name in ("lead", "operator"):
        page = text_of(signed_in(world, name).get(PAGE))
        assert "deleted the issue" in page
        assert 'action="/issues/PUB-2/restoration/"' in page


def test_long_histories_have_pages(world: World) -> None:
    change(world, 60)
    client = signed_in(world, "dev")
    first = text_of(client.get(PAGE))
    assert first.count('<li class="version"') == 50
    assert 'id="v61"' in first
    assert 'href="?before=12"' in first
    second = text_of(client.get(f"{PAGE}?before=12"))
    assert second.count('<li class="version"') == 11
    assert 'href="?before=62"' in second
    oldest = text_of(client.get(f"{PAGE}?order=oldest"))
    assert 'href="?order=oldest&amp;after=50"' in oldest
    assert text_of(client.get(f"{PAGE}?order=oldest&after=50")).count('<li class="version"') == 11
    assert client.get(f"{PAGE}?before=0").status_code == client.get(f"{PAGE}?before=x").status_code == 200


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    change(world, 5)
    client = signed_in(world, "dev")
    few = queries_of(client, PAGE)
    change(world, 40)
    assert queries_of(client, PAGE) == few <= 10

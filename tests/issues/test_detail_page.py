from __future__ import annotations

import pytest
from django.test import Client

from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.services.projects import edit_project
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

PAGE = "/issues/PUB-2/"


@pytest.mark.parametrize("name", ["lead", "dev", "viewer", "stranger", "operator", "leaver"])
def test_it_works(world: World, name: str) -> None:
    response = signed_in(world, name).get(PAGE)
    assert response.status_code == 200
    assert "Taken issue of PUB" in text_of(response)
    assert 'name="body"' in text_of(response), "whoever sees it may comment"


def test_who_does_not_see_the_project_finds_nothing(world: World) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    for name in ("stranger", "leaver"):
        response = signed_in(world, name).get("/issues/PRIV-1/")
        assert response.status_code == 404
        assert "Free issue" not in text_of(response)
    for key in ("PUB-99", "PUB-0", "PUB-x", "nothing"):
        assert signed_in(world, "lead").get(f"/issues/{key}/").status_code == 404


def test_other_spellings_and_former_keys_lead_here(world: World) -> None:
    client = signed_in(world, "dev")
    response = client.get("/issues/pub-2/?reply=1")
    assert (response.status_code, response["Location"]) == (308, "/issues/PUB-2/?reply=1")
    project = world.projects["PUB"]
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"key": "NOW"})
    assert client.get(PAGE)["Location"] == "/issues/NOW-2/"


def test_a_deleted_one_is_gone(world: World) -> None:
    issue = world.issue("PUB-2")
    delete_issue(world.actor("lead"), issue, version=issue.version)
    gone = signed_in(world, "dev").get(PAGE)
    assert gone.status_code == 410
    assert "deleted by lead" in text_of(gone)
    assert "/issues/PUB-2/restoration/" not in text_of(gone)
    lead = signed_in(world, "lead").get(PAGE)
    assert lead.status_code == 410
    assert 'action="/issues/PUB-2/restoration/"' in text_of(lead)
    assert 'href="/issues/PUB-2/history/"' in text_of(lead)
    assert "Taken issue" not in text_of(lead)


CONTROLS = {
    "lead": {"edit", "status", "properties", "assignee", "removal"},
    "operator": {"edit", "status", "properties", "assignee", "removal"},
    "assignee": {"edit", "status", "properties", "assignee"},
    "dev": set(),
    "viewer": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("name", list(CONTROLS))
def test_only_what_one_may_do_is_offered(world: World, name: str) -> None:
    page = text_of(signed_in(world, name).get(PAGE))
    found = {
        noun for noun in ("edit", "status", "properties", "assignee", "removal") if f'"/issues/PUB-2/{noun}/"' in page
    }
    assert found == CONTROLS[name]


def test_a_developer_may_take_what_nobody_has_and_a_reporter_correct_it(world: World) -> None:
    dev = text_of(signed_in(world, "dev").get("/issues/PUB-1/"))
    assert "Take it" in dev
    assert "/issues/PUB-1/edit/" not in dev
    viewer = text_of(signed_in(world, "viewer").get("/issues/PUB-1/"))
    assert "Take it" not in viewer
    assert "/issues/PUB-1/edit/" in viewer
    assert "Hand back" in text_of(signed_in(world, "assignee").get(PAGE))


def test_only_allowed_transitions_are_offered(world: World) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("lead"), issue, version=1, fields={"status": "CLOSED"})
    page = text_of(signed_in(world, "lead").get(PAGE))
    assert 'name="status" value="OPEN"' in page
    assert 'name="status" value="IN_PROGRESS"' not in page


def test_an_archived_project_offers_nothing(world: World) -> None:
    page = text_of(signed_in(world, "lead").get("/issues/OLD-2/"))
    assert "read-only" in page
    assert 'method="post"' not in page.split("<main")[1].split("</main>")[0]


def test_comments_and_changes_stand_in_their_order(world: World) -> None:
    issue = world.issue("PUB-2")
    comment = add_comment(world.actor("viewer"), issue, body="First *words*")
    add_comment(world.actor("dev"), issue, body="An answer", parent=comment.pk)
    issue = edit_issue(world.actor("lead"), issue, version=1, fields={"priority": "HIGH"})
    gone = add_comment(world.actor("dev"), issue, body="Secret slip")
    delete_comment(world.actor("dev"), gone, version=1)
    page = text_of(signed_in(world, "stranger").get(PAGE))
    assert "<em>words</em>" in page
    assert page.index("words") < page.index("An answer") < page.index("changed priority from Medium to High")
    assert "Secret slip" not in page
    assert "This comment was deleted" in page
    assert "2 comments" in page


def test_references_lead_only_where_the_reader_may_go(world: World) -> None:
    issue = world.issue("PUB-2")
    text = "See PUB-1, PRIV-1, UTF-8 and `PUB-1`; @dev knows, @nobody_here does not."
    edit_issue(world.actor("lead"), issue, version=1, fields={"description": text})
    stranger = text_of(signed_in(world, "stranger").get(PAGE))
    prose = stranger.split('<div class="prose">')[1].split("</div>")[0]
    assert prose.count('href="/issues/PUB-1/"') == 1, "not in code"
    assert 'title="Free issue of PUB"' in prose
    assert "/issues/PRIV-1/" not in stranger
    assert "Free issue of PRIV" not in stranger
    assert '"/people/dev/"' in stranger
    assert "/people/nobody_here/" not in stranger
    assert "/issues/PRIV-1/" in text_of(signed_in(world, "viewer").get(PAGE))


def test_no_text_becomes_markup(world: World) -> None:
    bad = '<script>alert(1)</script><img src=x onerror="y">'
    issue = open_issue(world.actor("viewer"), world.projects["PUB"].pk, title=bad, description=bad)
    add_comment(world.actor("viewer"), issue, body=bad + "[x](javascript:alert(1))")
    for path in (
        f"/issues/{issue.key}/",
        f"/issues/{issue.key}/history/",
        "/projects/PUB/issues/",
        f"/issues/{issue.key}/?version=1",
    ):
        page = text_of(signed_in(world, "lead").get(path))
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page


def test_an_earlier_version(world: World) -> None:
    issue = world.issue("PUB-2")
    first = add_comment(world.actor("viewer"), issue, body="Old words")
    edit_comment(world.actor("viewer"), first, version=1, body="New words")
    issue = edit_issue(world.actor("lead"), issue, version=1, fields={"title": "Renamed", "labels": []})
    client = signed_in(world, "stranger")
    page = text_of(client.get(f"{PAGE}?version=1"))
    assert "Taken issue of PUB" in page
    assert "Renamed" not in page
    assert "version 1 of 2" in page
    assert 'href="/issues/PUB-2/">' in page.split("Back to now")[0][-60:]
    assert "<form" not in page.split("<main")[1]
    assert client.get(f"{PAGE}?version=3").status_code == 404
    assert client.get(f"{PAGE}?version=x").status_code == 404
    moment = first.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    page = text_of(client.get(f"{PAGE}?as_of={moment}"))
    assert "Old words" in page
    assert "New words" not in page
    assert client.get(f"{PAGE}?as_of=2001-01-01").status_code == 404
    assert client.get(f"{PAGE}?as_of=soon").status_code == 422
    assert signed_in(world, "stranger").get("/issues/PRIV-1/?version=1").status_code == 404


def test_a_deleted_comment_says_nothing_in_the_past_either(world: World) -> None:
    issue = world.issue("PUB-2")
    comment = add_comment(world.actor("viewer"), issue, body="Secret slip")
    delete_comment(world.actor("viewer"), comment, version=1)
    for name in ("viewer", "lead", "operator"):
        assert "Secret slip" not in text_of(signed_in(world, name).get(f"{PAGE}?as_of=2099-01-01"))


def test_the_past_of_a_deleted_issue_is_for_leads(world: World) -> None:
    issue = world.issue("PUB-2")
    delete_issue(world.actor("lead"), issue, version=1)
    assert signed_in(world, "dev").get(f"{PAGE}?version=1").status_code == 410
    assert signed_in(world, "lead").get(f"{PAGE}?version=1").status_code == 200


def test_a_long_timeline_is_cut_with_a_link_to_the_rest(world: World) -> None:
    issue = world.issue("PUB-2")
    for i in range(103):
        add_comment(world.actor("viewer"), issue, body=f"comment number {i:03}")
    client = signed_in(world, "dev")
    page = text_of(client.get(PAGE))
    assert "Show 3 earlier entries" in page
    assert "number 002" not in page
    assert "number 003" in page
    assert "number 000" in text_of(client.get(f"{PAGE}?all=1"))


@pytest.mark.parametrize("name", ["lead", "assignee", "stranger"])
def test_the_number_of_queries_does_not_grow(world: World, name: str) -> None:
    issue = world.issue("PUB-2")

    def talk(n: int) -> None:
        for i in range(n):
            comment = add_comment(world.actor("viewer"), issue, body=f"{i}: see PUB-1, NO-{i + 1} and @dev")
            add_comment(world.actor("lead"), issue, body="Answer by @viewer", parent=comment.pk)

    def change(n: int) -> None:
        for i in range(n):
            now = world.issue("PUB-2")
            fields = {"labels": ["bug", "ui"] if i % 2 else [], "priority": "HIGH" if i % 2 else "LOW"}
            edit_issue(world.actor("lead"), now, version=now.version, fields=fields)

    talk(5)
    change(5)
    client = signed_in(world, name)
    few = queries_of(client, PAGE)
    talk(60)
    change(6)
    assert queries_of(client, PAGE) == few <= 12

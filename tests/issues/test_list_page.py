from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.services.labels import create_label
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"
NAMES = ["dev", "viewer", "stranger", "lead", "operator"]


def add(world: World, n: int, **fields: object) -> None:
    for i in range(n):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Row {i}", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_it_works(world: World, name: str) -> None:
    response = signed_in(world, name).get(LIST)
    assert response.status_code == 200
    assert "Free issue of PUB" in text_of(response)
    assert "Taken issue of PUB" in text_of(response)
    assert "PRIV" not in text_of(response) or name != "stranger"


def test_anonymous_signs_in_first(world: World) -> None:
    response = Client().get(LIST)
    assert response.status_code in (302, 303)
    assert response["Location"].startswith("/accounts/login/?next=")


def test_a_private_project_is_not_there_for_strangers(world: World) -> None:
    assert signed_in(world, "stranger").get("/projects/PRIV/issues/").status_code == 404
    assert signed_in(world, "leaver").get("/projects/PRIV/issues/").status_code == 404
    assert signed_in(world, "viewer").get("/projects/PRIV/issues/").status_code == 200


def test_another_spelling_of_the_key_leads_here(world: World) -> None:
    response = signed_in(world, "dev").get("/projects/pub/issues/?q=bug")
    assert response.status_code == 308
    assert response["Location"] == "/projects/PUB/issues/?q=bug"


def test_without_a_query_it_shows_what_is_open(world: World) -> None:
    issue = world.issue("PUB-1")
    edit_issue(world.actor("lead"), issue, version=issue.version, fields={"status": "CLOSED"})
    client = signed_in(world, "dev")
    assert "Free issue of PUB" not in text_of(client.get(LIST))
    assert "Free issue of PUB" in text_of(client.get(f"{LIST}?q="))
    assert "Free issue of PUB" in text_of(client.get(f"{LIST}?q=is:closed"))


def test_the_menus_and_chips_edit_the_query(world: World) -> None:
    client = signed_in(world, "dev")
    page = text_of(client.get(f"{LIST}?q=label:bug+sort:due-asc"))
    filters = f"{LIST}filters/?q=label%3Abug+sort%3Adue-asc"
    assert f'href="{filters}#filter-label"' in page, "a menu leads to what is in it"
    assert ">Label: bug</summary>" in page
    assert "</svg>Due date</summary>" in page
    assert 'href="?q=sort%3Adue-asc"' in page, "the chip leads to the query without it"
    menus = text_of(client.get(filters))
    assert f'href="{LIST}?q=label%3Abug+sort%3Adue-asc+status%3Aclosed"' in menus
    assert f'href="{LIST}?q=sort%3Adue-asc+label%3Aui"' in menus
    assert f'href="{LIST}?q=label%3Abug+sort%3Adue-asc" aria-current="true"' in menus
    assert f'href="{LIST}?q=label%3Abug+sort%3Apriority-desc"' in menus
    assert 'id="filter-label"' in menus
    alone = text_of(client.get(filters, headers={"HX-Request": "true"}))
    assert "<html" not in alone
    assert 'id="filter-sort"' in alone
    assert "Taken issue" in page
    assert "Free issue" not in page


def test_the_menus_of_all_projects_and_of_the_past(world: World) -> None:
    stranger = signed_in(world, "stranger")
    menus = text_of(stranger.get("/issues/filters/?q=is:open&group=type&as_of=2099-01-01"))
    assert 'href="/issues/?q=is%3Aopen+project%3APUB&amp;group=type&amp;as_of=2099-01-01"' in menus
    assert "PRIV" not in menus
    assert stranger.get("/projects/PRIV/issues/filters/").status_code == 404
    board = text_of(stranger.get("/projects/PUB/issues/filters/?q=&on=board&by=priority"))
    assert 'href="/projects/PUB/board/?q=assignee%3A%40me&amp;by=priority"' in board
    assert ">Status: Done<" in text_of(stranger.get(f"{LIST}?q=is:closed"))
    assert ">Assignee: Me<" in text_of(stranger.get(f"{LIST}?q=assignee:@me"))
    assert ">Priority: High<" in text_of(stranger.get(f"{LIST}?q=priority:high"))
    assert ">Assignee</summary>" in text_of(stranger.get(f"{LIST}?q=-assignee:@me")), "a negated term is no choice"


def test_a_mistyped_key_is_warned_about(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(f"{LIST}?q=asignee:dev"))
    assert "asignee: is not a filter" in page
    assert 'href="?q=assignee%3Adev"' in page


def test_nothing_found_says_what_would_be(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(f"{LIST}?q=label:bug+zzzz"))
    assert "No issue matches “label:bug zzzz”" in page
    assert ">1 without <code>zzzz</code>" in page
    assert "Clear filters" in page


def test_a_key_alone_leads_to_the_issue(world: World) -> None:
    client = signed_in(world, "stranger")
    assert client.get(f"{LIST}?q=pub-2")["Location"] == "/issues/PUB-2/"
    assert client.get("/issues/?q=PRIV-1").status_code == 200, "what may not be seen is a word like another"


def test_a_key_of_the_past_leads_to_the_issue_as_it_was(world: World) -> None:
    issue = world.issue("PUB-1")
    moment = issue.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    edit_issue(world.actor("lead"), issue, version=1, fields={"title": "A new name"})
    client = signed_in(world, "stranger")
    for asked in (f"q=pub-1&as_of={moment}", f"q=pub-1+as-of:{moment}"):
        there = client.get(f"{LIST}?{asked}")["Location"]
        assert there == f"/issues/PUB-1/?as_of={moment.replace(':', '%3A')}"
        assert "A new name" not in text_of(client.get(there))
    day = client.get(f"{LIST}?q=as-of:2100-01-31+PUB-1")
    assert day["Location"] == "/issues/PUB-1/?as_of=2100-01-31T23%3A59%3A59.999999Z"
    early = client.get(f"{LIST}?q=PUB-1+as-of:2001-01-31")
    assert early.status_code == 200 and "No issue matches" in text_of(early), "it was not there yet"
    assert client.get(f"/issues/?q=PRIV-1&as_of={moment}").status_code == 200


def test_a_key_of_the_past_leads_to_a_deleted_issue_who_may_restore_it(world: World) -> None:
    issue = world.issue("PUB-1")
    moment = issue.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    delete_issue(world.actor("lead"), issue, version=issue.version)
    asked = f"{LIST}?q=PUB-1&as_of={moment}"
    assert signed_in(world, "lead").get(asked)["Location"].startswith("/issues/PUB-1/?as_of=")
    assert signed_in(world, "dev").get(asked).status_code == 200


def test_pages_follow_each_other_without_gap(world: World) -> None:
    add(world, 58)
    client = signed_in(world, "dev")
    first = client.get(f"{LIST}?q=")
    assert text_of(first).count('class="row"') == 50
    assert "60 issues" in text_of(first)
    older = text_of(first).split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text_of(client.get(LIST + older))
    assert second.count('class="row"') == 10
    assert "Free issue of PUB" in second
    assert 'rel="next"' not in second
    assert "First page" in second


def test_a_foreign_cursor_shows_the_first_page(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(f"{LIST}?after=nonsense"))
    assert "That page of the list is not there" in page
    assert "Free issue" in page


def test_deleted_issues_show_to_leads_who_ask(world: World) -> None:
    issue = world.issue("PUB-1")
    delete_issue(world.actor("lead"), issue, version=issue.version)
    path = f"{LIST}?q=is:deleted"
    assert "Free issue" in text_of(signed_in(world, "lead").get(path))
    assert "Free issue" not in text_of(signed_in(world, "dev").get(path))
    assert "Free issue" not in text_of(signed_in(world, "lead").get(f"{LIST}?q="))


def test_all_projects_hide_what_may_not_be_seen(world: World) -> None:
    assert "PRIV" not in text_of(signed_in(world, "stranger").get("/issues/?q="))
    assert "Free issue of PRIV" in text_of(signed_in(world, "viewer").get("/issues/?q="))
    assert "Free issue of PUB" in text_of(signed_in(world, "stranger").get("/issues/"))


def test_an_archived_project_offers_no_new_issue(world: World) -> None:
    page = text_of(signed_in(world, "lead").get("/projects/OLD/issues/"))
    assert "/projects/OLD/issues/new/" not in page
    assert "/projects/PUB/issues/new/" in text_of(signed_in(world, "lead").get(LIST))
    assert "/projects/PUB/issues/new/" not in text_of(signed_in(world, "stranger").get(LIST))


def test_as_of_shows_the_past(world: World) -> None:
    issue = world.issue("PUB-1")
    before = issue.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    edit_issue(world.actor("lead"), issue, version=1, fields={"title": "A new name", "labels": ["ui"]})
    client = signed_in(world, "dev")
    then = text_of(client.get(f"{LIST}?q=&as_of={before}"))
    assert "Free issue of PUB" in then
    assert "A new name" not in then
    assert "Taken issue" not in then, "it was opened later"
    assert f"/issues/PUB-1/?as_of={before.replace(':', '%3A')}" in then
    assert "Back to now" in then
    now = text_of(client.get(f"{LIST}?q=label:ui&as_of=2099-01-01"))
    assert "A new name" in now
    assert "Taken issue" not in now


def test_as_of_asks_todays_rights(world: World) -> None:
    assert signed_in(world, "stranger").get("/projects/PRIV/issues/?as_of=2099-01-01").status_code == 404
    assert "PRIV" not in text_of(signed_in(world, "stranger").get("/issues/?q=&as_of=2099-01-01"))
    issue = world.issue("PUB-1")
    delete_issue(world.actor("lead"), issue, version=issue.version)
    moment = issue.updated_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert "Free issue" not in text_of(signed_in(world, "dev").get(f"{LIST}?q=&as_of={moment}"))
    assert "Free issue" in text_of(signed_in(world, "lead").get(f"{LIST}?q=&as_of={moment}"))


def test_as_of_says_what_it_leaves_out(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(f"{LIST}?q=changed:title+status:open&as_of=2099-01-01"))
    assert "“changed:title” cannot be asked of the past" in page
    assert "Free issue" in page


def test_a_wrong_moment_shows_the_present(world: World) -> None:
    page = text_of(signed_in(world, "dev").get(f"{LIST}?as_of=yesteryear"))
    assert "yesteryear” is not a time" in page
    assert "Free issue" in page


@pytest.mark.parametrize("path", [LIST, f"{LIST}?q=", "/issues/?q="])
def test_the_number_of_queries_does_not_grow(world: World, path: str) -> None:
    client = signed_in(world, "dev")
    add(world, 52, labels=["bug", "ui"])  # more than a page: what fits on one needs no count
    few = queries_of(client, path)
    add(world, 30, labels=["bug", "ui"])
    for number in range(1, 30):
        issue = world.issue(f"PUB-{number}")
        add_comment(world.actor("viewer"), issue, body="Seen.")
        if issue.assignee_id is None:
            assign_issue(world.actor("lead"), issue, version=issue.version, assignee="dev")
    assert queries_of(client, path) == few <= 8


def test_fifty_rows_stay_small(world: World) -> None:
    for name in ("performance", "security", "docs", "good first issue"):
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=name, colour="#1d76db")
    add(world, 60, labels=["security"], assignee="dev")
    page = signed_in(world, "dev").get(LIST).content
    assert page.count(b'class="row"') == 50
    assert len(page) <= 60_000


def test_a_tally_that_is_not_there_breaks_no_list(world: World) -> None:
    add(world, 51)
    project = world.projects["PUB"]
    whole = text_of(signed_in(world, "dev").get(f"{LIST}?q="))
    n = project.issues.filter(deleted_at=None).count()
    assert f">{n} issues<" in whole
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM issues_issuetally WHERE project_id = %s", [project.pk])
    assert f">{n} issues<" in text_of(signed_in(world, "dev").get(f"{LIST}?q="))

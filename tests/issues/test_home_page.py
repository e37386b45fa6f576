from __future__ import annotations

import datetime

from django.test import Client
from django.utils import timezone

from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World


def test_it_shows_my_work(world: World) -> None:
    page = text_of(signed_in(world, "assignee").get("/"))
    assert "Assigned to me" in page
    assert "Taken issue of PUB" in page
    assert "Taken issue of PRIV" in page
    assert "Free issue of PUB" not in page
    assert "/issues/?q=is%3Aopen+assignee%3A%40me" in page


def test_what_is_overdue_or_mentions_me_needs_me(world: World) -> None:
    pub, dev = world.projects["PUB"].pk, world.actor("dev")
    open_issue(dev, pub, title="Late thing", assignee="dev", due_date="2020-01-01")
    open_issue(world.actor("viewer"), pub, title="Asking someone", description="What does @dev say?")
    open_issue(dev, pub, title="Words of my own", description="I am @dev.")
    page = text_of(signed_in(world, "dev").get("/"))
    needs = page[page.index('id="needs"') : page.index('id="assigned"')]
    assert "Late thing" in needs and "Asking someone" in needs and "Words of my own" not in needs
    viewer = text_of(signed_in(world, "viewer").get("/"))
    assert "nobody mentioned you" in viewer[viewer.index('id="needs"') : viewer.index('id="assigned"')]


def test_assigned_ones_stand_under_their_status(world: World) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("assignee"), issue, version=issue.version, fields={"status": "IN_PROGRESS"})
    page = text_of(signed_in(world, "assignee").get("/"))
    order = [page.index(text) for text in ("<h3>In progress</h3>", "Taken issue of PUB", "<h3>Open</h3>", "of PRIV")]
    assert order == sorted(order)


def test_what_is_due_this_week(world: World) -> None:
    today = timezone.localdate()
    for days in (0, 0, 6, 7):
        due = (today + datetime.timedelta(days=days)).isoformat()
        open_issue(world.actor("dev"), world.projects["PRIV"].pk, title="Due", assignee="dev", due_date=due)
    page = text_of(signed_in(world, "dev").get("/"))
    assert "3 issues of yours" in page
    assert f"due%3A{today.isoformat()}" in page


def test_what_is_done_leaves(world: World) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("assignee"), issue, version=issue.version, fields={"status": "RESOLVED"})
    assert "Taken issue of PUB" not in text_of(signed_in(world, "assignee").get("/"))


def test_who_left_a_private_project_sees_nothing_of_it(world: World) -> None:
    assert "PRIV" not in text_of(signed_in(world, "leaver").get("/"))


def test_at_most_ten_and_a_link_to_the_rest(world: World) -> None:
    for i in range(12):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title=f"Mine {i}")
    page = text_of(signed_in(world, "dev").get("/"))
    assert page.count('class="row"') == 10
    assert "More →" in page


def test_a_newcomer_is_told_what_to_do(world: World) -> None:
    page = text_of(signed_in(world, "stranger").get("/"))
    assert "Nothing is assigned to you" in page
    assert 'href="/issues/"' in page


def test_anonymous_signs_in_first(db: None) -> None:
    assert Client().get("/")["Location"].startswith("/accounts/login/")


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    client = signed_in(world, "dev")
    open_issue(world.actor("dev"), world.projects["PUB"].pk, title="One", assignee="dev")
    open_issue(world.actor("dev"), world.projects["PUB"].pk, title="Another")
    few = queries_of(client, "/")
    for i in range(20):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title=f"Mine {i}", assignee="dev" if i % 2 else None)
    assert queries_of(client, "/") == few <= 9

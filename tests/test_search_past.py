"""`was:` and `changed:` ask the history, for each engine the same."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from accounts.actor import Actor
from issues import search
from issues.selectors.counting import count_found
from issues.selectors.listing import list_issues
from issues.services.assigning import assign_issue
from issues.services.editing import edit_issue
from issues.services.importing import replay
from issues.services.opening import open_issue
from tests.api.calling import Caller
from tests.world import World

TODAY = datetime.date(2026, 3, 20)


def day(n: int) -> datetime.datetime:
    return datetime.datetime(2026, 3, n, 12, tzinfo=datetime.UTC)


@pytest.fixture
def past(world: World) -> World:
    """PUB-3 was opened on the 1st, closed on the 5th, reopened on the 10th; PUB-4 was assigned to dev, then to lead, on
    the 12th; PUB-5 got a label on the 15th, a due date and another title on the 16th."""
    system, lead, pub = Actor.system(), world.actor("lead"), world.projects["PUB"].pk
    three, four, five = (replay(system, open_issue, lead, pub, title=f"Past {n}", at=day(1)) for n in (3, 4, 5))
    replay(system, edit_issue, lead, three, version=1, fields={"status": "CLOSED"}, at=day(5))
    replay(system, edit_issue, lead, three, version=2, fields={"status": "OPEN"}, at=day(10))
    replay(system, assign_issue, lead, four, version=1, assignee="dev", at=day(12))
    replay(system, assign_issue, lead, four, version=2, assignee="lead", at=day(12))
    replay(system, edit_issue, lead, five, version=1, fields={"labels": ["bug"]}, at=day(15))
    replay(system, edit_issue, lead, five, version=2, fields={"due_date": "2026-04-01", "title": "Other"}, at=day(16))
    return world


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("was:closed", [3]),
        ("was:closed is:open", [3]),
        ("was:open", [3, 4, 5]),
        ("-was:closed key:PUB-4", [4]),
        ("was:in-progress", []),
        ("was:@dev", [4]),
        ("was:@lead", []),
        ("was:@nobody_at_all", []),
        ("was:medium,critical", [3, 4, 5]),
        ("changed:status", [3]),
        ("changed:status,assignee", [3, 4]),
        ("changed:status after:2026-03-05", [3]),
        ("changed:status after:2026-03-10", []),
        ("changed:status before:2026-03-05", []),
        ("changed:status before:2026-03-06", [3]),
        ("changed:status after:2026-03-05 before:2026-03-10", []),
        ("changed:assignee", [4]),
        ("changed:label", [5]),
        ("changed:labels after:2026-03-15", []),
        ("changed:due after:-5d", [5]),
        ("changed:title", [5]),
        ("changed:description", []),
        ("changed:type", []),
        ("(changed:status OR changed:due) after:2026-03-01 changed:title", [5]),
        ("-changed:status after:2026-03-04", [4, 5]),
        ("-changed:status after:2026-03-10", [3, 4, 5]),
        ("-changed:status before:2026-03-06", [4, 5]),
        ("-changed:status,due after:2026-03-01", [4]),
        ("-(-changed:status) after:2026-03-04", [3]),
        ("-(-changed:status) after:2026-03-10", []),
        ("-changed:status changed:due after:2026-03-15", [5]),
        ("-changed:assignee after:2026-03-11 before:2026-03-12", [3, 4, 5]),
        ("changed:status after:2026-03-05,2026-03-11", [3]),
        ("changed:status after:2026-03-05 after:2026-03-11", [3]),
        ("changed:status after:soon", []),
        ("-changed:status after:soon", []),
    ],
)
def test_it_finds(past: World, text: str, numbers: list[int]) -> None:
    actor = past.actor("stranger")
    query = search.compile(search.parse(f"{text} sort:key"), actor, today=TODAY, project=past.projects["PUB"])
    assert [
        issue.number for issue in list_issues(actor, query, project=past.projects["PUB"]).items if issue.number > 2
    ] == numbers


def test_counts_and_the_api_agree(past: World) -> None:
    actor, project = past.actor("stranger"), past.projects["PUB"]
    query = search.compile(search.parse("-changed:status after:2026-03-04"), actor, today=TODAY, project=project)
    assert count_found(actor, query, project=project, most=10) == 4  # PUB-1 and PUB-2 among them
    answer = Caller(past, "stranger").get("/projects/PUB/issues?q=-changed:status%20after:2026-03-04%20sort:key")
    assert [item["key"] for item in answer.json["items"]] == ["PUB-1", "PUB-2", "PUB-4", "PUB-5"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("changed:status after:2026-01-01,2026-02-01", [(32, 42)]),
        ("changed:status after:2026-01-01 after:2026-02-01", [(38, 48)]),
        ("changed:status before:2026-01-01 after:2026-01-01 before:2026-02-01,today", [(57, 67), (68, 73)]),
        ("as-of:2026-01-01,2026-02-01 as-of:today", [(17, 27), (34, 39)]),
        ("-changed:status after:2026-01-01", []),
    ],
)
def test_what_does_not_count_is_said(world: World, text: str, spans: list[tuple[int, int]]) -> None:
    query = search.compile(search.parse(text), world.actor("dev"), today=TODAY)
    assert [warning.span for warning in query.warnings] == spans
    assert all("is left out" in warning.message for warning in query.warnings)


@pytest.mark.parametrize(
    "text", ["was:opne", "changed:colour", "after:2026-01-01", "before:today", "changed:status after:soon"]
)
def test_what_does_not_fit_is_said(world: World, text: str) -> None:
    query = search.compile(search.parse(text), world.actor("dev"), today=timezone.localdate())
    assert len(search.strict_errors(query)) == 1

"""Lists that are read in pieces, by the indexes that hold these, stand in one order over all pages: nothing is skipped,
nothing comes twice, however small the pages are."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts.actor import Actor
from issues import search
from issues.models import OPEN_STATUSES, Issue
from issues.search import Compiled
from issues.search.when import updated_since
from issues.selectors import listing
from issues.selectors.counting import count_found
from issues.selectors.listing import list_issues
from issues.selectors.listing_as_of import AsOf
from issues.selectors.palette import find_for_palette
from issues.services.commenting import add_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.errors import Invalid
from itms_site.paging import Page
from projects.models import Project
from tests.standing import stand
from tests.world import World

FAR = datetime.date.max
DAYS = [None, "2026-12-01", "2026-12-01", None, "2026-11-01", "2027-01-05"]
STATUSES = list(dict.fromkeys(["OPEN", "IN_PROGRESS", "OPEN", "RESOLVED"]))


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Issues of three projects, of which `stranger` sees one: with days that are the same and days that are not there,
    open and closed, of somebody and of nobody."""
    for world in stand(django_db_blocker):
        with django_db_blocker.unblock():
            fill(world)
        yield world


@pytest.fixture
def many(standing: World, db: None) -> World:
    return World.present()


def fill(world: World) -> None:
    lead = world.actor("lead")
    for n in range(24):
        issue = open_issue(
            lead,
            world.projects["PRIV" if n % 5 == 4 else "PUB"].pk,
            title=f"Row {n}",
            priority=["LOW", "HIGH", "MEDIUM", "CRITICAL"][n % 4],
            type=["BUG", "TASK", "OTHER"][n % 3],
            assignee=[None, "dev", "lead"][n % 3],
            due_date=DAYS[n % len(DAYS)],
        )
        if STATUSES[n % 3] != "OPEN":
            issue = edit_issue(lead, issue, version=1, fields={"status": STATUSES[n % 3]})
        if n % 4 == 0:
            add_comment(world.actor("dev"), issue, body="Seen")
        if n == 17:
            delete_issue(lead, issue, version=issue.version)


def compiled(actor: Actor, text: str, project: Project | None) -> Compiled:
    return search.compile(search.parse(text), actor, today=timezone.localdate(), project=project)


def through(page: Callable[[str | None], Page[Any]]) -> list[Any]:
    found, after = [], None
    while True:
        one = page(after)
        found += one.items
        after = one.next
        if after is None:
            return found
        assert one.items, "no page is empty and has one behind it"


def all_of(actor: Actor, project: Project | None, asked: str, **more: Any) -> list[Issue]:
    query = compiled(actor, asked, project)
    rows = through(lambda after: list_issues(actor, query, project=project, after=after, **more))
    by_id = Issue.objects.select_related("project", "assignee").in_bulk([row.pk for row in rows])
    return [by_id[row.pk] for row in rows]


ORDERS: dict[str, Callable[[Issue], Any]] = {
    "sort:due": lambda issue: (issue.due_date or FAR, issue.pk),
    "sort:due-desc": lambda issue: (-(issue.due_date or FAR).toordinal(), -issue.pk),
    "sort:priority": lambda issue: (-issue.priority_rank, -issue.pk),
    "sort:priority-asc": lambda issue: (issue.priority_rank, issue.pk),
    "sort:updated": lambda issue: (-issue.updated_at.timestamp(), -issue.pk),
    "sort:updated-asc": lambda issue: (issue.updated_at.timestamp(), issue.pk),
    "sort:created-asc": lambda issue: (issue.created_at.timestamp(), issue.pk),
    "sort:created": lambda issue: (-issue.created_at.timestamp(), -issue.pk),
}
PARTS: dict[str, Callable[[Issue], bool]] = {
    "": lambda issue: True,
    "is:open": lambda issue: issue.is_open,
    "is:closed": lambda issue: not issue.is_open,
    "assignee:dev": lambda issue: issue.assignee is not None and issue.assignee.username == "dev",
    "author:lead": lambda issue: issue.reporter.username == "lead",
    "commenter:dev": lambda issue: issue.comments.filter(author__username="dev").exists(),
    "has:due": lambda issue: issue.due_date is not None,
    "due:2026-12-01": lambda issue: issue.due_date == datetime.date(2026, 12, 1),
    "is:open due:<2026-12-15": lambda issue: issue.is_open and (issue.due_date or FAR) < datetime.date(2026, 12, 15),
}


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_holds_each_issue_once(many: World, order: str) -> None:
    seen = {"lead": set(many.projects), "stranger": {"PUB", "OLD"}}
    for part, who, one_project in product(PARTS, seen, (False, True)):
        rows = Issue.objects.filter(deleted_at=None, project__key__in={"PUB"} if one_project else seen[who])
        expected = sorted(filter(PARTS[part], rows.select_related("assignee", "reporter")), key=ORDERS[order])
        assert len(expected) > 3
        project = many.projects["PUB"] if one_project else None
        for limit in (3, 50):
            assert all_of(many.actor(who), project, f"{part} {order}", limit=limit) == expected, (part, who, limit)


RANKS: dict[str, Callable[[Issue], Any]] = {
    "status": lambda issue: ["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"].index(issue.status),
    "type": lambda issue: ["BUG", "FEATURE", "TASK", "OTHER"].index(issue.type),
    "priority": lambda issue: -issue.priority_rank,
    "project": lambda issue: issue.project.key,
    "assignee": lambda issue: issue.assignee.username if issue.assignee else "",
}


@pytest.mark.parametrize("group", RANKS)
def test_groups_stand_one_behind_the_other(many: World, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    asked = [("", ""), ("is:open", ""), ("", "sort:created-asc"), ("row", "sort:priority"), ("assignee:dev", "")]
    for (part, order), one_by_one in product(asked, (0, 1, 10)):
        monkeypatch.setattr(listing, "ONE_BY_ONE", one_by_one)
        monkeypatch.setattr(listing, "PROJECTS_ONE_BY_ONE", one_by_one)
        rows = Issue.objects.filter(deleted_at=None).select_related("assignee", "project")
        found = [issue for issue in rows if "Row" in issue.title] if part == "row" else filter(PARTS[part], rows)
        place = ORDERS[order or "sort:updated"]
        expected = sorted(found, key=lambda issue, place=place: (RANKS[group](issue), place(issue)))  # type: ignore[misc]
        for limit in (3, 50):
            assert all_of(many.actor("lead"), None, f"{part} {order}", group=group, limit=limit) == expected


@pytest.mark.parametrize("order", ["", "sort:updated-asc", "sort:priority", "sort:due"])
def test_the_past_holds_each_issue_once(many: World, order: str) -> None:
    moment = Issue.objects.get(title="Row 15").created_at
    now = {"sort:priority": ORDERS["sort:priority"], "sort:due": ORDERS["sort:due"]}
    for who, keys in (("lead", set(many.projects)), ("stranger", {"PUB", "OLD"})):
        for project in (None, many.projects["PUB"]):
            actor = many.actor(who)
            parsed = search.parse(order)
            query = search.compile(parsed, actor, today=timezone.localdate(), project=project)
            then = AsOf(actor, parsed, query, moment, project=project, today=timezone.localdate())
            alive = Issue.objects.filter(created_at__lte=moment, deleted_at=None, project__key__in=keys)
            expected = set(alive.filter(project=project) if project else alive)
            for limit in (3, 50):
                rows = through(lambda after, limit=limit, then=then: then.page(after=after, limit=limit))  # type: ignore[misc]
                assert {row.id for row in rows} == {issue.pk for issue in expected} and len(rows) == len(expected)
                if order not in now:
                    moments = [row.updated_at for row in rows]
                    assert moments == sorted(moments, reverse=not order.endswith("asc"))


@pytest.mark.parametrize(("asked", "group"), [("sort:priority", ""), ("assignee:dev", ""), ("", "status")])
def test_what_moves_while_a_page_is_read_stands_on_it_once(many: World, asked: str, group: str) -> None:
    """An issue goes from the piece that was read to the one that is read next."""
    lead = many.actor("lead")
    query = compiled(lead, asked, None)
    whole = list_issues(lead, query, limit=50, group=group or None).items
    moved = Issue.objects.get(pk=next(row.pk for row in whole if row.status in OPEN_STATUSES))
    read: list[str] = []

    def move(execute: Any, sql: str, *more: Any) -> Any:
        found = execute(sql, *more)
        if "ORDER BY" in sql and " LIMIT " in sql and "priority" in sql:
            read.append(sql)
            if len(read) == 1:
                edit_issue(lead, moved, version=moved.version, fields={"status": "RESOLVED"})
        return found

    with connection.execute_wrapper(move):
        rows = list_issues(lead, query, limit=50, group=group or None).items
    assert len(read) >= 2 and [row.pk for row in rows].count(moved.pk) == 1
    assert all(row.label_list is not None for row in rows)


def test_a_row_that_goes_while_a_page_is_read_does_not_end_the_list(many: World) -> None:
    lead, reader = many.actor("lead"), many.actor("stranger")
    parsed = search.parse("")
    query = search.compile(parsed, reader, today=timezone.localdate(), project=None)
    then = AsOf(reader, parsed, query, timezone.now(), today=timezone.localdate())
    gone = then.page(limit=4).items[1].id
    read: list[str] = []

    def delete(execute: Any, sql: str, *more: Any) -> Any:
        if "history_id` IN" in sql.replace('"', "`") and not read:
            read.append(sql)
            issue = Issue.objects.get(pk=gone)
            delete_issue(lead, issue, version=issue.version)
        return execute(sql, *more)

    with connection.execute_wrapper(delete):
        page = then.page(limit=4)
    assert read and gone not in {row.id for row in page.items}
    assert page.next


def test_deleted_issues_are_found_by_their_due_day(many: World) -> None:
    lead = many.actor("lead")
    gone = Issue.objects.get(title="Row 17")
    for asked in ("due:2027-01-05", "is:overdue,deleted", "due:>=2027-01-01 sort:due"):
        query = compiled(lead, f"is:deleted {asked}", None)
        assert gone.pk in {row.pk for row in list_issues(lead, query).items}, asked
        assert count_found(lead, query, project=None, most=50) >= 1


@pytest.mark.parametrize("day", ["2026-02-31", "0000-01-01", "2026-1-1", ""])
def test_a_day_that_is_none_is_no_cursor(many: World, day: str) -> None:
    lead = many.actor("lead")
    raw = json.dumps([["due_sort", "id"], [day, 5]]).encode()
    with pytest.raises(Invalid):
        list_issues(lead, compiled(lead, "sort:due", None), after=base64.urlsafe_b64encode(raw).decode().rstrip("="))


@pytest.mark.parametrize("order", ["sort:due", "sort:priority", ""])
def test_a_cursor_of_another_order_is_refused(many: World, order: str) -> None:
    lead = many.actor("lead")
    other = list_issues(lead, compiled(lead, "sort:created", None), limit=2).next
    with pytest.raises(Invalid):
        list_issues(lead, compiled(lead, order, None), limit=2, after=other)


def test_what_the_palette_finds_by_words_it_finds_without_their_index(
    many: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("row", "row 1", "ROW 15", "ow", "row r")
    for who in ("lead", "stranger"):
        actor = many.actor(who)
        found = [find_for_palette(actor, text).issues for text in texts]
        assert [len(issues) for issues in found] == [8, 8, 1, 0, 8]
        monkeypatch.setattr("issues.selectors.palette.candidates", lambda frame: None)
        assert [find_for_palette(actor, text).issues for text in texts] == found
        monkeypatch.undo()
    assert all(issue.project.key == "PUB" for issue in find_for_palette(many.actor("stranger"), "row").issues)
    named = find_for_palette(many.actor("lead"), "PRIV-1")
    assert named.exact and named.issues[0].key == "PRIV-1"
    assert find_for_palette(many.actor("stranger"), "PRIV-1").issues == []


@pytest.mark.parametrize(
    ("asked", "bounded"),
    [
        ("created:>=2026-01-01", True),
        ("closed:-7d", True),
        ("changed:status after:2026-01-01", True),
        ("changed:status", False),
        ("created:<2026-01-01", False),
        ("closed:none", False),
    ],
)
def test_what_happened_since_a_day_is_not_looked_for_before_it(many: World, asked: str, *, bounded: bool) -> None:
    lead = many.actor("lead")
    with CaptureQueriesContext(
        connection,
    ) as context:
        list_issues(lead, compiled(lead, asked, None))
    asked_of = next(query["sql"] for query in context if "priority" in query["sql"])
    assert ("updated_at` >=" in asked_of or 'updated_at" >=' in asked_of) == bounded


def test_a_clock_that_was_set_back_hides_nothing() -> None:
    """An issue that was changed, by the clock, before it was reported, is found by when it was reported."""
    moment = datetime.datetime(2026, 5, 2, 12, tzinfo=datetime.UTC)
    (name, bound), *others = updated_since(moment).children
    assert name == "updated_at__gte" and moment - bound >= datetime.timedelta(hours=1) and not others
    assert updated_since(datetime.datetime.min.replace(tzinfo=datetime.UTC)) == Q()


@pytest.mark.parametrize("asked", ["", "is:open", "sort:priority", "is:open sort:due", "sort:created", "assignee:dev"])
def test_the_servers_begin_with_the_issues(many: World, asked: str) -> None:
    """Their planners would begin with the projects, and walk through all issues for each of them."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite walks by itself")
    lead = many.actor("lead")
    with CaptureQueriesContext(connection) as context:
        list_issues(lead, compiled(lead, asked, None))
    lists = [query["sql"] for query in context if "FORCE INDEX" in query["sql"]]
    table = "" if connection.mysql_is_mariadb else "FORMAT=TRADITIONAL "  # type: ignore[attr-defined]
    assert lists
    for sql in lists:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {table}{sql.replace('%', '%%')}")
            names = [column[0] for column in cursor.description]
            plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        first = next(line for line in plan if line["type"] not in ("const", "system"))
        assert first["table"] == "issues_issue" and first["key"] in sql.split("FORCE INDEX")[1][:40], plan


@pytest.mark.django_db
def test_the_servers_ask_row_by_row() -> None:
    """`exists` is not turned into a table of all rows that there are, nor a join into one of hashes."""
    if connection.vendor == "sqlite":
        pytest.skip("a setting of the servers")
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@optimizer_switch")
        switches = cursor.fetchone()[0].split(",")
    assert ("exists_to_in=off" if connection.mysql_is_mariadb else "block_nested_loop=off") in switches  # type: ignore[attr-defined]

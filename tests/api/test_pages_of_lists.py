"""Pages: every row once while rows are added, and as many queries for 1,000 rows as for 10."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.services.users import register
from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project
from tests.api.calling import Caller
from tests.standing import stand
from tests.world import PASSWORD, World

By = Callable[..., Caller]


def walk(
    caller: Caller, path: str, limit: int, between: Callable[[int], object] = lambda _page: None
) -> Iterator[dict]:
    """Every item of every page; `between` is called after each."""
    joint, cursor = ("&" if "?" in path else "?"), ""
    for page in range(1000):
        answer = caller.get(f"{path}{joint}limit={limit}{cursor}")
        assert answer.status == 200, answer
        assert len(answer.json["items"]) <= limit
        yield from answer.json["items"]
        if answer.json["next"] is None:
            return
        cursor = f"&cursor={answer.json['next']}"
        between(page)
    raise AssertionError("the pages have no end")


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """9 of everything in PUB."""
    for world in stand(django_db_blocker):
        with django_db_blocker.unblock():
            nine_of_each(world)
        yield world


@pytest.fixture
def world(standing: World, db: None) -> World:
    return World.present()


def nine_of_each(world: World) -> None:
    lead, project = world.actor("lead"), world.projects["PUB"]
    issue = world.issue("PUB-1")
    for n in range(9):
        open_issue(
            lead, project.pk, title=f"Issue {n}", priority=("LOW", "HIGH")[n % 2], due_date=f"2027-01-{n % 3 + 1:02}"
        )
        create_label(lead, project.pk, name=f"label {n:02}")
        add_comment(lead, issue, body=f"Comment {n}")
        user = register(None, username=f"person{n}", email=f"p{n}@example.com", password=PASSWORD)
        add_member(lead, project.pk, identifier=user.username, role="VIEWER")
        create_project(lead, key=f"P{n:02}", name=f"Project {n}")


LISTS = {
    "/projects": ("key", 12),
    "/issues": ("key", 15),
    "/projects/PUB/issues": ("key", 11),
    "/projects/PUB/issues?q=sort:created-asc": ("key", 11),
    "/projects/PUB/issues?q=sort:priority": ("key", 11),
    "/projects/PUB/issues?q=sort:due-asc": ("key", 11),
    "/projects/PUB/issues?q=sort:comments": ("key", 11),
    "/projects/PUB/issues?q=is:open": ("key", 11),
    "/projects/PUB/members": ("username", 13),
    "/projects/PUB/labels": ("name", 11),
    "/issues/PUB-1/comments": ("id", 9),
}


@pytest.mark.parametrize("path", LISTS)
def test_every_row_once(by: By, path: str) -> None:
    field, count = LISTS[path]
    lead = by("lead")
    whole = [item[field] for item in walk(lead, path, 100)]
    assert len(set(whole)) == len(whole) == count
    for limit in (1, 4, count, count + 1):
        assert [item[field] for item in walk(lead, path, limit)] == whole


@pytest.mark.parametrize("path", LISTS)
def test_rows_that_are_added_meanwhile_shift_nothing(by: By, world: World, path: str) -> None:
    field, _count = LISTS[path]
    lead, actor, project = by("lead"), world.actor("lead"), world.projects["PUB"]
    before = {item[field] for item in walk(lead, path, 100)}

    def add(page: int) -> None:
        """One that sorts to the front and one to the end, of each kind."""
        for place in ("A", "Z"):
            create_project(actor, key=f"{place}{place}{page:03}", name="x")
            create_label(actor, project.pk, name=f"{place}{page}")
        open_issue(actor, project.pk, title="new", priority="CRITICAL", due_date="2026-01-01")
        open_issue(actor, project.pk, title="new", priority="LOW")
        add_comment(actor, world.issue("PUB-1"), body="new")

    seen = [item[field] for item in walk(lead, path, 3, lambda page: add(page) if page < 5 else None)]
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_a_row_that_changes_is_never_shown_twice_on_later_pages(by: By) -> None:
    """Newest changes first: what is changed meanwhile moves to the front, behind the reader."""
    lead = by("lead")
    keys = [item["key"] for item in walk(lead, "/projects/PUB/issues", 100)]
    changed = iter(keys[:10])

    def change(_page: int) -> None:
        key = next(changed, None)
        if key is not None:
            lead.put(f"/issues/{key}/labels/ui")

    seen = [item["key"] for item in walk(lead, "/projects/PUB/issues", 3, change)]
    assert seen == keys


def test_rows_that_go_meanwhile(by: By) -> None:
    lead = by("lead")
    keys = [item["key"] for item in walk(lead, "/projects/PUB/issues", 100)]

    def delete(page: int) -> None:
        lead.delete(f"/issues/{keys[page * 3 + 2]}", If_Match='"1"')  # the last one shown

    seen = [item["key"] for item in walk(lead, "/projects/PUB/issues", 3, delete)]
    assert seen == keys


BASELINE = {
    "/projects": 3,
    "/issues": 4,
    "/projects/PUB/issues": 5,
    "/projects/PUB/issues?q=is:open%20label:bug%20assignee:assignee%20issue": 5,
    "/projects/PUB/members": 3,
    "/projects/PUB/labels": 3,
    "/projects/PUB/history": 3,
    "/issues/PUB-1/comments": 3,
    "/issues/PUB-1/history": 4,  # and one for the people that it was assigned to
}


def count(caller: Caller, path: str) -> int:
    """How many queries a full page takes, the token's own among them."""
    joint = "&" if "?" in path else "?"
    caller.get("/me")  # notes the use of the token
    with CaptureQueriesContext(connection) as queries:
        answer = caller.get(f"{path}{joint}limit=100")
    assert answer.status == 200, answer
    return len(queries)


def fill(world: World, first: int, last: int) -> None:
    lead, project = world.actor("lead"), world.projects["PUB"]
    for n in range(first, last):
        issue = world.issue("PUB-1")
        open_issue(lead, project.pk, title=f"Issue {n}", assignee="assignee", labels=["bug", "ui"])
        add_comment(lead, issue, body=f"Comment {n}")
        user = register(None, username=f"person{n}", email=f"p{n}@example.com", password=PASSWORD)
        add_member(lead, project.pk, identifier=user.username, role="DEVELOPER")
        create_label(lead, project.pk, name=f"label {n}")
        create_project(lead, key=f"X{n}", name=f"Project {n}")
        edit_issue(lead, issue, version=issue.version, fields={"title": f"Title {n}", "labels": ["bug", "ui"][n % 2 :]})


def test_as_many_queries_for_many_rows_as_for_few(world: World, by: By) -> None:
    """1,000 rows: tests/api_live/test_query_counts.py."""
    lead = by("lead")
    fill(world, 10, 13)
    few = {path: count(lead, path) for path in BASELINE}
    fill(world, 13, 35)
    assert {path: count(lead, path) for path in BASELINE} == few
    assert few == BASELINE

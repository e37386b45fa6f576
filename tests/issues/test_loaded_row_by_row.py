"""Nothing loads related rows one by one: django-zeal, which watches every request of the suite (tests/conftest.py),
raises at the second load of the same kind from one place. Here there are several rows of everything, and no exceptions.
What it does not see, a count or a look-up in a loop, shows as one statement that is asked again and again."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode
from zeal import zeal_context
from zeal.errors import NPlusOneError

from accounts.models import Change, Token
from issues.models import Comment, Issue
from issues.views import listing
from projects.models import Label
from tests.admin.asking import change_page, list_page, membership
from tests.api.calling import V1, Caller
from tests.crowded import PEOPLE, crowd
from tests.issues.browsing import signed_in
from tests.world import World

OFTEN = 2  # how often one statement may be asked with other values; three of PEOPLE would be more
PUB = "/projects/PUB"
PAGES = [
    "/", "/issues/", "/issues/?q=row", "/projects/", "/people/", "/views/", f"{PUB}/", f"{PUB}/issues/",
    *(f"{PUB}/issues/?group={by}" for by in ("assignee", "status", "priority", "type")), "/issues/?group=project",
    f"{PUB}/issues/?q=row&sort=relevance", f"{PUB}/issues/?q=row+sort:relevance", f"{PUB}/issues/?q=label:bug+words",
    *(f"{PUB}/board/?by={by}" for by in ("status", "assignee", "priority", "type")), f"{PUB}/activity/",
    f"{PUB}/members/", f"{PUB}/labels/", f"{PUB}/labels/bug/", f"{PUB}/reports/", f"{PUB}/settings/",
    f"{PUB}/removal/", f"{PUB}/issues/new/", f"{PUB}/issues/filters/", f"{PUB}/issues/similar/?title=row",
    "/issues/PUB-1/", "/issues/PUB-1/edit/", "/issues/PUB-1/history/", "/issues/PUB-3/", "/issues/PUB-3/edit/",
    "/people/ann/", "/palette/?q=row", f"{PUB}/members/ann/rights/", f"{PUB}/members/ann/removal/",
    "/issues/PUB-1/choices/?field=labels", "/search/completion/?q=assignee:", "/search/completion/?q=label:",
]  # fmt: skip
PAST = ["/issues/?q=", f"{PUB}/issues/?q=", f"{PUB}/issues/?q=label:bug", "/issues/PUB-1/?", "/issues/PUB-3/?"]
EXPORTS = [f"{where}/issues/export.{form}?q=" for where in ("", PUB) for form in ("csv", "json")]
CALLS = [
    "/me", "/projects", f"{PUB}", "/issues", "/issues?q=row", f"{PUB}/issues", f"{PUB}/issues?q=row", f"{PUB}/members",
    f"{PUB}/labels", f"{PUB}/history", "/issues/PUB-1", "/issues/PUB-3", "/issues/PUB-1/comments",
    "/issues/PUB-1/history",
]  # fmt: skip
KEYS = [f"PUB-{n}" for n in range(3, 9)]
ACTS: list[tuple[str, dict[str, Any]]] = [
    (f"{PUB}/issues/new/", {"title": "New", "type": "BUG", "priority": "LOW", "labels": [*PEOPLE], "assignee": "ann"}),
    ("/issues/PUB-1/comments/", {"body": "See PUB-2, PUB-3 and PUB-4, @ann, @bob and @cleo."}),
    ("/issues/PUB-3/status/", {"status": "CLOSED", "version": "3"}),
    ("/issues/PUB-4/assignee/", {"assignee": "ann", "version": "3"}),
    ("/issues/PUB-5/properties/", {"labels": [*PEOPLE, "bug"], "version": "3"}),
    ("/issues/bulk/", {"issue": KEYS, "next": "/issues/", "priority": "CRITICAL", "add": "bug"}),
]
BULK = {"issue": [f"{key}:3" for key in KEYS], "next": "/issues/", "apply": "1"}


class Watch:
    """What requests loaded row by row, by their address."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def __call__(self, client: Client, address: str, sent: dict[str, Any] | None = None, status: int = 200) -> None:
        try:
            if sent is None:
                client.get(address)  # what is loaded once for each process does not count
            with CaptureQueriesContext(connection) as queries, zeal_context():
                response: Any = client.get(address) if sent is None else client.post(address, sent)
                if response.streaming:  # its rows are read outside of all middleware
                    b"".join(response.streaming_content)
        except NPlusOneError as error:
            self.found[address] = str(error)
            return
        if response.status_code != status:
            self.found[address] = f"{response.status_code} {response.content[:300]!r}"
        elif asked := asked_again([query["sql"] for query in queries]) if sent is None else None:
            self.found[address] = asked


def asked_again(statements: list[str]) -> str | None:
    """The statement that was asked most often, more than OFTEN times: the same but for the values in it."""
    shapes = Counter(re.sub(r"'(?:[^']|'')*'|\b\d+\b|IN \([^()]*\)", "?", sql) for sql in statements)
    shapes = Counter({sql: n for sql, n in shapes.items() if sql.startswith("SELECT") and n > OFTEN})
    return next((f"{n} times {sql}" for sql, n in shapes.most_common(1)), None)


@pytest.fixture
def comments(world: World, settings: Any) -> list[Comment]:
    settings.ZEAL_ALLOWLIST = []
    return crowd(world)


def test_no_page_does(world: World, comments: list[Comment]) -> None:
    watch, client = Watch(), signed_in(world, "lead")
    answer = Comment.objects.get(parent=comments[0])
    for address in [*PAGES, f"/comments/{answer.pk}/edit/", f"/comments/{comments[0].pk}/history/"]:
        watch(client, address)
    assert watch.found == {}


def test_no_page_of_the_past_does(world: World, comments: list[Comment]) -> None:
    watch, client, moment = Watch(), signed_in(world, "lead"), timezone.now().isoformat()
    for address in PAST:
        watch(client, f"{address}&{urlencode({'as_of': moment})}")
    assert watch.found == {}


def test_no_export_does(world: World, comments: list[Comment]) -> None:
    watch, client = Watch(), signed_in(world, "lead")
    for address in EXPORTS:
        watch(client, address)
    assert watch.found == {}


@pytest.mark.parametrize("how", ["read", "session"])
def test_no_call_does(world: World, comments: list[Comment], how: str) -> None:
    watch, caller = Watch(), Caller(world, "lead", how)
    caller.client.defaults.update({f"HTTP_{name.upper()}": value for name, value in caller.headers.items()})
    moment = urlencode({"as_of": timezone.now().isoformat()})
    for path in CALLS:
        watch(caller.client, V1 + path)
        watch(caller.client, f"{V1}{path}{'&' if '?' in path else '?'}{moment}")
    assert watch.found == {}


@pytest.mark.parametrize("name", ["lead", "operator"])
def test_no_page_of_the_admin_does(world: World, comments: list[Comment], name: str) -> None:
    watch, client = Watch(), signed_in(world, name)
    watch(client, "/admin/")
    rows: list[Model] = [world.issue("PUB-1"), world.issue("PUB-3"), comments[0], world.projects["PUB"]]
    rows += [membership(world, "PUB", "ann"), Label.objects.get(name="ann"), Change.objects.latest("pk")]
    if name == "operator":
        rows += [world.users["ann"], Token.objects.filter(user=world.users["ann"])[0]]
    for row in rows:
        watch(client, list_page(type(row)))
        watch(client, list_page(type(row)) + "?q=ann")
        watch(client, change_page(row))
    assert watch.found == {}


def test_no_act_does(world: World, comments: list[Comment]) -> None:
    watch, client = Watch(), signed_in(world, "lead")
    for address, sent in ACTS:
        watch(client, address, sent, status=200 if address == "/issues/bulk/" else 303)
    assert watch.found == {}


@pytest.mark.parametrize("change", [{"priority": "CRITICAL", "add": "bug"}, {"do": "close"}, {"do": "delete"}])
def test_no_change_of_many_does(world: World, comments: list[Comment], change: dict[str, str]) -> None:
    watch = Watch()
    watch(signed_in(world, "lead"), "/issues/bulk/", {**BULK, **change}, status=303)
    assert watch.found == {}


def test_it_would_be_seen(world: World, comments: list[Comment], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = listing.rows_for

    def loads(*arguments: Any) -> Any:
        for issue in Issue.objects.filter(project__key="PUB"):
            assert issue.reporter.username
        return drawn(*arguments)

    def asks(*arguments: Any) -> Any:
        assert all(Comment.objects.filter(author__username=name).exists() for name in PEOPLE)
        return drawn(*arguments)

    client = signed_in(world, "dev")
    for careless, told in ((loads, "N+1 detected on issues.Issue.reporter"), (asks, "3 times SELECT")):
        monkeypatch.setattr(listing, "rows_for", careless)
        watch = Watch()
        watch(client, f"{PUB}/issues/")
        assert told in watch.found[f"{PUB}/issues/"]

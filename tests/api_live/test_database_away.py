"""A database that is busy or cuts the line in the middle of a request: 503 with Retry-After, or done on a new line;
never a 500, nothing half."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import Change, Head
from issues.models import Issue
from tests.api.calling import Answer, Caller
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


@pytest.fixture
def lead(committed_world: World) -> Caller:
    caller = Caller(committed_world, "lead")
    caller.get("/me")  # notes the use of the token: no later request has a reason to write that
    return caller


@pytest.fixture
def _impatient() -> Any:
    """SQLite waits 20 seconds for its one writer; new connections of this test wait a fifth of one."""
    options = connections.settings["default"]["OPTIONS"]
    before = options.get("timeout")
    if connection.vendor == "sqlite":
        options["timeout"] = 0.2
    yield
    if connection.vendor == "sqlite":
        options["timeout"] = before


class Request(threading.Thread):
    """One request on a connection of its own."""

    answer: Answer

    def __init__(self, caller: Caller, *what: Any) -> None:
        super().__init__()
        self.caller, self.what = caller, what
        self.start()

    def run(self) -> None:
        try:
            self.answer = self.caller(*self.what)
        finally:
            connections.close_all()

    def wait(self) -> Answer:
        self.join(60)
        return self.answer


@pytest.mark.usefixtures("_impatient")
def test_a_project_that_somebody_holds(lead: Caller, committed_world: World) -> None:
    project = committed_world.projects["PUB"]
    before = Change.objects.count()
    with transaction.atomic():
        Head.objects.select_for_update().get(pk=project.pk)
        for what in (
            ("POST", "/projects/PUB/issues", {"title": "x"}),
            ("PATCH", "/issues/PUB-1", {"title": "x", "version": 1}),
        ):
            began = time.monotonic()
            answer = Request(lead, *what).wait().is_problem(503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            assert time.monotonic() - began < 15
        assert Request(lead, "GET", "/issues/PUB-1").wait().status == 200  # readers are not hindered
    assert Change.objects.count() == before
    assert lead.post("/projects/PUB/issues", {"title": "x"}).json["number"] == 3


def test_a_line_that_is_cut(lead: Caller, committed_world: World) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite is a file: there is no line")
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID(), DATABASE()")
        mine, database = cursor.fetchone()
        with transaction.atomic():
            Head.objects.select_for_update().get(pk=committed_world.projects["PUB"].pk)
            request = Request(lead, "POST", "/projects/PUB/issues", {"title": "Cut"})
            others = ()
            for _ in range(100):
                cursor.execute(
                    "SELECT id FROM information_schema.processlist WHERE db = %s AND id <> %s AND info LIKE %s",
                    [database, mine, "%accounts_head%FOR UPDATE%"],
                )
                others = cursor.fetchall()
                if others:
                    break
                time.sleep(0.05)
            assert others, "the request waits for nobody"
            cursor.execute(f"KILL {int(others[0][0])}")
            time.sleep(0.2)
    assert request.wait().status == 201  # again as a whole, on a new line
    assert Issue.objects.filter(title="Cut").count() == 1

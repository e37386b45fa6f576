"""What the busiest acts ask of the database, to the statement: a baseline, the same on all engines. Whoever changes it
says so here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.services.opening import open_issue
from tests.api.calling import Caller
from tests.issues.browsing import signed_in
from tests.world import World

CREATE = 14  # the most that an issue's own act may ask, whoever wants it
OF_TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "SET ")
Act = Callable[[int], int]
ASKED = {
    "create by page": 17,
    "create by API": 16,
    "comment by page": 12,
    "comment by API": 12,
    "status by page": 12,
    "assign by page": 14,
    "edit by API": 16,
}


def acts_of(world: World) -> dict[str, tuple[Act, int]]:
    """Each with the status of its answer; the number is that of the time it is done."""
    client, caller = signed_in(world, "lead"), Caller(world, "lead", "write")
    new = {"title": "Broken lamp", "description": "By PUB-1.", "type": "BUG", "priority": "HIGH"}
    keys = [open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Number {n}").key for n in range(2)]

    def page(path: str, **sent: str) -> int:
        return client.post(path, sent).status_code

    return {
        "create by page": (lambda n: page("/projects/PUB/issues/new/", **new, assignee="dev", labels="bug"), 303),
        "create by API": (
            lambda n: caller.post("/projects/PUB/issues", {**new, "assignee": "dev", "labels": ["bug"]}).status,
            201,
        ),
        "comment by page": (lambda n: page("/issues/PUB-1/comments/", body=f"Word of{n}"), 303),
        "comment by API": (lambda n: caller.post("/issues/PUB-1/comments", {"body": f"Answer no{n}"}).status, 201),
        "status by page": (lambda n: page(f"/issues/{keys[n]}/status/", status="IN_PROGRESS", version="1"), 303),
        "assign by page": (lambda n: page(f"/issues/{keys[n]}/assignee/", assignee="dev", version="2"), 303),
        "edit by API": (
            lambda n: caller.patch(f"/issues/{keys[n]}", {"title": f"Title {n}"}, If_Match='"3"').status,
            200,
        ),
    }


def statements_of(act: Act, status: int) -> list[str]:
    """Of the second time: the first fills what a process keeps."""
    assert act(0) == status
    with CaptureQueriesContext(connection) as queries:
        assert act(1) == status
    return [query["sql"] for query in queries if not query["sql"].startswith(OF_TRANSACTIONS)]


def test_as_many_as_written_here(world: World) -> None:
    found = {name: statements_of(*act) for name, act in acts_of(world).items()}
    told = "\n\n".join(f"{name}:\n" + "\n".join(sql[:160] for sql in asked) for name, asked in found.items())
    assert {name: len(asked) for name, asked in found.items()} == ASKED, told


@pytest.mark.parametrize("labels", [[], ["bug"], ["bug", "ui"]])
def test_the_act_of_creating(world: World, labels: list[str]) -> None:
    project, lead = world.projects["PUB"].pk, world.actor("lead")

    def create(n: int) -> int:
        return open_issue(
            lead, project, title=f"Lamp {n}", description="By PUB-1.", assignee="dev", labels=labels
        ).version

    found = statements_of(create, 1)
    assert len(found) <= CREATE, "\n".join(found)

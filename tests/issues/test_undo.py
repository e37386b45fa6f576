"""The way back from an act is the same, whether it is told from the issue as it was read or from its history; and what
is known of the actor's rights afterwards is what was true under the lock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from issues.models import Issue
from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.editing import edit_issue
from issues.views.undo import way_back_of
from projects.roles import Perm
from projects.rules import may
from tests.issues.browsing import signed_in
from tests.world import World

Act = Callable[[Actor, Issue], Issue]
ACTS: dict[str, Act] = {
    "status": lambda lead, issue: edit_issue(lead, issue, version=issue.version, fields={"status": "IN_PROGRESS"}),
    "closed": lambda lead, issue: edit_issue(lead, issue, version=issue.version, fields={"status": "CLOSED"}),
    "priority": lambda lead, issue: edit_issue(lead, issue, version=issue.version, fields={"priority": "HIGH"}),
    "type and day": lambda lead, issue: edit_issue(
        lead, issue, version=issue.version, fields={"type": "BUG", "due_date": "2031-02-03"}
    ),
    "assigned": lambda lead, issue: assign_issue(lead, issue, version=issue.version, assignee="dev"),
    "title": lambda lead, issue: edit_issue(lead, issue, version=issue.version, fields={"title": "Another"}),
}


@pytest.mark.parametrize("name", ACTS)
def test_told_from_the_issue_as_from_its_history(world: World, name: str) -> None:
    lead, before = world.actor("lead"), world.issue("PUB-2")
    after = ACTS[name](lead, before)
    with CaptureQueriesContext(connection) as asked:
        told = way_back_of(lead, after, before)
    assert told == way_back_of(lead, after)
    assert (told is None) == (name == "title")
    assert not [query for query in asked if "historicalissue" in query["sql"]]


def test_what_others_wrote_meanwhile_is_not_taken_back(world: World) -> None:
    lead, before = world.actor("lead"), world.issue("PUB-2")
    edit_issue(world.actor("operator"), before, version=before.version, fields={"priority": "HIGH"})
    after = edit_issue(lead, before, version=before.version, fields={"status": "IN_PROGRESS"}, merge=True)
    told = way_back_of(lead, after, before)
    assert told is not None
    assert (told.fields["version"], told.fields["status"]) == (["3"], ["OPEN"])


@pytest.mark.parametrize(
    ("path", "sent", "back"),
    [
        ("/issues/PUB-2/status/", {"status": "IN_PROGRESS"}, ('name="status"', 'value="OPEN"')),
        ("/issues/PUB-2/properties/", {"priority": "HIGH", "labels": ["ui"]}, ('name="labels_sent"', 'value="MEDIUM"')),
    ],
)
def test_the_toast_takes_back_what_was_done(
    world: World, path: str, sent: dict[str, str | list[str]], back: tuple[str, str]
) -> None:
    """Labels too, which no row of an issue tells of."""
    client = signed_in(world, "lead")
    assert client.post(path, {**sent, "version": "1"}).status_code == 303
    page = client.get("/issues/PUB-2/").content.decode()
    toast = page[page.index('<div class="toast ') :]
    assert all(part in toast[: toast.index("Undo")] for part in back)


def test_rights_that_were_read_under_the_lock_are_known_afterwards(world: World) -> None:
    """And not those of before, when they have changed meanwhile."""
    dev, issue = world.actor("dev"), world.issue("PUB-1")
    assert not may(dev, Perm.ASSIGN_ISSUE, issue.project)
    change_role(world.actor("lead"), issue.project_id, world.users["dev"].pk, "LEAD")
    edit_issue(dev, issue, version=issue.version, fields={"priority": "HIGH"})
    with CaptureQueriesContext(connection) as asked:
        assert may(dev, Perm.ASSIGN_ISSUE, issue.project)
    assert not list(asked)

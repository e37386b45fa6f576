"""Status and the other properties that are changed from the side of the issue page."""

from __future__ import annotations

import pytest
from django.test import Client

from issues.services.editing import edit_issue
from projects.models import Label
from tests.issues.browsing import messages_after, signed_in, text_of, token_in
from tests.world import World

STATUS, PROPERTIES = "/issues/PUB-2/status/", "/issues/PUB-2/properties/"
ACTS = [(STATUS, {"status": "CLOSED"}), (PROPERTIES, {"priority": "HIGH"})]


@pytest.mark.parametrize("name", ["lead", "assignee", "operator"])
def test_it_works(world: World, name: str) -> None:
    client = signed_in(world, name)
    response = client.post(STATUS, {"status": "CLOSED", "version": "1"})
    assert response["Location"] == "/issues/PUB-2/"
    assert "PUB-2 is now closed." in messages_after(client, response)
    issue = world.issue("PUB-2")
    assert issue.status == "CLOSED"
    assert issue.closed_at is not None


def test_each_property(world: World) -> None:
    client = signed_in(world, "lead")
    for version, sent in enumerate(
        [{"type": "BUG"}, {"priority": "CRITICAL"}, {"due_date": "2030-02-03"}, {"labels": ["ui", "bug"]}], start=1
    ):
        assert client.post(PROPERTIES, {**sent, "version": str(version)}).status_code == 303, sent
    issue = world.issue("PUB-2")
    assert (issue.type, issue.priority, str(issue.due_date), issue.version) == ("BUG", "CRITICAL", "2030-02-03", 5)
    assert Label.objects.filter(issue_labels__issue=issue).count() == 2
    client.post(PROPERTIES, {"due_date": "", "version": "5"})
    client.post(PROPERTIES, {"labels_sent": "1", "version": "6"})
    issue = world.issue("PUB-2")
    assert issue.due_date is None
    assert not Label.objects.filter(issue_labels__issue=issue).exists()


@pytest.mark.parametrize(("path", "sent"), ACTS)
def test_refusals(world: World, path: str, sent: dict[str, str]) -> None:
    sent = {**sent, "version": "1"}
    assert Client().post(path, sent)["Location"].startswith("/accounts/login/")
    for name in ("dev", "viewer", "stranger", "leaver"):
        assert signed_in(world, name).post(path, sent).status_code == 403
    assert signed_in(world, "stranger").post(path.replace("PUB", "PRIV"), sent).status_code == 404
    assert signed_in(world, "lead").post(path.replace("PUB", "OLD"), sent).status_code == 409
    assert signed_in(world, "lead").get(path).status_code == 405
    assert signed_in(world, "lead").post(path, {k: v for k, v in sent.items() if k != "version"}).status_code == 428
    assert world.issue("PUB-2").version == 1


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (STATUS, {}),
        (STATUS, {"status": "DONE"}),
        (PROPERTIES, {}),
        (PROPERTIES, {"priority": "SOON"}),
        (PROPERTIES, {"due_date": "tomorrow"}),
        (PROPERTIES, {"due_date": "2500-01-01"}),
        (PROPERTIES, {"labels": ["nope"]}),
        (PROPERTIES, {"type": "BUG", "version": "x"}),
    ],
)
def test_wrong_values(world: World, path: str, sent: dict[str, object]) -> None:
    assert signed_in(world, "lead").post(path, {"version": "1", **sent}).status_code == 422
    assert world.issue("PUB-2").version == 1


def test_a_transition_that_there_is_not_is_explained(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    response = signed_in(world, "lead").post(STATUS, {"status": "RESOLVED", "version": "2"})
    assert response.status_code == 422
    assert "it can become OPEN" in text_of(response)
    assert "Taken issue of PUB" in text_of(response), "on the issue's own page"


def test_a_change_elsewhere_is_merged_and_said(world: World) -> None:
    edit_issue(world.actor("assignee"), world.issue("PUB-2"), version=1, fields={"title": "Renamed"})
    client = signed_in(world, "lead")
    page = messages_after(client, client.post(STATUS, {"status": "RESOLVED", "version": "1"}))
    assert "Meanwhile assignee renamed it" in page
    assert world.issue("PUB-2").status == "RESOLVED"


def test_a_double_click_acts_once(world: World) -> None:
    client = signed_in(world, "lead")
    key = token_in(client.get("/issues/PUB-2/"))
    sent = {"status": "RESOLVED", "version": "1", "idempotency_key": key}
    assert client.post(STATUS, sent).status_code == client.post(STATUS, sent).status_code == 303
    assert world.issue("PUB-2").version == 2

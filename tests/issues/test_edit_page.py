from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from issues.services.assigning import assign_issue
from issues.services.editing import edit_issue
from projects.models import Label
from tests.issues.browsing import messages_after, signed_in, text_of, token_in
from tests.world import World

EDIT = "/issues/PUB-2/edit/"


def form(**changes: Any) -> dict[str, Any]:
    """What the form of PUB-2 in its first version sends."""
    plain = {
        "version": "1",
        "title": "Taken issue of PUB",
        "description": "",
        "status": "OPEN",
        "type": "TASK",
        "priority": "MEDIUM",
        "due_date": "",
        "labels": ["bug"],
    }
    return {**plain, **changes}


@pytest.mark.parametrize("name", ["lead", "assignee", "operator"])
def test_it_works(world: World, name: str) -> None:
    client = signed_in(world, name)
    page = text_of(client.get(EDIT))
    assert 'value="Taken issue of PUB"' in page
    assert 'name="version" value="1"' in page
    sent = form(title="Now better", status="IN_PROGRESS", due_date="2030-01-01", labels=["ui"], description="Text")
    response = client.post(EDIT, sent)
    assert response["Location"] == "/issues/PUB-2/"
    assert "Saved." in messages_after(client, response)
    issue = world.issue("PUB-2")
    assert (issue.title, issue.status, str(issue.due_date), issue.version) == (
        "Now better",
        "IN_PROGRESS",
        "2030-01-01",
        2,
    )
    assert issue.description == "Text"
    assert list(Label.objects.filter(issue_labels__issue=issue).values_list("name", flat=True)) == ["ui"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_refusals(world: World, method: str) -> None:
    def status(name: str, path: str) -> int:
        return int(getattr(signed_in(world, name), method)(path, form(title="Hijacked")).status_code)

    assert getattr(Client(), method)(EDIT, form())["Location"].startswith("/accounts/login/")
    for name in ("dev", "viewer", "stranger", "leaver"):
        assert status(name, EDIT) == 403
    assert status("stranger", "/issues/PRIV-2/edit/") == 404
    assert status("lead", "/issues/PUB-9/edit/") == 404
    assert status("lead", "/issues/OLD-2/edit/") == 409
    assert status("dev", "/issues/OLD-2/edit/") == 403
    assert world.issue("PUB-2").version == world.issue("OLD-2").version == world.issue("PRIV-2").version == 1


def test_a_reporter_corrects_title_and_description_only(world: World) -> None:
    client = signed_in(world, "viewer")
    page = text_of(client.get("/issues/PUB-1/edit/"))
    assert 'name="title"' in page
    assert 'name="priority"' not in page
    sent = {"version": "1", "title": "Corrected", "description": "", "priority": "CRITICAL", "status": "CLOSED"}
    assert client.post("/issues/PUB-1/edit/", sent).status_code == 303
    issue = world.issue("PUB-1")
    assert (issue.title, issue.priority, issue.status) == ("Corrected", "MEDIUM", "OPEN")
    assign_issue(world.actor("lead"), issue, version=2, assignee="dev")
    assert client.get("/issues/PUB-1/edit/").status_code == 403


def test_wrong_values_are_named_and_the_rest_is_kept(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(EDIT, form(title="", description="Kept text"))
    assert response.status_code == 422
    assert "Kept text" in text_of(response)
    assert 'name="version" value="1"' in text_of(response)
    response = client.post(EDIT, form(due_date="2200-01-01", description="Kept text"))
    assert response.status_code == 422
    assert "outside the years" in text_of(response)
    assert "Kept text" in text_of(response)
    issue = edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    response = client.post(EDIT, form(version="2", status="RESOLVED"))
    assert response.status_code == 422
    assert "it can become OPEN" in text_of(response)
    assert client.post(EDIT, form(version="nine")).status_code == 422
    assert world.issue("PUB-2").version == issue.version


def test_without_a_version_nothing_is_written(world: World) -> None:
    sent = form(title="Blind")
    del sent["version"]
    assert signed_in(world, "lead").post(EDIT, sent).status_code == 428
    assert world.issue("PUB-2").version == 1


def test_saving_nothing_writes_nothing(world: World) -> None:
    client = signed_in(world, "lead")
    assert "nothing was changed" in messages_after(client, client.post(EDIT, form()))
    assert world.issue("PUB-2").version == 1


def test_a_double_click_writes_one_version(world: World) -> None:
    client = signed_in(world, "lead")
    sent = form(title="Once", idempotency_key=token_in(client.get(EDIT)))
    assert client.post(EDIT, sent)["Location"] == client.post(EDIT, sent)["Location"]
    assert world.issue("PUB-2").version == 2


def test_what_others_changed_elsewhere_is_kept_and_said(world: World) -> None:
    client = signed_in(world, "lead")
    edit_issue(
        world.actor("assignee"), world.issue("PUB-2"), version=1, fields={"priority": "HIGH", "labels": ["bug", "ui"]}
    )
    page = messages_after(client, client.post(EDIT, form(title="Mine", due_date="2030-01-01")))
    assert "Saved. Meanwhile assignee changed priority from Medium to High and added label ui." in page
    issue = world.issue("PUB-2")
    assert (issue.title, issue.priority, str(issue.due_date), issue.version) == ("Mine", "HIGH", "2030-01-01", 3)
    assert Label.objects.filter(issue_labels__issue=issue).count() == 2

from __future__ import annotations

import pytest
from django.test import Client

from issues.models import Issue
from issues.services.opening import open_issue
from projects.models import Label
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of, token_in
from tests.world import World

NEW = "/projects/PUB/issues/new/"
SHORT = {"title": "Broken lamp", "type": "BUG", "priority": "HIGH"}


def newest() -> Issue:
    return Issue.objects.select_related("project", "assignee").get(project__key="PUB", number=3)


def test_it_works(world: World) -> None:
    client = signed_in(world, "lead")
    assert "Create issue" in text_of(client.get(NEW))
    sent = {
        **SHORT,
        "description": "  indented\r\nsecond",
        "assignee": "dev",
        "due_date": "2030-05-01",
        "labels": ["ui", "bug"],
    }
    response = client.post(NEW, sent)
    assert response.status_code == 303
    assert response["Location"] == "/issues/PUB-3/"
    issue = newest()
    assert (issue.title, issue.type, issue.priority, issue.status) == ("Broken lamp", "BUG", "HIGH", "OPEN")
    assert issue.description == "  indented\nsecond"
    assert issue.assignee == world.users["dev"]
    assert str(issue.due_date) == "2030-05-01"
    assert set(Label.objects.filter(issue_labels__issue=issue).values_list("name", flat=True)) == {"ui", "bug"}
    assert issue.reporter == world.users["lead"]


@pytest.mark.parametrize("name", ["viewer", "dev", "operator"])
def test_every_member_may(world: World, name: str) -> None:
    assert signed_in(world, name).post(NEW, SHORT)["Location"] == "/issues/PUB-3/"
    assert newest().reporter == world.users[name]


@pytest.mark.parametrize("method", ["get", "post"])
def test_refusals(world: World, method: str) -> None:
    def status(name: str, path: str) -> int:
        return int(getattr(signed_in(world, name), method)(path, SHORT).status_code)

    assert getattr(Client(), method)(NEW, SHORT)["Location"].startswith("/accounts/login/")
    assert status("stranger", NEW) == 403
    assert status("leaver", NEW) == 403
    assert status("stranger", "/projects/PRIV/issues/new/") == 404
    assert status("lead", "/projects/NONE/issues/new/") == 404
    assert status("lead", "/projects/OLD/issues/new/") == 409
    assert status("stranger", "/projects/OLD/issues/new/") == 403
    assert Issue.objects.count() == 6


def test_a_double_click_creates_one(world: World) -> None:
    client = signed_in(world, "dev")
    sent = {**SHORT, "idempotency_key": token_in(client.get(NEW))}
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first["Location"] == second["Location"] == "/issues/PUB-3/"
    assert Issue.objects.filter(project__key="PUB").count() == 3


def test_a_form_sent_again_with_other_values_is_asked_about(world: World) -> None:
    client = signed_in(world, "dev")
    sent = {**SHORT, "idempotency_key": token_in(client.get(NEW))}
    client.post(NEW, sent)
    again = client.post(NEW, {**sent, "title": "Second lamp"})
    assert again.status_code == 422
    assert "was sent once already" in text_of(again)
    assert 'value="Second lamp"' in text_of(again)
    assert client.post(NEW, {**sent, "title": "Second lamp", "idempotency_key": token_in(again)}).status_code == 303


def test_wrong_values_are_named_and_the_rest_is_kept(world: World) -> None:
    client = signed_in(world, "lead")
    sent = {
        "title": " ",
        "description": "Long text",
        "type": "BUG",
        "priority": "SOON",
        "due_date": "1999-01-01",
        "labels": ["nope", "ui"],
    }
    response = client.post(NEW, sent)
    page = text_of(response)
    assert response.status_code == 422
    assert "Long text" in page
    assert "SOON is not one of the available choices" in page
    assert "nope is not one of the available choices" in page
    response = client.post(NEW, {**SHORT, "due_date": "1999-01-01", "description": "Long text"})
    assert response.status_code == 422
    assert "outside the years 2000 to 2100" in text_of(response)
    response = client.post(NEW, {**SHORT, "title": "a\u202eb"})
    assert response.status_code == 422
    assert "U+202E" in text_of(response)
    assert Issue.objects.filter(project__key="PUB").count() == 2


def test_whom_one_may_name(world: World) -> None:
    lead = text_of(signed_in(world, "lead").get(NEW))
    assert '<option value="dev">' in lead
    assert '<option value="viewer">' not in lead, "Viewers work on nothing"
    dev = text_of(signed_in(world, "dev").get(NEW))
    assert '<option value="dev">' in dev
    assert '<option value="lead">' not in dev
    assert 'name="assignee"' not in text_of(signed_in(world, "viewer").get(NEW))
    assert signed_in(world, "dev").post(NEW, {**SHORT, "assignee": "lead"}).status_code == 422
    assert signed_in(world, "dev").post(NEW, {**SHORT, "assignee": "dev"}).status_code == 303


def test_the_address_fills_the_form_in(world: World) -> None:
    page = text_of(
        signed_in(world, "lead").get(f"{NEW}?title=Lamp&label=BUG,nope&type=feature&assignee=DEV&due_date=2030-01-02")
    )
    assert 'value="Lamp"' in page
    assert 'value="bug" id="id_labels_0" checked' in page
    assert '<option value="FEATURE" selected>' in page
    assert '<option value="dev" selected>' in page
    assert 'value="2030-01-02"' in page


def test_create_and_add_another_comes_back(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(NEW, {**SHORT, "labels": ["ui"], "another": "1"})
    assert response["Location"] == f"{NEW}?type=BUG&priority=HIGH&label=ui"
    page = messages_after(client, response)
    assert "Created “Broken lamp”" in page
    assert '<option value="HIGH" selected>' in page


def test_the_number_of_queries(world: World) -> None:
    client = signed_in(world, "dev")
    few = queries_of(client, NEW)
    open_issue(world.actor("dev"), world.projects["PUB"].pk, title="More")
    assert queries_of(client, NEW) == few <= 8

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issues.models import Issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.errors import Forbidden, Invalid
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
    assert 'value="bug" id="new_labels_0" checked' in page
    assert '<option value="FEATURE" selected>' in page
    assert '<option value="dev" selected>' in page
    assert 'value="2030-01-02"' in page


def test_create_and_add_another_comes_back(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(NEW, {**SHORT, "labels": ["ui"], "another": "1"})
    assert response["Location"] == f"{NEW}?type=BUG&priority=HIGH&label=ui"
    page = messages_after(client, response)
    assert 'Created <a href="/issues/PUB-3/">PUB-3</a> “Broken lamp”.' in page
    assert '<option value="HIGH" selected>' in page


def test_a_title_in_the_message_is_no_markup(world: World) -> None:
    client = signed_in(world, "lead")
    page = messages_after(client, client.post(NEW, {**SHORT, "title": "<b>Lamp</b>", "another": "1"}))
    assert "“&lt;b&gt;Lamp&lt;/b&gt;”" in page


def test_a_script_gets_the_next_form_at_once(world: World) -> None:
    client = signed_in(world, "lead")
    headers = {"HX-Request": "true", "HX-Target": "new-issue"}
    page = text_of(client.post(NEW, {**SHORT, "another": "1"}, headers=headers))
    assert "<html" not in page and 'id="new-issue"' in page
    assert 'href="/issues/PUB-3/"' in page and '<option value="HIGH" selected>' in page
    assert client.post(NEW, SHORT, headers=headers)["HX-Redirect"] == "/issues/PUB-4/"
    refused = client.post(NEW, {**SHORT, "title": ""}, headers=headers)
    assert refused.status_code == 422 and "<html" not in text_of(refused)


def test_the_status_is_for_leads(world: World) -> None:
    client = signed_in(world, "lead")
    assert '<option value="IN_PROGRESS" selected>' in text_of(client.get(f"{NEW}?status=in-progress"))
    client.post(NEW, {**SHORT, "status": "CLOSED"})
    assert newest().status == "CLOSED" and newest().closed_at is not None
    dev = signed_in(world, "dev")
    assert 'name="status"' not in text_of(dev.get(f"{NEW}?status=in-progress"))
    with pytest.raises(Forbidden):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title="Lamp", status="CLOSED")
    with pytest.raises(Invalid):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Lamp", status="DONE")


ANYWHERE = "/issues/new/"


def test_anywhere_is_where_one_reported_last(world: World) -> None:
    client = signed_in(world, "viewer")
    assert 'value="PRIV" selected' in text_of(client.get(ANYWHERE))
    open_issue(world.actor("viewer"), world.projects["PUB"].pk, title="The last")
    page = text_of(client.get(f"{ANYWHERE}?title=Lamp"))
    assert 'value="PUB" selected' in page and 'value="Lamp"' in page
    assert 'value="OLD"' not in page, "it is archived"
    assert 'value="PRIV" selected' in text_of(client.get(f"{ANYWHERE}?project=priv"))


def test_another_project_keeps_what_was_typed_and_creates_nothing(world: World) -> None:
    client = signed_in(world, "lead")
    typed = {**SHORT, "description": "Long text", "labels": ["ui"], "assignee": "dev", "project": "PRIV"}
    page = text_of(client.post(ANYWHERE, typed))
    assert 'action="/projects/PRIV/issues/new/"' in page
    assert 'value="Broken lamp"' in page and "Long text" in page
    assert '<option value="dev" selected>' in page and 'value="ui" id="new_labels_1" checked' in page
    assert Issue.objects.count() == 6


def test_anywhere_for_who_may_write_nowhere(world: World) -> None:
    page = text_of(signed_in(world, "stranger").get(f"{ANYWHERE}?project=PRIV"))
    assert "no project where you could write an issue" in page and "PRIV" not in page.replace("project=PRIV", "")


def similar(world: World, name: str, title: str, key: str = "PUB") -> str:
    client = signed_in(world, name)
    headers = {"HX-Request": "true", "HX-Target": "similar"}
    return text_of(client.get(f"/projects/{key}/issues/similar/", {"title": title}, headers=headers))


def test_similar_open_issues(world: World) -> None:
    for title in ("The lamp in the hall flickers", "A lamp flickers at night in the hall", "Heating is cold"):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title=title)
    found = similar(world, "viewer", "Lamp of the hall flickers")
    assert "PUB-3" in found and "PUB-4" in found and "PUB-5" not in found
    assert "2 similar open issues" in found
    assert "PUB-" not in similar(world, "viewer", "Lamp hall flickers"), "only after four words"
    closing = world.issue("PUB-3")
    edit_issue(world.actor("lead"), closing, version=1, fields={"status": "CLOSED"})
    assert "PUB-3" not in similar(world, "viewer", "Lamp of the hall flickers")


def test_at_most_five_similar_ones_in_one_query(world: World) -> None:
    for i in range(9):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title=f"The lamp in the hall flickers {i}")
    assert similar(world, "stranger", "the lamp in the hall").count("<li>") == 5
    path = "/projects/PUB/issues/similar/?title=the+lamp+in+the+hall"
    assert queries_of(signed_in(world, "dev"), path) <= 7


def test_similar_ones_of_what_one_cannot_see(world: World) -> None:
    assert signed_in(world, "stranger").get("/projects/PRIV/issues/similar/?title=x").status_code == 404
    assert Client().get("/projects/PUB/issues/similar/")["Location"].startswith("/accounts/login/")
    assert signed_in(world, "dev").get("/projects/PUB/issues/similar/?title=%00a+b+c+d+e").status_code == 200


def test_the_number_of_queries(world: World) -> None:
    client = signed_in(world, "dev")
    few = queries_of(client, NEW)
    open_issue(world.actor("dev"), world.projects["PUB"].pk, title="More")
    assert queries_of(client, NEW) == few <= 8


def test_a_form_that_names_nobody_reads_no_choices_until_it_is_refused(world: World) -> None:
    client = signed_in(world, "lead")
    with CaptureQueriesContext(connection) as asked:
        assert client.post(NEW, SHORT).status_code == 303
    assert not [query for query in asked if "projects_membership" in query["sql"] and "role" in query["sql"]]
    page = client.post(NEW, {**SHORT, "title": " "})
    assert page.status_code == 422
    for offered in ('value="dev"', 'name="labels" value="ui"', "This field is required."):
        assert offered in page.content.decode()


def test_a_refusal_of_the_service_keeps_what_was_typed_and_offers_all(world: World) -> None:
    """A title that the form takes and the service does not."""
    page = signed_in(world, "lead").post(NEW, {**SHORT, "title": "a\u202eb"})
    assert page.status_code == 422
    for offered in ('value="dev"', 'name="labels" value="ui"', '<option value="HIGH" selected'):
        assert offered in page.content.decode()

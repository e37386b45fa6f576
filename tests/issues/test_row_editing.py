"""What a row of a list is edited with: its choices, the row alone afterwards, and the way back from each act."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from issues.services.editing import edit_issue
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"


def choices(world: World, name: str, key: str, field: str) -> Any:
    return signed_in(world, name).get(f"/issues/{key}/choices/?field={field}", headers={"HX-Request": "true"})


def values(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def row(client: Client, key: str, query: str = "") -> str:
    return text_of(client.get(f"{LIST}?q={query}&row={key}", headers={"HX-Request": "true"}))  # type: ignore[arg-type]


def test_only_what_may_be_chosen_is_offered(world: World) -> None:
    page = text_of(choices(world, "lead", "PUB-2", "status"))
    assert "<html" not in page
    assert values(page, "status") == ["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"]
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    assert values(text_of(choices(world, "lead", "PUB-2", "status")), "status") == ["CLOSED", "OPEN"]
    assert values(text_of(choices(world, "lead", "PUB-1", "assignee")), "assignee") == ["", "assignee", "dev", "lead"]
    assert values(text_of(choices(world, "dev", "PUB-1", "assignee")), "assignee") == ["", "dev"]
    assert values(text_of(choices(world, "assignee", "PUB-2", "assignee")), "assignee") == ["", "assignee"]
    assert 'value="bug" checked' in text_of(choices(world, "assignee", "PUB-2", "labels"))
    assert 'type="date"' in text_of(choices(world, "assignee", "PUB-2", "due_date"))
    assert values(text_of(choices(world, "assignee", "PUB-2", "priority")), "priority")[0] == "CRITICAL"


def test_it_is_a_page_too(world: World) -> None:
    page = text_of(signed_in(world, "lead").get("/issues/PUB-1/choices/?field=type"))
    assert "<html" in page
    assert values(page, "type") == ["BUG", "FEATURE", "TASK", "OTHER"]


@pytest.mark.parametrize(("letter", "field"), [("s", "status"), ("p", "priority"), ("a", "assignee")])
def test_a_glyph_leads_to_its_choices_without_scripts(world: World, letter: str, field: str) -> None:
    client = signed_in(world, "lead")
    answer = client.post("/issues/bulk/", {"next": f"{LIST}?q=", letter: "PUB-2"})
    assert answer.status_code == 303
    assert answer["Location"] == f"/issues/PUB-2/choices/?field={field}&next=%2Fprojects%2FPUB%2Fissues%2F%3Fq%3D"
    page = text_of(client.get(answer["Location"]))
    assert f'name="next" value="{LIST}?q="' in page, "and back from there"
    assert client.post("/issues/bulk/", {letter: "../x"})["Location"] == "/issues/"
    foreign = text_of(client.get(f"/issues/PUB-2/choices/?field={field}&next=https://elsewhere.example/"))
    assert "elsewhere" not in foreign.split("<main")[1]


@pytest.mark.parametrize(
    ("name", "key", "field", "status"),
    [
        ("stranger", "PRIV-1", "status", 404),
        ("stranger", "PUB-1", "status", 403),
        ("dev", "PUB-1", "status", 403),
        ("dev", "PUB-2", "assignee", 403),
        ("viewer", "PUB-1", "assignee", 403),
        ("lead", "OLD-1", "labels", 409),
        ("lead", "PUB-1", "title", 422),
    ],
)
def test_refusals(world: World, name: str, key: str, field: str, status: int) -> None:
    assert choices(world, name, key, field).status_code == status


def test_the_row_alone(world: World) -> None:
    client = signed_in(world, "lead")
    page = row(client, "PUB-1", "is:open")
    assert "Free issue of PUB" in page
    assert "data-count>2 issues<" in page
    assert "<html" not in page
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"status": "CLOSED"})
    gone = row(client, "PUB-1", "is:open")
    assert "Free issue of PUB" not in gone
    assert "data-count>1 issue<" in gone
    for key in ("PRIV-1", "nonsense", "PUB-", "PUB-²"):
        assert "<li" not in row(client, key)
    stranger = signed_in(world, "stranger").get("/issues/?q=&row=PRIV-1", headers={"HX-Request": "true"})
    assert "<li" not in text_of(stranger)


def test_rows_say_what_their_reader_may_do(world: World) -> None:
    def letters(name: str) -> dict[str, str]:
        page = text_of(signed_in(world, name).get(f"{LIST}?q="))
        rows = {re.search(r"/issues/([A-Z]+-\d+)/", row)[1]: row for row in page.split('<li class="row"')[1:]}  # type: ignore[index]
        return {key: "".join(re.findall(rf" name=(\w) value={key} ", row)) for key, row in rows.items()}

    assert letters("lead") == {"PUB-1": "psa", "PUB-2": "psa"}
    assert letters("dev") == {"PUB-1": "a", "PUB-2": ""}
    assert letters("assignee") == {"PUB-1": "a", "PUB-2": "psa"}
    assert letters("viewer") == letters("stranger") == {"PUB-1": "", "PUB-2": ""}


def undo_in(page: str) -> tuple[str, dict[str, list[str]]]:
    form = re.search(r'<form method="post" action="([^"]+)" data-undo>(.*?)</form>', page, re.S)
    assert form, "no way back is offered"
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]):
        fields.setdefault(name, []).append(value)
    return form[1], fields


@pytest.mark.parametrize(
    ("place", "sent", "field", "before"),
    [
        ("status", {"status": "RESOLVED"}, "status", "OPEN"),
        ("status", {"status": "CLOSED"}, "status", "OPEN"),
        ("properties", {"priority": "CRITICAL"}, "priority", "MEDIUM"),
        ("properties", {"due_date": "2031-01-01"}, "due_date", None),
        ("assignee", {"assignee": "dev"}, "assignee_id", "assignee"),
        ("assignee", {"assignee": ""}, "assignee_id", "assignee"),
    ],
)
def test_each_act_can_be_taken_back(world: World, place: str, sent: dict[str, str], field: str, before: Any) -> None:
    client = signed_in(world, "lead")
    body = {**sent, "version": "1", "next": LIST}
    page = messages_after(client, client.post(f"/issues/PUB-2/{place}/", body))
    action, fields = undo_in(page)
    assert fields["version"] == ["2"]
    assert fields["next"] == [LIST]
    messages_after(client, client.post(action, fields))
    issue = world.issue("PUB-2")
    assert issue.version == 3
    assert getattr(issue, field) == (world.users["assignee"].pk if field == "assignee_id" else before)


def test_labels_can_be_taken_back(world: World) -> None:
    client = signed_in(world, "lead")
    page = messages_after(
        client, client.post("/issues/PUB-2/properties/", {"labels": ["ui"], "version": "1", "next": LIST})
    )
    action, fields = undo_in(page)
    client.post(action, fields)
    assert [row.label.name for row in world.issue("PUB-2").issue_labels.select_related("label")] == ["bug"]


def test_a_deletion_can_be_taken_back(world: World) -> None:
    client = signed_in(world, "lead")
    page = messages_after(client, client.post("/issues/PUB-2/removal/", {"version": "1"}))
    action, fields = undo_in(page)
    response = client.post(action, fields)
    assert response["Location"] == LIST
    assert world.issue("PUB-2").deleted_at is None


def test_what_was_closed_from_work_is_reopened(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"status": "IN_PROGRESS"})
    client = signed_in(world, "lead")
    page = messages_after(client, client.post("/issues/PUB-2/status/", {"status": "CLOSED", "version": "2"}))
    assert undo_in(page)[1]["status"] == ["OPEN"]
    assert ">Reopen<" in page


def test_no_way_back_for_who_may_not_go_it(world: World) -> None:
    client = signed_in(world, "assignee")
    page = messages_after(client, client.post("/issues/PUB-2/assignee/", {"assignee": "", "version": "1"}))
    assert undo_in(page)[1]["assignee"] == ["assignee"], "what one handed back one may take again"
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"priority": "LOW"})
    lead = signed_in(world, "lead")
    page = messages_after(lead, lead.post("/issues/PUB-1/properties/", {"priority": "LOW", "version": "2"}))
    assert "data-undo" not in page, "nothing was changed"


def test_taking_back_does_not_overwrite_what_came_after(world: World) -> None:
    client = signed_in(world, "lead")
    page = messages_after(client, client.post("/issues/PUB-2/properties/", {"priority": "LOW", "version": "1"}))
    action, fields = undo_in(page)
    edit_issue(world.actor("operator"), world.issue("PUB-2"), version=2, fields={"priority": "HIGH"})
    assert client.post(action, fields).status_code == 412
    assert world.issue("PUB-2").priority == "HIGH"


def test_few_queries(world: World) -> None:
    client = signed_in(world, "lead")
    assert queries_of(client, "/issues/PUB-2/choices/?field=labels") <= 8
    client.defaults["HTTP_HX_REQUEST"] = "true"
    for field in ("status", "assignee", "labels", "due_date"):
        assert queries_of(client, f"/issues/PUB-2/choices/?field={field}") <= 8
    assert queries_of(client, f"{LIST}?q=&row=PUB-2") <= 8
    assert queries_of(client, "/issues/?q=&group=project&row=PUB-2") <= 8

"""Changing many issues at once, as a browser without scripts does it: choose, look, apply."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse

from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.issues.browsing import messages_after, signed_in, text_of, token_in
from tests.world import World

BULK, LIST = "/issues/bulk/", "/projects/PUB/issues/?q="


def sent(world: World, name: str, *issues: str, **fields: Any) -> HttpResponse:
    return signed_in(world, name).post(BULK, {"issue": issues, "next": LIST, **fields})


def section(page: str, label: str) -> str:
    found = re.search(rf'<table class="table" aria-label="{label}">(.*?)</table>', page, re.S)
    return found[1] if found else ""


def test_it_works(world: World) -> None:
    client = signed_in(world, "lead")
    page = text_of(client.get(LIST))
    assert 'action="/issues/bulk/"' in page
    assert "value=PUB-1>" in page
    form = text_of(client.post(BULK, {"issue": ["PUB-1", "PUB-2"], "next": LIST}))
    assert "What shall change?" in form
    assert '<option value="assignee">' in form
    preview = client.post(BULK, {"issue": ["PUB-1", "PUB-2"], "next": LIST, "priority": "HIGH", "add": "ui"})
    changes = section(text_of(preview), "What will change")
    assert "PUB-1:1" in changes
    assert "PUB-2:1" in changes
    assert world.issue("PUB-1").version == 1, "looking changes nothing"
    body = {
        "issue": ["PUB-1:1", "PUB-2:1"],
        "next": LIST,
        "priority": "HIGH",
        "add": "ui",
        "apply": "1",
        "idempotency_key": token_in(preview),
    }
    response = client.post(BULK, body)
    assert response["Location"] == LIST
    assert "2 issues changed." in messages_after(client, response)
    assert [world.issue(key).priority for key in ("PUB-1", "PUB-2")] == ["HIGH", "HIGH"]
    again = client.post(BULK, body)
    assert again["Location"] == LIST
    assert world.issue("PUB-1").version == 2, "a second sending acts no second time"
    assert "issues changed" not in messages_after(client, again)


def test_the_preview_tells_apart(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"status": "CLOSED"})
    open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Third")
    edit_issue(world.actor("lead"), world.issue("PUB-3"), version=1, fields={"status": "RESOLVED"})
    page = text_of(sent(world, "lead", "PUB-1", "PUB-2", "PUB-3", status="RESOLVED"))
    assert "PUB-2" in section(page, "What will change")
    assert "cannot become RESOLVED" in section(page, "What cannot be changed")
    assert "PUB-3" in section(page, "What stays the same")
    assert "Change 1 issue<" in page


def test_closing_and_deleting_have_buttons(world: World) -> None:
    assert "Change 2 issues<" in text_of(sent(world, "lead", "PUB-1", "PUB-2", do="close"))
    page = text_of(sent(world, "lead", "PUB-1", "PUB-2", do="delete"))
    assert "Delete 2 issues<" in page
    client = signed_in(world, "lead")
    response = client.post(
        BULK, {"issue": ["PUB-1:1", "PUB-2:1"], "do": "delete", "apply": "1", "next": "https://elsewhere.example/"}
    )
    assert response["Location"] == "/issues/"
    assert "2 issues deleted." in messages_after(client, response)
    assert world.issue("PUB-1").deleted_at is not None
    assert "Delete" not in text_of(sent(world, "assignee", "PUB-2"))


def test_a_stale_one_refuses_all_and_shows_the_new_preview(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields={"title": "Other"})
    response = sent(world, "lead", "PUB-1:1", "PUB-2:1", priority="HIGH", apply="1")
    assert response.status_code == 412
    page = text_of(response)
    assert "PUB-2 was changed by somebody else meanwhile" in page
    assert "PUB-2:2" in section(page, "What will change")
    assert world.issue("PUB-1").version == 1


def test_a_forbidden_one_refuses_all(world: World) -> None:
    response = sent(world, "assignee", "PUB-2:1", "PUB-1:1", priority="HIGH", apply="1")
    assert response.status_code == 403
    assert "You may not change PUB-1" in text_of(response)
    assert world.issue("PUB-2").version == 1


def test_without_a_version_nothing_is_applied(world: World) -> None:
    assert sent(world, "lead", "PUB-1", priority="HIGH", apply="1").status_code == 428
    assert world.issue("PUB-1").version == 1


@pytest.mark.parametrize("name", ["stranger", "leaver"])
def test_hidden_ones_are_as_if_they_did_not_exist(world: World, name: str) -> None:
    page = text_of(sent(world, name, "PUB-1", "PRIV-1", priority="HIGH"))
    assert "There is no issue PRIV-1 that you can see." in page
    assert "Free issue of PRIV" not in page
    alone, nowhere = sent(world, name, "PRIV-1", priority="HIGH"), sent(world, name, "NOPE-1", priority="HIGH")
    assert (alone.status_code, nowhere.status_code) == (404, 404)
    applied = sent(world, "lead", "PUB-1:1", "NOPE-1:1", priority="HIGH", apply="1")
    assert applied.status_code == 404
    assert world.issue("PUB-1").version == 1


def test_a_deleted_one_is_not_there(world: World) -> None:
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    page = text_of(sent(world, "lead", "PUB-1", "PUB-2", priority="HIGH"))
    assert "There is no issue PUB-2 that you can see." in page


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "DONE"},
        {"priority": "9"},
        {"due_date": "soon"},
        {"do": "explode"},
        {"issue": ["PUB-1:x"]},
        {"issue": [f"PUB-{n}" for n in range(1, 203)], "priority": "LOW"},
    ],
)
def test_bad_values_are_refused(world: World, fields: dict[str, Any]) -> None:
    response = signed_in(world, "lead").post(BULK, {"issue": ["PUB-1"], **fields})
    assert response.status_code == 422


def test_nothing_chosen_leads_back(world: World) -> None:
    client = signed_in(world, "lead")
    assert "Select issues first" in messages_after(client, client.post(BULK, {"next": LIST}))


def test_over_several_projects(world: World) -> None:
    page = text_of(sent(world, "lead", "PUB-1", "PRIV-1", add="bug", assignee="none", due_date="2031-01-01"))
    assert "PRIV-1:1" in section(page, "What will change")
    assert "1 Jan 2031" in page
    assert '<input id="bulk-add"' in page, "labels of several projects are written, not chosen"


def test_who_may_change_nothing_is_offered_nothing(world: World) -> None:
    page = text_of(signed_in(world, "stranger").get(LIST))
    assert "/issues/bulk/" not in page
    assert "<button" not in page.split('class="rows"')[1].split("</ul>")[0]
    assert "/issues/bulk/" not in text_of(signed_in(world, "lead").get("/projects/OLD/issues/?q="))

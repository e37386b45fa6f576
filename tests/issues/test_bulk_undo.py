"""The way back from a change of many issues: its toast offers it, one POST takes all of it back or nothing."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from issues.services.editing import edit_issue
from tests.issues.browsing import messages_after, signed_in, text_of
from tests.issues.test_row_editing import undo_in
from tests.world import World

BULK, LIST = "/issues/bulk/", "/projects/PUB/issues/?q="
KEYS = ["PUB-1", "PUB-2"]


def change(world: World, client: Client, **fields: Any) -> str:
    """The page after it."""
    issues = [f"{key}:{world.issue(key).version}" for key in KEYS]
    return messages_after(client, client.post(BULK, {"issue": issues, "next": LIST, "apply": "1", **fields}))


def test_all_of_it_is_taken_back(world: World) -> None:
    client = signed_in(world, "lead")
    page = change(world, client, status="RESOLVED", assignee="dev", add="ui")
    assert "2 issues changed." in page
    action, fields = undo_in(page)
    assert action == "/issues/bulk/reversal/"
    assert fields["issue"] == ["PUB-1:2", "PUB-2:2"]
    answer = client.post(action, fields)
    assert answer["Location"] == LIST
    assert "2 issues are as they were." in messages_after(client, answer)
    assert [(world.issue(key).status, world.issue(key).version) for key in KEYS] == [("OPEN", 3)] * 2
    assert world.issue("PUB-2").assignee == world.users["assignee"]
    again = client.post(action, fields)
    assert again["Location"] == LIST
    assert world.issue("PUB-1").version == 3, "a second sending acts no second time"


def test_a_deletion_of_many_is_taken_back(world: World) -> None:
    client = signed_in(world, "lead")
    page = change(world, client, do="delete")
    assert "2 issues deleted." in page
    action, fields = undo_in(page)
    client.post(action, fields)
    assert all(world.issue(key).deleted_at is None for key in KEYS)


def test_only_what_was_changed_is_taken_back(world: World) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"priority": "HIGH"})
    page = change(world, signed_in(world, "lead"), priority="HIGH")
    assert "1 issue changed." in page
    assert undo_in(page)[1]["issue"] == ["PUB-2:2"]


def test_it_is_refused_when_one_was_changed_since(world: World) -> None:
    client = signed_in(world, "lead")
    action, fields = undo_in(change(world, client, priority="HIGH"))
    edit_issue(world.actor("operator"), world.issue("PUB-2"), version=2, fields={"priority": "LOW"})
    page = messages_after(client, client.post(action, fields))
    said = "Nothing was taken back: PUB-2 was changed since. Meanwhile operator changed priority from High to Low."
    assert said in page
    assert [world.issue(key).priority for key in KEYS] == ["HIGH", "LOW"]
    by_script = client.post(action, {**fields, "idempotency_key": "another-key-1"}, headers={"HX-Request": "true"})  # type: ignore[arg-type]
    assert by_script.status_code == 412
    assert said in text_of(by_script)


def test_it_is_offered_to_whom_it_is_allowed(world: World) -> None:
    """A developer may take an issue and hand it back; after that they may not edit it, so no button says they can."""
    dev = signed_in(world, "dev")
    page = messages_after(dev, dev.post(BULK, {"issue": "PUB-1:1", "assignee": "dev", "next": LIST, "apply": "1"}))
    assert undo_in(page)[1]["issue"] == ["PUB-1:2"]
    body = {"issue": "PUB-1:2", "assignee": "none", "priority": "LOW", "next": LIST, "apply": "1"}
    page = messages_after(dev, dev.post(BULK, body))
    assert "1 issue changed." in page
    assert "data-undo" not in page


def test_bad_requests_say_what_is_wrong(world: World) -> None:
    client = signed_in(world, "lead")
    assert client.get("/issues/bulk/reversal/").status_code == 405
    assert client.post("/issues/bulk/reversal/", {}).status_code == 422
    assert client.post("/issues/bulk/reversal/", {"issue": "PUB-1"}).status_code == 428
    assert client.post("/issues/bulk/reversal/", {"issue": "PUB-1:x"}).status_code == 422
    nowhere = messages_after(client, client.post("/issues/bulk/reversal/", {"issue": "PUB-99:2", "next": LIST}))
    assert "There is no issue PUB-99 that you can see" in nowhere
    stranger = signed_in(world, "stranger")
    hidden = stranger.post("/issues/bulk/reversal/", {"issue": "PRIV-1:1", "next": LIST})
    assert "no issue PRIV-1 that you can see" in re.sub(r"\s+", " ", messages_after(stranger, hidden))

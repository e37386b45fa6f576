"""Deleting an issue, its tombstone, and restoring it."""

from __future__ import annotations

import pytest
from django.test import Client

from issues.models import Issue
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from tests.issues.browsing import messages_after, signed_in, text_of, token_in
from tests.world import World

REMOVAL, RESTORATION = "/issues/PUB-2/removal/", "/issues/PUB-2/restoration/"


@pytest.mark.parametrize("name", ["lead", "operator"])
def test_it_works(world: World, name: str) -> None:
    client = signed_in(world, name)
    assert "Delete PUB-2" in text_of(client.get(REMOVAL))
    assert world.issue("PUB-2").deleted_at is None, "asking deletes nothing"
    response = client.post(REMOVAL, {"version": "1"})
    assert response["Location"] == "/projects/PUB/issues/"
    assert "PUB-2 was deleted." in messages_after(client, response)
    assert world.issue("PUB-2").deleted_by == world.users[name]
    assert client.get(REMOVAL).status_code == 410
    assert "PUB-2 is back" in messages_after(client, client.post(RESTORATION))
    assert world.issue("PUB-2").deleted_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_refusals_of_deleting(world: World, method: str) -> None:
    def status(name: str, path: str) -> int:
        return int(getattr(signed_in(world, name), method)(path, {"version": "1"}).status_code)

    assert getattr(Client(), method)(REMOVAL)["Location"].startswith("/accounts/login/")
    for name in ("dev", "assignee", "viewer", "stranger"):
        assert status(name, REMOVAL) == 403
    assert status("stranger", "/issues/PRIV-2/removal/") == 404
    assert status("lead", "/issues/OLD-2/removal/") == 409
    assert Issue.objects.filter(deleted_at=None).count() == 6


def test_it_fits_only_the_version_that_was_read(world: World) -> None:
    client = signed_in(world, "lead")
    edit_issue(world.actor("assignee"), world.issue("PUB-2"), version=1, fields={"priority": "CRITICAL"})
    response = client.post(REMOVAL, {"version": "1"})
    assert response.status_code == 412
    assert "changed priority from Medium to Critical" in text_of(response)
    assert 'name="version" value="2"' in text_of(response)
    assert client.post(REMOVAL, {}).status_code == 428
    assert world.issue("PUB-2").deleted_at is None


def test_refusals_of_restoring(world: World) -> None:
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    delete_issue(world.actor("lead"), world.issue("PRIV-2"), version=1)
    for name in ("dev", "assignee", "viewer", "stranger"):
        assert signed_in(world, name).post(RESTORATION).status_code == 403
    assert signed_in(world, "stranger").post("/issues/PRIV-2/restoration/").status_code == 404
    assert signed_in(world, "dev").post("/issues/PUB-1/restoration/").status_code == 403
    assert signed_in(world, "lead").get(RESTORATION).status_code == 405
    assert Issue.objects.filter(deleted_at=None).count() == 4


def test_a_double_click_restores_once(world: World) -> None:
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    client = signed_in(world, "lead")
    sent = {"idempotency_key": token_in(client.get("/issues/PUB-2/"))}
    assert client.post(RESTORATION, sent).status_code == client.post(RESTORATION, sent).status_code == 303
    assert world.issue("PUB-2").version == 3

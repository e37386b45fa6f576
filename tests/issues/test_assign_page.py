from __future__ import annotations

from django.test import Client

from tests.issues.browsing import messages_after, signed_in
from tests.world import World

FREE, TAKEN = "/issues/PUB-1/assignee/", "/issues/PUB-2/assignee/"


def test_a_lead_chooses(world: World) -> None:
    client = signed_in(world, "lead")
    assert "PUB-1 is assigned to dev." in messages_after(client, client.post(FREE, {"assignee": "dev", "version": "1"}))
    assert world.issue("PUB-1").assignee == world.users["dev"]
    assert client.post(FREE, {"assignee": "", "version": "2"}).status_code == 303
    assert world.issue("PUB-1").assignee is None


def test_a_developer_takes_and_hands_back(world: World) -> None:
    client = signed_in(world, "dev")
    assert client.post(FREE, {"assignee": "dev", "version": "1"}).status_code == 303
    assert world.issue("PUB-1").assignee == world.users["dev"]
    assert client.post(FREE, {"assignee": "", "version": "2"}).status_code == 303
    assert world.issue("PUB-1").assignee is None


def test_refusals(world: World) -> None:
    def status(name: str, path: str, assignee: str) -> int:
        return int(signed_in(world, name).post(path, {"assignee": assignee, "version": "1"}).status_code)

    assert Client().post(FREE, {"assignee": "dev"})["Location"].startswith("/accounts/login/")
    assert status("dev", FREE, "assignee") == 403
    assert status("dev", TAKEN, "dev") == 403
    assert status("dev", TAKEN, "") == 403
    assert status("viewer", FREE, "viewer") == 403
    assert status("stranger", FREE, "stranger") == 403
    assert status("leaver", "/issues/PRIV-1/assignee/", "leaver") == 404
    assert status("lead", "/issues/OLD-1/assignee/", "dev") == 409
    assert status("lead", FREE, "viewer") == 422
    assert status("lead", FREE, "nobody_here") == 422
    assert signed_in(world, "lead").post(FREE, {"version": "1"}).status_code == 422
    assert signed_in(world, "lead").post(FREE, {"assignee": "dev"}).status_code == 428
    assert signed_in(world, "lead").get(FREE).status_code == 405
    assert world.issue("PUB-1").version == world.issue("PUB-2").version == world.issue("OLD-1").version == 1

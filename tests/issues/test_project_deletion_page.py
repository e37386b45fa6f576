from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Change
from issues.services.deleting_project import delete_project
from projects.models import Project
from projects.services.projects import edit_project
from tests.issues.browsing import messages_after, signed_in, text_of
from tests.world import World


def removal(key: str) -> str:
    return f"/projects/{key}/removal/"


def restoration(key: str) -> str:
    return f"/projects/{key}/restoration/"


def deleted(key: str) -> bool:
    return Project.objects.get(key=key).deleted_at is not None


@pytest.mark.parametrize(
    ("who", "key", "version"), [("lead", "PUB", "1"), ("operator", "PRIV", "1"), ("lead", "OLD", "2")]
)
def test_it_works(world: World, who: str, key: str, version: str) -> None:
    client = signed_in(world, who)
    page = text_of(client.get(removal(key)))
    assert "2 issues" in page and "4 members" in page and not deleted(key)
    response = client.post(removal(key), {"confirm": key, "version": version})
    assert response["Location"] == "/projects/" and "is deleted" in messages_after(client, response)
    assert deleted(key)
    for path in (f"/projects/{key}/", f"/projects/{key}/issues/", f"/issues/{key}-1/", removal(key)):
        assert client.get(path).status_code == 410, path


@pytest.mark.parametrize("typed", ["", "pub", "PRIV", "PU B"])
def test_the_key_has_to_be_typed(world: World, typed: str) -> None:
    response = signed_in(world, "lead").post(removal("PUB"), {"confirm": typed, "version": "1"})
    assert response.status_code == 422 and "Type PUB to delete the project" in text_of(response)
    assert not deleted("PUB")


@pytest.mark.parametrize(("version", "status"), [("", 428), ("9", 412), ("x", 422)])
def test_the_version_is_asked_for(world: World, version: str, status: int) -> None:
    assert signed_in(world, "lead").post(removal("PUB"), {"confirm": "PUB", "version": version}).status_code == status
    assert not deleted("PUB")


def test_who_has_not_seen_the_latest_looks_first(world: World) -> None:
    edit_project(world.actor("operator"), world.projects["PUB"].pk, version=1, fields={"name": "Other"})
    response = signed_in(world, "lead").post(removal("PUB"), {"confirm": "PUB", "version": "1"})
    assert response.status_code == 412 and "Other" in text_of(response) and not deleted("PUB")


def test_sent_twice_it_acts_once(world: World) -> None:
    client = signed_in(world, "lead")
    sent = {"confirm": "PUB", "version": "1", "idempotency_key": "k" * 16}
    assert [client.post(removal("PUB"), sent)["Location"] for _ in range(2)] == ["/projects/"] * 2
    back = {"idempotency_key": "l" * 16}
    assert [client.post(restoration("PUB"), back)["Location"] for _ in range(2)] == ["/projects/PUB/"] * 2
    assert Change.objects.filter(verb__in=["project.delete", "project.restore"]).count() == 2


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("stranger", "PUB", 403),
        ("viewer", "PUB", 403),
        ("dev", "PUB", 403),
        ("stranger", "PRIV", 404),
        ("dev", "PRIV", 403),
    ],
)
def test_refusals(world: World, who: str, key: str, status: int) -> None:
    client = signed_in(world, who)
    assert client.get(removal(key)).status_code == status
    assert client.post(removal(key), {"confirm": key, "version": "1"}).status_code == status
    assert not deleted(key)
    delete_project(world.actor("lead"), world.projects[key].pk, version=1)
    assert client.post(restoration(key)).status_code == status
    assert deleted(key)


@pytest.mark.parametrize("who", ["lead", "operator"])
def test_restore(world: World, who: str) -> None:
    delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1)
    client = signed_in(world, who)
    response = client.post(restoration("PUB"))
    assert response["Location"] == "/projects/PUB/" and "is back" in messages_after(client, response)
    assert client.get("/issues/PUB-1/").status_code == 200


def test_restoring_what_is_not_deleted_changes_nothing(world: World) -> None:
    before = Change.objects.count()
    assert signed_in(world, "lead").post(restoration("PUB")).status_code == 303
    assert Change.objects.count() == before
    assert signed_in(world, "dev").post(restoration("PUB")).status_code == 403


def test_restoring_is_not_asked_by_a_link(world: World) -> None:
    assert signed_in(world, "lead").get(restoration("PUB")).status_code == 405


def test_anonymous(world: World) -> None:
    for path in (removal("PUB"), restoration("PUB")):
        assert Client().post(path)["Location"].startswith("/accounts/login/")

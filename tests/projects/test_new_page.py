from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Change
from projects.models import Membership, Project
from projects.services.projects import edit_project
from tests.issues.browsing import messages_after, signed_in, text_of
from tests.world import World

URL = "/projects/new/"


def data(**other: str) -> dict[str, str]:
    return {"key": "FRESH", "name": "Fresh start", "description": "## Why", "visibility": "private", **other}


def test_it_works(world: World) -> None:
    client = signed_in(world, "stranger")
    assert 'name="key"' in text_of(client.get(URL))
    response = client.post(URL, data())
    assert response["Location"] == "/projects/FRESH/"
    assert "You are its Lead" in messages_after(client, response)
    project = Project.objects.get(key="FRESH")
    assert (project.name, project.description, project.is_public) == ("Fresh start", "## Why", False)
    lead = Membership.objects.get(project=project)
    assert (lead.user.username, lead.role) == ("stranger", "LEAD")
    assert Change.objects.get(head_id=project.pk).via == "web"


def test_a_key_in_small_letters_is_taken_as_capitals(world: World) -> None:
    assert signed_in(world, "dev").post(URL, data(key="fresh"))["Location"] == "/projects/FRESH/"


def test_sent_twice_it_acts_once(world: World) -> None:
    client = signed_in(world, "dev")
    sent = data(idempotency_key="k" * 16)
    assert [client.post(URL, sent)["Location"] for _ in range(2)] == ["/projects/FRESH/"] * 2
    assert Project.objects.filter(name="Fresh start").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", ""), ("key", "A"), ("key", "1AB"), ("key", "A-B"), ("key", "A" * 17), ("key", "PUB"), ("key", "priv"),
        ("key", "NEW"), ("name", ""), ("name", "   "), ("name", "x" * 65), ("description", "x" * 65_536),
        ("description", "a\x00b"), ("visibility", "secret"), ("visibility", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(world: World, field: str, value: str) -> None:
    before = Project.objects.count()
    response = signed_in(world, "stranger").post(URL, data(**{field: value}))
    assert response.status_code == 422
    page = text_of(response)
    assert re.search(rf'id="id_{field}_error"', page)
    assert "Fresh start" in page or field == "name"
    assert Project.objects.count() == before


def test_taken_used_and_reserved_are_the_same_words(world: World) -> None:
    project = world.projects["PUB"]
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"key": "PUB2"})
    client = signed_in(world, "stranger")
    words = {
        re.search(r'id="id_key_error">.*?<span>(.*?)</span>', text_of(client.post(URL, data(key=key))), re.S)[1]  # type: ignore[index]
        for key in ("PUB2", "PUB", "PRIV", "NEW")
    }
    assert len(words) == 1


def test_anonymous(world: World) -> None:
    assert Client().post(URL, data())["Location"].startswith("/accounts/login/")

from __future__ import annotations

import html
import re

import pytest
from django.http import HttpResponse

from accounts.models import Change
from projects.models import Project
from projects.services.projects import edit_project
from tests.issues.browsing import messages_after, signed_in, text_of
from tests.world import World


def url(key: str) -> str:
    return f"/projects/{key}/settings/"


def now(key: str) -> Project:
    return Project.objects.get(head__keys__key=key)


def data(project: Project, **other: str) -> dict[str, str]:
    return {
        "key": project.key,
        "name": project.name,
        "description": project.description,
        "visibility": "public" if project.is_public else "private",
        "version": str(project.version),
        **other,
    }


def hidden(response: HttpResponse) -> dict[str, str]:
    """The hidden fields of the page's settings form, without the tokens."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text_of(response))
    return {
        name: html.unescape(value) for name, value in found if name not in {"csrfmiddlewaretoken", "idempotency_key"}
    }


def test_it_works(world: World) -> None:
    client = signed_in(world, "lead")
    assert 'value="Project PUB"' in text_of(client.get(url("PUB")))
    response = client.post(url("PUB"), data(now("PUB"), name="Renamed", description="New words", visibility="private"))
    assert "The settings are saved" in messages_after(client, response)
    project = now("PUB")
    assert (project.name, project.description, project.is_public) == ("Renamed", "New words", False)


def test_an_operator_may_too(world: World) -> None:
    assert signed_in(world, "operator").post(url("PRIV"), data(now("PRIV"), name="Renamed")).status_code == 303


def test_nothing_changed_writes_nothing(world: World) -> None:
    before = now("PUB").version
    assert signed_in(world, "lead").post(url("PUB"), data(now("PUB"))).status_code == 303
    assert now("PUB").version == before


def test_another_key_and_the_old_one_leads_on(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(url("PUB"), data(now("PUB"), key="pub2"))
    assert response["Location"] == url("PUB2")
    moved = client.get("/projects/PUB/labels/100%25%20%3F/?q=a%20b")
    assert moved.status_code == 308 and moved["Location"] == "/projects/PUB2/labels/100%25%20%3F/?q=a%20b"
    assert client.get("/projects/pub2/")["Location"] == "/projects/PUB2/"
    assert client.get("/issues/PUB-1/")["Location"] == "/issues/PUB2-1/"


def test_a_label_called_like_the_old_key_is_left_alone(world: World) -> None:
    client = signed_in(world, "lead")
    client.post(url("PUB"), data(now("PUB"), key="PUB2"))
    assert client.get("/projects/PUB/labels/PUB/")["Location"] == "/projects/PUB2/labels/PUB/"


@pytest.mark.parametrize("other", [{"name": "Renamed"}, {"key": "PUB2"}, {"visibility": "private"}])
def test_sent_twice_it_acts_once(world: World, other: dict[str, str]) -> None:
    client = signed_in(world, "lead")
    sent = data(now("PUB"), idempotency_key="k" * 16, **other)
    first, second = client.post(url("PUB"), sent), client.post(url("PUB"), sent)
    assert first.status_code == second.status_code == 303 and first["Location"] == second["Location"]
    assert now("PUB").version == 2


def test_a_private_project_opens_only_when_confirmed(world: World) -> None:
    client = signed_in(world, "lead")
    refused = client.post(url("PRIV"), data(now("PRIV"), visibility="public"))
    assert refused.status_code == 422 and 'id="id_confirm_public_error"' in text_of(refused)
    assert "whole history" in text_of(refused)
    assert now("PRIV").is_public is False
    assert client.post(url("PRIV"), data(now("PRIV"), visibility="public", confirm_public="on")).status_code == 303
    assert now("PRIV").is_public is True


@pytest.mark.parametrize(
    ("field", "value"),
    [("key", "A"), ("key", "PRIV"), ("key", "NEW"), ("name", ""), ("name", "x" * 65), ("visibility", "x")],
)
def test_what_is_wrong_stands_beside_its_field(world: World, field: str, value: str) -> None:
    response = signed_in(world, "lead").post(
        url("PUB"), data(now("PUB"), **{"description": "kept words", field: value})
    )
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text_of(response) and "kept words" in text_of(response)
    assert now("PUB").version == 1


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("stranger", "PUB", 403), ("viewer", "PUB", 403), ("dev", "PUB", 403), ("leaver", "PUB", 403),
        ("stranger", "PRIV", 404), ("leaver", "PRIV", 404), ("dev", "PRIV", 403), ("lead", "NONE", 404),
    ],
)  # fmt: skip
def test_refusals(world: World, who: str, key: str, status: int) -> None:
    client = signed_in(world, who)
    assert client.get(url(key)).status_code == status
    assert client.post(url(key), data(world.projects.get(key, now("PUB")), name="Mine")).status_code == status
    archive = client.post(f"/projects/{key}/archive/", {"archived": "on", "version": "1"})
    assert archive.status_code == status
    assert not Project.objects.filter(name="Mine").exists()


@pytest.mark.parametrize(("version", "status"), [("", 428), ("x", 422), ("99", 412), ("-1", 422)])
def test_the_version_is_asked_for(world: World, version: str, status: int) -> None:
    response = signed_in(world, "lead").post(url("PUB"), data(now("PUB"), name="Renamed", version=version))
    assert response.status_code == status
    assert now("PUB").version == 1


def test_it_merges_what_does_not_collide_and_says_so(world: World) -> None:
    stale = data(now("PUB"), name="Mine")
    edit_project(world.actor("operator"), now("PUB").pk, version=1, fields={"description": "Theirs"})
    client = signed_in(world, "lead")
    assert "Others changed other fields" in messages_after(client, client.post(url("PUB"), stale))
    assert (now("PUB").name, now("PUB").description) == ("Mine", "Theirs")


class TestConflict:
    """Both changed the name; I the description too, they the visibility."""

    @pytest.fixture
    def answer(self, world: World) -> HttpResponse:
        stale = data(now("PUB"), name="Mine & <b>", description="My words")
        edit_project(world.actor("operator"), now("PUB").pk, version=1, fields={"name": "Theirs", "is_public": False})
        return signed_in(world, "lead").post(url("PUB"), stale)

    def test_it_shows_both_and_saves_nothing(self, answer: HttpResponse) -> None:
        assert answer.status_code == 412
        text = text_of(answer)
        assert "Nothing was saved yet" in text and "Mine &amp; &lt;b&gt;" in text and "Theirs" in text
        assert "Project PUB" in text  # what it was before both
        assert (now("PUB").name, now("PUB").version) == ("Theirs", 2)

    @pytest.mark.parametrize(("pick", "name"), [("mine", "Mine & <b>"), ("theirs", "Theirs")])
    def test_the_choice_is_saved_and_the_rest_merged(
        self, world: World, answer: HttpResponse, pick: str, name: str
    ) -> None:
        response = signed_in(world, "lead").post(url("PUB"), {**hidden(answer), "pick_name": pick})
        assert response.status_code == 303, text_of(response)
        project = now("PUB")
        assert (project.name, project.description, project.is_public, project.version) == (name, "My words", False, 3)

    def test_who_is_overtaken_again_chooses_again(self, world: World, answer: HttpResponse) -> None:
        edit_project(world.actor("operator"), now("PUB").pk, version=2, fields={"name": "Theirs again"})
        again = signed_in(world, "lead").post(url("PUB"), {**hidden(answer), "pick_name": "mine"})
        assert again.status_code == 412 and "Theirs again" in text_of(again)


def test_who_left_it_public_opens_nothing_when_others_closed_it(world: World) -> None:
    stale = data(now("PUB"), description="My words")
    edit_project(world.actor("operator"), now("PUB").pk, version=1, fields={"is_public": False})
    assert signed_in(world, "lead").post(url("PUB"), stale).status_code == 303
    assert (now("PUB").is_public, now("PUB").description) == (False, "My words")


def test_archive_and_back(world: World) -> None:
    client = signed_in(world, "lead")
    sent = {"archived": "on", "version": "1"}
    assert "is archived" in messages_after(client, client.post("/projects/PUB/archive/", sent))
    assert now("PUB").is_archived
    page = text_of(client.get(url("PUB")))
    assert 'name="name"' not in page and "Un-archive" in page
    assert client.post(url("PUB"), data(now("PUB"), name="Renamed")).status_code == 409
    assert client.post("/projects/PUB/archive/", {"archived": "off", "version": "2"}).status_code == 303
    assert not now("PUB").is_archived
    assert list(Change.objects.filter(head=now("PUB").head).order_by("-seq").values_list("verb", flat=True)[:2]) == [
        "project.unarchive",
        "project.archive",
    ]


@pytest.mark.parametrize("value", ["", "maybe"])
def test_archiving_wants_on_or_off(world: World, value: str) -> None:
    assert (
        signed_in(world, "lead").post("/projects/PUB/archive/", {"archived": value, "version": "1"}).status_code == 422
    )


def test_archiving_is_not_asked_by_a_link(world: World) -> None:
    assert signed_in(world, "lead").get("/projects/PUB/archive/").status_code == 405


def test_an_archived_project_shows_that_to_all_and_the_button_to_leads(world: World) -> None:
    assert "read-only" in text_of(signed_in(world, "dev").get("/projects/OLD/"))
    assert "Un-archive" not in text_of(signed_in(world, "dev").get("/projects/OLD/"))
    assert "Un-archive" in text_of(signed_in(world, "lead").get("/projects/OLD/"))
    assert "/projects/OLD/issues/new/" not in text_of(signed_in(world, "lead").get("/projects/OLD/"))

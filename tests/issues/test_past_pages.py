"""Projects, their members, labels, board and activity as they were: `?as_of=` on their pages."""

from __future__ import annotations

import datetime
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.utils import timezone

from issues.services.removing_member import remove_member
from projects.models import Label
from projects.services.labels import edit_label
from projects.services.projects import create_project, edit_project
from tests.issues.browsing import signed_in, text_of
from tests.world import World


def main_of(response: HttpResponse) -> str:
    """The page without its rail, which is of today."""
    return text_of(response).split("<main", 1)[1].split("</main>", 1)[0]


@pytest.fixture
def then(world: World) -> str:
    """A moment before PUB was renamed and described anew, lost a member and saw its label renamed."""
    lead, project = world.actor("lead"), world.projects["PUB"]
    edit_project(lead, project.pk, version=1, fields={"description": "The **first** words."})
    moment = timezone.now()
    edit_project(lead, project.pk, version=2, fields={"name": "Renamed", "description": "Other words."})
    remove_member(lead, project.pk, world.users["dev"].pk)
    edit_label(lead, project.pk, Label.objects.get(project=project, name="bug").pk, {"name": "defect"})
    create_project(lead, key="LATE", name="Came later")
    return quote(moment.isoformat())


@pytest.mark.parametrize("tab", ["", "members/", "labels/"])
def test_a_project_as_it_was(world: World, then: str, tab: str) -> None:
    client = signed_in(world, "stranger")
    page = text_of(client.get(f"/projects/PUB/{tab}?as_of={then}"))
    assert "Project PUB" in page and "<strong>first</strong>" in page and "Other words." not in page
    assert "/people/dev/" in page and ">bug<" in page and "defect" not in page
    assert "You are looking at PUB as of" in page
    assert f'href="/projects/PUB/{tab}">Back to now' in page
    assert "<form" not in main_of(client.get(f"/projects/PUB/{tab}?as_of={then}"))
    assert "/projects/PUB/issues/?as_of=" in page
    now = text_of(client.get(f"/projects/PUB/{tab}?as_of=2100-01-01"))
    assert "Renamed" in now and "/people/dev/" not in now and ">defect<" in now
    for early in ("2001-01-01", "2001-01-01T00:00Z"):
        assert client.get(f"/projects/PUB/{tab}?as_of={early}").status_code == 404
        assert client.get(f"/projects/PRIV/{tab}?as_of={then}").status_code == 404
    assert client.get(f"/projects/PUB/{tab}?as_of=yesterday").status_code == 422
    assert "Renamed" in text_of(client.get(f"/projects/PUB/{tab}?as_of="))


def test_the_list_of_projects(world: World, then: str) -> None:
    client = signed_in(world, "stranger")
    page = main_of(client.get(f"/projects/?as_of={then}"))
    assert "Project PUB" in page and "Renamed" not in page and "Came later" not in page and "PRIV" not in page
    assert "/projects/PUB/?as_of=" in page and "You are looking at the projects of" in text_of(
        client.get(f"/projects/?as_of={then}")
    )
    assert "There was no project yet." in text_of(client.get("/projects/?as_of=2001-01-01"))
    assert client.get("/projects/?as_of=yesterday").status_code == 422
    assert "Came later" in text_of(client.get("/projects/?as_of=2100-01-01"))


def test_activity_ends_then(world: World, then: str) -> None:
    client = signed_in(world, "stranger")
    page = text_of(client.get(f"/projects/PUB/activity/?as_of={then}"))
    assert "created the project" in page and "defect" not in page
    assert "defect" in text_of(client.get("/projects/PUB/activity/?as_of=2100-01-01"))
    assert client.get("/projects/PUB/activity/?as_of=2001-01-01").status_code == 404


def test_the_board_of_the_past_is_its_list(world: World, then: str) -> None:
    client = signed_in(world, "stranger")
    answer = client.get(f"/projects/PUB/board/?as_of={then}&q=is:open")
    assert (answer.status_code, answer["Location"]) == (303, f"/projects/PUB/issues/?q=is%3Aopen&as_of={then}")
    assert "Taken issue of PUB" in text_of(client.get(answer["Location"]))
    assert client.get(f"/projects/PRIV/board/?as_of={then}").status_code == 404


def test_moments_with_a_zone(world: World, then: str) -> None:
    at = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=-9))).isoformat()
    assert "Renamed" in text_of(signed_in(world, "lead").get(f"/projects/PUB/?as_of={quote(at)}"))

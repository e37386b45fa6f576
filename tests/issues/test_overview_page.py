from __future__ import annotations

import pytest
from django.test import Client

from issues.services.deleting_project import delete_project
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.services.labels import create_label
from projects.services.projects import edit_project
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World


def test_it_works(world: World) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("lead"), issue, version=issue.version, fields={"status": "CLOSED"})
    project = world.projects["PUB"]
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"due_date": "2020-01-01"})
    edit_project(world.actor("lead"), project.pk, version=1, fields={"description": "**Why**: PUB-1, PRIV-1, @dev"})
    page = text_of(signed_in(world, "stranger").get("/projects/PUB/"))
    assert "<strong>Why</strong>" in page
    assert 'href="/issues/PUB-1/"' in page and 'href="/issues/PRIV-1/"' not in page
    assert '<dt>Open</dt><dd><a href="/projects/PUB/issues/?q=status%3AOPEN">1</a>' in page
    assert '<dt>Closed</dt><dd><a href="/projects/PUB/issues/?q=status%3ACLOSED">1</a>' in page
    assert '<dt>Overdue</dt><dd><a href="/projects/PUB/issues/?q=is%3Aoverdue+sort%3Adue">1</a>' in page
    assert "/projects/PUB/issues/?q=is%3Aopen+label%3A%22bug%22" in page
    assert "changed the project" in page and "Settings" not in page


@pytest.mark.parametrize(
    ("who", "new", "settings"), [("lead", True, True), ("viewer", True, False), ("stranger", False, False)]
)
def test_buttons_are_for_those_who_may(world: World, who: str, new: bool, settings: bool) -> None:
    page = text_of(signed_in(world, who).get("/projects/PUB/"))
    assert ("/projects/PUB/issues/new/" in page) is new
    assert ("/projects/PUB/settings/" in page) is settings


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("leaver", 404), ("viewer", 200), ("operator", 200)])
@pytest.mark.parametrize("path", ["", "activity/", "members/", "labels/"])
def test_a_private_project(world: World, who: str, status: int, path: str) -> None:
    response = signed_in(world, who).get(f"/projects/PRIV/{path}")
    assert response.status_code == status
    if status == 404:
        assert "Project PRIV" not in text_of(response)


def test_a_missing_project_looks_like_a_private_one(world: World) -> None:
    client = signed_in(world, "stranger")
    there, missing = (text_of(client.get(f"/projects/{key}/")) for key in ("PRIV", "NONE"))
    strip = [text.split("<h1")[1].split("Request")[0] for text in (there, missing)]
    assert strip[0] == strip[1]


def test_other_spellings_lead_on(world: World) -> None:
    assert signed_in(world, "dev").get("/projects/pub/?a=1")["Location"] == "/projects/PUB/?a=1"
    assert signed_in(world, "stranger").get("/projects/priv/").status_code == 404


def test_a_deleted_project(world: World) -> None:
    delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1)
    delete_project(world.actor("lead"), world.projects["PRIV"].pk, version=1)
    for who, key, status, restore in (
        ("lead", "PUB", 410, True), ("operator", "PRIV", 410, True), ("dev", "PRIV", 410, False),
        ("stranger", "PUB", 410, False), ("stranger", "PRIV", 404, False),
    ):  # fmt: skip
        response = signed_in(world, who).get(f"/projects/{key}/")
        assert response.status_code == status, (who, key)
        assert (f"/projects/{key}/restoration/" in text_of(response)) is restore
        assert (f"/projects/{key}/activity/" in text_of(response)) is restore
        if status == 410:
            assert "was deleted by lead" in text_of(response)


def test_queries_do_not_grow(world: World) -> None:
    client = signed_in(world, "lead")
    before = queries_of(client, "/projects/PUB/")
    for n in range(6):
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=f"l{n}")
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"i{n}", labels=[f"l{n}"], assignee="dev")
    assert queries_of(client, "/projects/PUB/") <= before


def test_anonymous(world: World) -> None:
    assert Client().get("/projects/PUB/")["Location"] == "/accounts/login/?next=/projects/PUB/"
    assert Client().get("/projects/NONE/")["Location"] == "/accounts/login/?next=/projects/NONE/"

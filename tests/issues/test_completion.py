from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from projects.services.labels import create_label
from projects.services.projects import edit_project
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

PATH = "/search/completion/"


def offered(world: World, q: str, by: str = "dev", project: str = "", **more: str) -> list[str]:
    asked = {"q": q, **({"project": project} if project else {}), **more}
    response = signed_in(world, by).get(PATH, asked)
    assert response.status_code == 200
    return [html.unescape(text) for text in re.findall(r'data-text="([^"]*)"', text_of(response))]


def test_keys_and_values(world: World) -> None:
    assert offered(world, "sta") == ["status:"]
    assert offered(world, "status:") == ["open", "in-progress", "resolved", "closed"]
    assert offered(world, "status:re") == ["resolved"]
    assert offered(world, "over") == ["is:overdue"]
    assert offered(world, "priority:>=h") == ["high"]
    assert offered(world, "owner") == ["assignee:"], "what others call it"
    assert offered(world, "sort:up") == ["updated-asc", "updated-desc"]
    assert offered(world, "due:week") == ["this-week", "next-week"]
    assert "this-week" in offered(world, "due:")
    assert len(offered(world, "")) == 10
    assert offered(world, "nonsense:x") == offered(world, '"in quotes') == offered(world, "zzzz") == []


def test_the_caret_says_what_is_completed(world: World) -> None:
    response = signed_in(world, "dev").get(PATH, {"q": "status:o label:bug", "at": "8"})
    assert 'data-from="7" data-to="8" data-text="open"' in text_of(response)
    for caret in ("", "x", "-1", "99999", "9" * 50):
        assert offered(world, "status:re", at=caret) == ["resolved"]


def test_people_of_the_project(world: World) -> None:
    assert offered(world, "assignee:", project="PUB") == ["@me", "none", "assignee", "dev", "lead", "viewer"]
    assert offered(world, "assignee:@de", project="PUB") == ["dev"]
    assert offered(world, "author:stranger", project="PUB") == []
    assert offered(world, "was:@", project="PUB") == ["@me", "@assignee", "@dev", "@lead", "@viewer"]
    assert offered(world, "was:@de", project="PUB") == ["@dev"]
    assert offered(world, "was:de", project="PUB") == [], "without @ it is a word of the language"


def test_people_of_the_projects_that_one_sees(world: World) -> None:
    assert offered(world, "author:lea") == ["lead"], "who left is nobody's colleague"
    project = world.projects["PUB"]
    for key in ("PUB", "OLD"):
        project = world.projects[key]
        if key == "OLD":
            project = edit_project(world.actor("lead"), project.pk, version=project.version, fields={"archived": False})
        edit_project(world.actor("lead"), project.pk, version=project.version, fields={"is_public": False})
    assert offered(world, "author:lead", by="stranger") == []


def test_labels_are_quoted_where_they_need_it(world: World) -> None:
    create_label(world.actor("lead"), world.projects["PUB"].pk, name="good first issue")
    create_label(world.actor("lead"), world.projects["PRIV"].pk, name="secret")
    assert offered(world, "label:", project="PUB") == ["bug", '"good first issue"', "ui"]
    assert offered(world, 'label:"good f', project="PUB") == ['"good first issue"']
    assert offered(world, "label:bug,u", project="PUB")[0] == "ui"
    assert offered(world, "label:") == ["bug", '"good first issue"', "secret", "ui"], "each name once"
    assert offered(world, "label:", by="stranger") == ["bug", '"good first issue"', "ui"]


def test_projects(world: World) -> None:
    assert offered(world, "project:p") == ["PRIV", "PUB", "OLD"], "by key before by name"
    assert offered(world, "project:ri") == ["PRIV"]
    assert offered(world, "project:p", by="stranger") == ["PUB", "OLD"]


def test_a_private_project_is_not_there(world: World) -> None:
    for name in ("stranger", "leaver"):
        assert signed_in(world, name).get(PATH, {"q": "label:", "project": "PRIV"}).status_code == 404
    assert Client().get(PATH).status_code in (302, 303)


@pytest.mark.parametrize("q", ["label:\x00", "assignee:\ud800", "project:%", "label:" + "x" * 5000, 'label:"<b>'])
def test_odd_text(world: World, q: str) -> None:
    response = signed_in(world, "dev").get(
        f"{PATH}?q=" + "".join(f"%{byte:02x}" for byte in q.encode("utf8", "replace"))
    )
    assert response.status_code == 200


def test_what_people_wrote_is_escaped(world: World) -> None:
    create_label(world.actor("lead"), world.projects["PUB"].pk, name="<b>&'x'")
    page = text_of(signed_in(world, "dev").get(PATH, {"q": "label:<", "project": "PUB"}))
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("q", ["", "label:", "assignee:", "project:", "status:"])
def test_it_asks_little(world: World, q: str) -> None:
    assert queries_of(signed_in(world, "dev"), f"{PATH}?q={q}&project=PUB") <= 4

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issues.services.deleting import delete_issue
from issues.services.opening import open_issue
from projects.services.deactivating import deactivate_user
from projects.services.projects import edit_project
from tests.world import World

URL = "/palette/"
HTMX = {"HX-Request": "true", "HX-Target": "palette-found"}


def client_of(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.users[who])
    return client


def ask(world: World, who: str, text: str) -> str:
    response = client_of(world, who).get(URL, {"q": text}, headers=HTMX)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def links(world: World, who: str, text: str) -> list[str]:
    return re.findall(r'href="(/[^"]*)"', ask(world, who, text))


def opened(world: World, key: str, title: str) -> Any:
    return open_issue(world.actor("lead"), world.projects[key].pk, title=title)


def test_nothing_typed_offers_projects_and_pages(world: World) -> None:
    found = links(world, "dev", "")
    assert found == ["/projects/PRIV/", "/projects/PUB/", "/", "/issues/", "/projects/", "/people/"]


def test_the_fragment_is_a_list_of_options(world: World) -> None:
    text = ask(world, "dev", "")
    assert "<html" not in text and text.count('role="option"') == 6 and text.count('role="group"') == 2
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == 6


def test_without_javascript_it_is_a_page(world: World) -> None:
    page = client_of(world, "dev").get(URL, {"q": "pub"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "<h1" in text and 'href="/projects/PUB/"' in text and 'name="q" value="pub"' in text


@pytest.mark.parametrize("text", ["PUB-2", "pub-2", "pub2", " PUB-2 "])
def test_an_issue_by_its_key_comes_first(world: World, text: str) -> None:
    opened(world, "PUB", "Mentions PUB-2 and pub2 in its title")
    assert links(world, "dev", text)[0] == "/issues/PUB-2/"


def test_an_issue_by_an_old_key_of_its_project(world: World) -> None:
    project = world.projects["PUB"]
    edit_project(world.actor("lead"), project.pk, version=project.version, fields={"key": "NEWER"})
    assert links(world, "dev", "PUB-2")[0] == "/issues/NEWER-2/"


def test_issues_by_words_of_their_title(world: World) -> None:
    wanted = opened(world, "PUB", "Parcel labels printed askew on Zebra printers")
    opened(world, "PUB", "Parcel labels lost")
    assert links(world, "dev", "zebra PARCEL") == [f"/issues/{wanted.key}/"]


def test_at_most_eight_issues(world: World) -> None:
    for n in range(12):
        opened(world, "PUB", f"Quokka number {n}")
    assert len(links(world, "dev", "quokka")) == 8


def test_people_by_either_name(world: World) -> None:
    assert "/people/assignee/" in links(world, "dev", "assig")
    assert "/people/assignee/" in links(world, "dev", "@ASSIGNEE")


def test_who_is_deactivated_is_not_offered(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["assignee"].pk)
    assert "/people/assignee/" not in links(world, "dev", "assignee")


def test_pages_by_their_words(world: World) -> None:
    assert "/accounts/tokens/" in links(world, "dev", "api token")
    assert "/accounts/preferences/" in links(world, "dev", "theme")
    assert "/admin/" in links(world, "operator", "administration")
    assert "/admin/" not in links(world, "dev", "administration")


def test_a_private_project_and_its_issues_are_shown_to_nobody_else(world: World) -> None:
    issue = opened(world, "PRIV", "Canary in a private mine")
    seen = {}
    for who in ("stranger", "leaver", "dev", "operator"):
        seen[who] = {
            text: [link for link in links(world, who, text) if "PRIV" in link]
            for text in ("", "priv", "PRIV-1", "priv1", issue.key, "canary", "mine private")
        }
    assert not any(found for who in ("stranger", "leaver") for found in seen[who].values()), seen
    for who in ("dev", "operator"):
        assert seen[who]["canary"] == seen[who][issue.key] == [f"/issues/{issue.key}/"]
        assert "/projects/PRIV/" in seen[who]["priv"]


def test_no_word_of_it_leaks_either(world: World) -> None:
    opened(world, "PRIV", "Canary in a private mine")
    page = client_of(world, "stranger").get(URL, {"q": "canary"}).content.decode()
    assert "private mine" not in page
    assert ask(world, "stranger", "PRIV-1") == ask(world, "stranger", "NONE-1")


def test_what_was_deleted_is_not_offered(world: World) -> None:
    issue = opened(world, "PUB", "Wombat")
    assert links(world, "lead", "wombat") == [f"/issues/{issue.key}/"]
    delete_issue(world.actor("lead"), issue, version=issue.version)
    assert links(world, "lead", "wombat") == links(world, "lead", issue.key) == []


def test_an_archived_project_is_found_by_name_alone(world: World) -> None:
    assert "/projects/OLD/" not in links(world, "lead", "")
    assert "/projects/OLD/" in links(world, "lead", "old")


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "\\",
        "'",
        '"',
        "<b>",
        "a\x00b",
        "\ud800",
        "#3",
        "(",
        "x" * 5000,
        "a " * 300,
        "ſ",
        "😀",
        "-1",
        "1" * 400,
    ],
)
def test_odd_text_is_just_text(world: World, text: str) -> None:
    response = client_of(world, "dev").get(URL, {"q": text.encode("utf-8", "surrogatepass")}, headers=HTMX)
    assert response.status_code == 200 and b"<b>" not in response.content


def test_percent_and_underscore_are_no_wildcards(world: World) -> None:
    issue = opened(world, "PUB", "Load is at 100% again")
    assert f"/issues/{issue.key}/" in links(world, "dev", "100%")
    assert links(world, "dev", "1__%") == []


def test_four_queries_however_much_there_is(world: World) -> None:
    client = client_of(world, "dev")
    counts = []
    for extra in (0, 10):
        for n in range(extra):
            opened(world, "PUB", f"Quokka number {n}")
        with CaptureQueriesContext(connection) as found:
            client.get(URL, {"q": "pub"}, headers=HTMX)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 4, [query["sql"] for query in found]


def test_the_help_page_lists_the_keys(world: World) -> None:
    client = client_of(world, "dev")
    page = client.get("/help/keys/").content.decode()
    assert "Command palette" in page and "<kbd>j</kbd>" in page and "switched off" not in page
    part = client.get("/help/keys/", headers={"HX-Request": "true", "HX-Target": "help-keys"}).content.decode()
    assert "<html" not in part and 'id="help-keys"' in part
    client.post("/accounts/preferences/", {"theme": "auto", "density": "normal"})
    assert "switched off" in client.get("/help/keys/").content.decode()


def test_anonymous(db: Any) -> None:
    for path in (URL, "/help/keys/"):
        assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from issues import search
from issues.models import SavedQuery
from issues.services.saving_views import create_view
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of, token_in
from tests.world import World

LIST = "/projects/PUB/issues/"


def make(world: World, by: str = "dev", key: str | None = "PUB", **other: object) -> SavedQuery:
    fields = {"name": "Bugs", "query": "label:bug"} | other
    return create_view(world.actor(by), world.projects[key].pk if key else None, **fields)  # type: ignore[arg-type]


def save(client: Client, page: str, **fields: str) -> str:
    """Sends the form over that list; the text of the page that it leads to."""
    way = re.search(r'href="(/views/new/[^"]*)"', text_of(client.get(page)))
    assert way
    found = text_of(client.get(html.unescape(way[1])))
    form = found.split('action="/views/new/"')[1].split("</form>")[0]
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return messages_after(client, client.post("/views/new/", {**hidden, **fields}))


def test_saving_what_the_list_shows(world: World) -> None:
    client = signed_in(world, "dev")
    page = save(client, f"{LIST}?q=label:bug", name="Bugs")
    assert "View “Bugs” is saved." in page
    view = SavedQuery.objects.get()
    assert (view.query, view.project, view.layout, view.is_shared) == (
        "label:bug",
        world.projects["PUB"],
        "list",
        False,
    )
    assert 'value="label:bug"' in page
    assert "Taken issue" in page
    assert "Free issue" not in page
    assert f'href="{LIST}?view={view.pk}" aria-current="page"' in page


def test_every_query_that_is_read_can_be_saved(world: World) -> None:
    longest = f"label:bug -title:{'ä' * search.MAX_LENGTH}"[: search.MAX_LENGTH]
    client = signed_in(world, "dev")
    assert "View “Long” is saved." in save(client, LIST, name="Long", query=longest)
    assert SavedQuery.objects.get().query == longest
    assert "at most 2000 characters" in text_of(client.post("/views/new/", {"name": "Longer", "query": f"{longest}ä"}))
    assert SavedQuery.objects.count() == 1


def test_saving_a_board_and_a_list_of_all_projects(world: World) -> None:
    client = signed_in(world, "dev")
    save(client, "/projects/PUB/board/?by=priority&q=type:task", name="By priority", shared="on")
    board = SavedQuery.objects.get()
    assert (board.layout, board.grouping, board.is_shared) == ("board", "priority", True)
    page = text_of(signed_in(world, "viewer").get("/"))
    assert f'href="/projects/PUB/board/?by=priority&amp;view={board.pk}"' in page
    save(client, "/issues/?q=type:bug", name="All bugs")
    assert SavedQuery.objects.get(name="All bugs").project is None


def test_a_changed_query_can_be_saved_or_dropped(world: World) -> None:
    view = make(world)
    client = signed_in(world, "dev")
    assert "edited" not in text_of(client.get(f"{LIST}?view={view.pk}"))
    page = client.get(f"{LIST}?view={view.pk}&q=label:ui")
    assert "Save changes" in text_of(page)
    assert f'href="{LIST}?view={view.pk}">Discard' in text_of(page)
    assert f"view={view.pk}" in text_of(page).split("Status", 1)[1], "the menus stay with the view"
    form = {"idempotency_key": token_in(page), "query": "label:ui", "layout": "list", "grouping": "", "version": "1"}
    after = messages_after(client, client.post(f"/views/{view.pk}/query/", form))
    assert "Save changes" not in after
    assert 'value="label:ui"' in after
    assert client.post(f"/views/{view.pk}/query/", {**form, "idempotency_key": "x" * 20}).status_code == 412
    assert client.post(f"/views/{view.pk}/query/", {"query": ""}).status_code == 428


def test_a_board_of_a_view(world: World) -> None:
    view = make(world, layout="board", grouping="assignee")
    client = signed_in(world, "dev")
    page = text_of(client.get(f"/projects/PUB/board/?by=assignee&view={view.pk}"))
    assert "Taken issue" in page
    assert "Free issue" not in page
    assert "Save changes" not in page
    assert "Save changes" in text_of(client.get(f"/projects/PUB/board/?view={view.pk}"))


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "9" * 30, "²"])
def test_numbers_that_lead_nowhere(world: World, number: str) -> None:
    expected = 404 if number == "999999" else 200
    assert signed_in(world, "dev").get(LIST, {"view": number}).status_code == expected


def test_a_view_of_other_issues_is_not_shown_here(world: World) -> None:
    view = make(world)
    client = signed_in(world, "dev")
    assert client.get(f"/issues/?view={view.pk}").status_code == 404
    assert client.get(f"/projects/PRIV/issues/?view={view.pk}").status_code == 404
    assert signed_in(world, "lead").get(f"{LIST}?view={view.pk}").status_code == 404


def test_the_shared_ones_are_opened_by_everyone_and_changed_by_some(world: World) -> None:
    view = make(world, is_shared=True)
    for name, changes in (("dev", True), ("lead", True), ("viewer", False), ("stranger", False)):
        client = signed_in(world, name)
        page = text_of(client.get(f"{LIST}?view={view.pk}&q=label:ui"))
        assert ("Save changes" in page, f'href="/views/{view.pk}/"' in page) == (changes, changes), name
        assert client.get(f"/views/{view.pk}/").status_code == (200 if changes else 403), name
    assert (
        signed_in(world, "viewer").post("/views/new/", {"name": "x", "project": "PUB", "shared": "on"}).status_code
        == 303
    )
    assert not SavedQuery.objects.get(name="x").is_shared, "who may not share is not offered it"


def test_the_page_of_all_views(world: World) -> None:
    make(world)
    make(world, by="lead", name="Of the lead", is_shared=True)
    make(world, by="lead", name="Secret")
    page = text_of(signed_in(world, "dev").get("/views/"))
    assert "Bugs" in page
    assert "Shared by lead" in page
    assert "Secret" not in page
    assert "No views yet" in text_of(signed_in(world, "stranger").get("/views/"))


def test_renaming_and_sharing(world: World) -> None:
    view = make(world)
    client = signed_in(world, "dev")
    path = f"/views/{view.pk}/"
    form = {"idempotency_key": token_in(client.get(path)), "version": "1", "name": "Ours", "query": "type:bug"}
    assert "View “Ours” is saved." in messages_after(client, client.post(path, {**form, "shared": "on"}))
    stale = client.post(path, {**form, "name": "Again", "idempotency_key": "y" * 20})
    assert stale.status_code == 412
    assert "It was changed meanwhile. It is called “Ours” now" in text_of(stale)
    assert 'value="Again"' in text_of(stale)
    make(world, name="Other")
    taken = client.post(path, {**form, "version": "2", "name": "other", "idempotency_key": "z" * 20})
    assert taken.status_code == 422
    assert "You have a view “other” here already." in text_of(taken)


def test_deleting_twice_by_one_form(world: World) -> None:
    view = make(world)
    client = signed_in(world, "dev")
    path = f"/views/{view.pk}/removal/"
    form = {"idempotency_key": token_in(client.get(path)), "version": "1"}
    assert "View “Bugs” is deleted." in messages_after(client, client.post(path, form))
    assert client.post(path, form)["Location"] == "/views/"
    assert client.get(path).status_code == 404


def test_a_private_project_is_not_named(world: World) -> None:
    response = signed_in(world, "stranger").get("/views/new/?project=PRIV")
    assert response.status_code == 404
    assert signed_in(world, "stranger").post("/views/new/", {"project": "PRIV", "name": "x"}).status_code == 404


@pytest.mark.parametrize("path", [LIST, "/issues/", "/projects/PUB/board/", "/"])
def test_views_in_the_rail_cost_no_query(world: World, path: str) -> None:
    client = signed_in(world, "dev")
    none = queries_of(client, path)
    for number in range(15):
        view = make(world, name=f"View {number}", key=None if path == "/issues/" else "PUB")
    make(world, by="lead", name="Shared", is_shared=True)
    assert queries_of(client, path) == none <= 8
    if path != "/":
        assert queries_of(client, f"{path}?view={view.pk}") == queries_of(
            client, f"{path}?{urlencode({'q': view.query})}"
        )

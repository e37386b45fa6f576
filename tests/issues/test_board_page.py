"""The board: which columns and cards there are, who may move which where, and the way without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Change
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.services.deactivating import deactivate_user
from projects.services.members import add_member
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of, token_in
from tests.world import World

BOARD = "/projects/PUB/board/"
SCRIPT: dict[str, Any] = {"headers": {"HX-Request": "true"}}
_COLUMN = re.compile(r'data-column="(\w+)".*?data-count>([\d,+]+)<.*?<ul class="tiles">(.*?)</ul>', re.S)
_CARD = re.compile(r'<li class="tile[^>]*data-card="([^"]+)" data-version="(\d+)"[^>]*?(?:data-to="([^"]*)")?>')


def columns_of(page: str) -> dict[str, list[str]]:
    return {name: [key for key, _version, _to in _CARD.findall(cards)] for name, _n, cards in _COLUMN.findall(page)}


def counts_of(page: str) -> dict[str, str]:
    return {name: n for name, n, _cards in _COLUMN.findall(page)}


def moves_of(page: str) -> dict[str, str]:
    return {key: to for key, _version, to in _CARD.findall(page)}


def add(world: World, n: int, **fields: Any) -> None:
    for i in range(n):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Row {i}", **fields)


def change(world: World, key: str, **fields: Any) -> None:
    edit_issue(world.actor("lead"), world.issue(key), version=world.issue(key).version, fields=fields)


@pytest.mark.parametrize("name", ["dev", "viewer", "stranger", "lead", "operator"])
def test_it_works(world: World, name: str) -> None:
    response = signed_in(world, name).get(BOARD)
    assert response.status_code == 200
    assert columns_of(text_of(response)) == {
        "OPEN": ["PUB-2", "PUB-1"],
        "IN_PROGRESS": [],
        "RESOLVED": [],
        "CLOSED": [],
    }
    assert "Free issue of PUB" in text_of(response)


def test_refusals(world: World) -> None:
    assert Client().get(BOARD)["Location"].startswith("/accounts/login/?next=")
    assert signed_in(world, "stranger").get("/projects/PRIV/board/").status_code == 404
    assert signed_in(world, "leaver").get("/projects/PRIV/board/").status_code == 404
    assert signed_in(world, "viewer").get("/projects/PRIV/board/").status_code == 200
    assert signed_in(world, "lead").post(BOARD).status_code == 405
    assert signed_in(world, "dev").get("/projects/pub/board/?by=priority")["Location"] == f"{BOARD}?by=priority"


def test_columns_by_priority_and_assignee(world: World) -> None:
    change(world, "PUB-1", priority="CRITICAL")
    client = signed_in(world, "dev")
    page = text_of(client.get(f"{BOARD}?by=priority"))
    assert columns_of(page) == {"CRITICAL": ["PUB-1"], "HIGH": [], "MEDIUM": ["PUB-2"], "LOW": []}
    page = text_of(client.get(f"{BOARD}?by=assignee"))
    assert columns_of(page) == {"none": ["PUB-1"], "dev": [], "assignee": ["PUB-2"], "lead": []}
    assert list(columns_of(page))[:2] == ["none", "dev"], "nobody's, then one's own"
    assert counts_of(page) == {"none": "1", "dev": "0", "assignee": "1", "lead": "0"}
    page = text_of(client.get(f"{BOARD}?by=weather"))
    assert list(columns_of(page)) == ["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"]


def test_who_was_deactivated_keeps_a_column_that_takes_nothing(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["assignee"].pk)
    page = text_of(signed_in(world, "lead").get(f"{BOARD}?by=assignee"))
    assert columns_of(page)["assignee"] == ["PUB-2"]
    assert re.search(r'data-column="assignee" data-value="assignee" data-shut', page)
    assert not re.search(r'data-column="dev" data-value="dev" data-shut', page)


def test_with_many_people_only_those_who_hold_something_have_a_column(world: World) -> None:
    from accounts.services.users import register

    for i in range(12):
        register(None, username=f"d{i}", email=f"d{i}@example.com", password="correct horse 9")
        add_member(world.actor("lead"), world.projects["PUB"].pk, identifier=f"d{i}", role="DEVELOPER")
    page = text_of(signed_in(world, "dev").get(f"{BOARD}?by=assignee"))
    assert list(columns_of(page)) == ["none", "dev", "assignee"]


def test_many_columns_begin_with_fewer_cards(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.views.board.FEW_COLUMNS", 3)
    monkeypatch.setattr("issues.views.board.MOST_COLUMNS", 4)
    add(world, 12)
    client = signed_in(world, "dev")
    page = text_of(client.get(f"{BOARD}?by=assignee"))
    assert (len(columns_of(page)["none"]), counts_of(page)["none"]) == (10, "13")
    assert "A board has at most 4 columns" in page
    assert len(columns_of(text_of(client.get(f"{BOARD}?by=assignee&column=none&after=x")))["none"]) == 10


def test_the_query_is_the_lists(world: World) -> None:
    change(world, "PUB-1", status="CLOSED")
    client = signed_in(world, "dev")
    assert columns_of(text_of(client.get(BOARD)))["CLOSED"] == ["PUB-1"], "by status also what is done"
    assert columns_of(text_of(client.get(f"{BOARD}?q=label:bug"))) == {
        "OPEN": ["PUB-2"],
        "IN_PROGRESS": [],
        "RESOLVED": [],
        "CLOSED": [],
    }
    assert columns_of(text_of(client.get(f"{BOARD}?by=priority")))["MEDIUM"] == ["PUB-2"], "what is to be done"
    assert columns_of(text_of(client.get(f"{BOARD}?by=priority&q=")))["MEDIUM"] == ["PUB-1", "PUB-2"]
    page = text_of(client.get(f"{BOARD}?by=priority&q=label:bug"))
    assert 'href="?q=label%3Abug"' in page, "the same query by status"
    assert 'href="/projects/PUB/issues/?q=label%3Abug"' in page, "the same query as a list"
    assert '<input type="hidden" name="by" value="priority">' in page


def test_mistakes_in_the_query_are_said(world: World) -> None:
    client = signed_in(world, "dev")
    assert "asignee: is not a filter" in text_of(client.get(f"{BOARD}?q=asignee:dev"))
    assert "No issue matches “zzzz”" in text_of(client.get(f"{BOARD}?q=zzzz"))
    assert "shows the present" in text_of(client.get(f"{BOARD}?q=as-of:2026-01-31"))


def test_cards_stand_in_the_order_of_the_query(world: World) -> None:
    add(world, 3)
    change(world, "PUB-1", priority="LOW")
    change(world, "PUB-4", priority="CRITICAL", due_date="2030-01-02")
    client = signed_in(world, "dev")
    for sort in ("priority-desc", "due-asc", "key-desc", "created-asc", "updated-desc"):
        page = columns_of(text_of(client.get(f"{BOARD}?q=sort:{sort}")))["OPEN"]
        rows = re.findall(
            r"class=key>(?:<input[^>]*>)?(PUB-\d+)<", text_of(client.get(f"/projects/PUB/issues/?q=sort:{sort}"))
        )
        assert page == rows, sort
        assert len(page) == 5


def test_what_is_deleted_stands_on_no_board(world: World) -> None:
    delete_issue(world.actor("lead"), world.issue("PUB-1"), version=1)
    client = signed_in(world, "lead")
    assert columns_of(text_of(client.get(BOARD)))["OPEN"] == ["PUB-2"]
    assert "PUB-1" not in text_of(client.get(f"{BOARD}?q=is:deleted"))


def test_only_what_is_permitted_is_offered(world: World) -> None:
    change(world, "PUB-2", status="CLOSED")
    assert moves_of(text_of(signed_in(world, "lead").get(BOARD))) == {"PUB-1": "*", "PUB-2": "OPEN"}
    assert moves_of(text_of(signed_in(world, "assignee").get(BOARD))) == {"PUB-1": "", "PUB-2": "OPEN"}
    for name in ("dev", "viewer", "stranger"):
        page = text_of(signed_in(world, name).get(BOARD))
        assert moves_of(page) == {"PUB-1": "", "PUB-2": ""}, name
        assert "data-move" not in page
    by_person = f"{BOARD}?by=assignee&q="
    assert moves_of(text_of(signed_in(world, "lead").get(by_person))) == {"PUB-1": "*", "PUB-2": "*"}
    assert moves_of(text_of(signed_in(world, "dev").get(by_person))) == {"PUB-1": "dev", "PUB-2": ""}
    assert moves_of(text_of(signed_in(world, "assignee").get(by_person))) == {"PUB-1": "assignee", "PUB-2": "none"}
    assert moves_of(text_of(signed_in(world, "viewer").get(by_person))) == {"PUB-1": "", "PUB-2": ""}


def test_an_archived_project_moves_nothing(world: World) -> None:
    page = text_of(signed_in(world, "lead").get("/projects/OLD/board/"))
    assert moves_of(page) == {"OLD-1": "", "OLD-2": ""}
    assert "/OLD/issues/new/" not in page


@pytest.mark.parametrize(
    ("by", "path", "sent", "column"),
    [
        ("status", "status", {"status": "IN_PROGRESS"}, "IN_PROGRESS"),
        ("assignee", "assignee", {"assignee": "dev"}, "dev"),
        ("assignee", "assignee", {"assignee": ""}, "none"),
        ("priority", "properties", {"priority": "HIGH"}, "HIGH"),
    ],
)
def test_a_move_without_scripts(world: World, by: str, path: str, sent: dict[str, str], column: str) -> None:
    client = signed_in(world, "lead")
    page = client.get(f"{BOARD}?q=label:bug&by={by}&move=PUB-2")
    form = text_of(page).split('id="moving"')[1].split("</form>")[0]
    assert f'action="/issues/PUB-2/{path}/"' in form
    ((name, value),) = sent.items()
    assert f'name="{name}" value="{value}"' in form
    assert 'name="version" value="1"' in form
    back = form.split('name="next" value="')[1].split('"')[0].replace("&amp;", "&")
    assert back.startswith(f"{BOARD}?q=label%3Abug")
    key = token_in(page)
    answer = client.post(f"/issues/PUB-2/{path}/", {**sent, "version": "1", "next": back, "idempotency_key": key})
    assert answer["Location"] == back
    after = messages_after(client, answer)
    assert columns_of(after)[column] == ["PUB-2"]
    assert world.issue("PUB-2").version == 2
    again = client.post(f"/issues/PUB-2/{path}/", {**sent, "version": "1", "next": back, "idempotency_key": key})
    assert again["Location"] == back
    assert world.issue("PUB-2").version == 2, "sent twice, done once"


def test_a_card_that_is_not_there_is_not_moved(world: World) -> None:
    page = text_of(signed_in(world, "lead").get(f"{BOARD}?move=PUB-77"))
    assert "PUB-77 cannot be moved from here" in page
    assert 'id="moving"' not in page
    assert 'id="moving"' not in text_of(signed_in(world, "dev").get(f"{BOARD}?move=PUB-1"))


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "board", ""]
)
def test_next_leads_nowhere_else(world: World, next_: str) -> None:
    sent = {"status": "IN_PROGRESS", "version": "1", "next": next_}
    assert signed_in(world, "lead").post("/issues/PUB-2/status/", sent)["Location"] == "/issues/PUB-2/"


def test_a_script_is_sent_on_and_fetches_the_card(world: World) -> None:
    client = signed_in(world, "lead")
    sent = {"status": "RESOLVED", "version": "1", "next": BOARD}
    answer = client.post("/issues/PUB-2/status/", sent, **SCRIPT)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, BOARD)
    page = text_of(client.get(f"{BOARD}?card=PUB-2", **SCRIPT))
    assert _CARD.findall(page) == [("PUB-2", "2", "*")]
    assert 'data-in="RESOLVED"' in page
    assert "PUB-2 is now resolved." in page, "with what the page would have said"
    assert "<html" not in page
    for path in (f"{BOARD}?card=PUB-99", f"{BOARD}?card=nonsense", f"{BOARD}?card=PUB-2&q=is:open"):
        answer = client.get(path, **SCRIPT)
        assert answer.status_code == 200
        assert "data-card" not in text_of(answer)


def test_a_refused_move_is_said_to_a_script(world: World) -> None:
    client = signed_in(world, "lead")
    change(world, "PUB-2", status="CLOSED")
    before = Change.objects.count()
    for sent, status, words in (
        ({"status": "RESOLVED", "version": "2"}, 422, "it can become OPEN"),
        ({"status": "IN_PROGRESS", "version": "1"}, 412, "changed since"),
    ):
        answer = client.post("/issues/PUB-2/status/", {**sent, "next": BOARD}, **SCRIPT)
        assert answer.status_code == status
        assert answer["HX-Retarget"] == "#toasts"
        assert words in text_of(answer)
        assert "<html" not in text_of(answer)
    answer = signed_in(world, "dev").post("/issues/PUB-2/status/", {"status": "OPEN", "version": "2"}, **SCRIPT)
    assert answer.status_code == 403
    assert "You may not change PUB-2" in text_of(answer)
    assert Change.objects.count() == before


def test_more_cards_follow_without_gap(world: World) -> None:
    add(world, 70)
    client = signed_in(world, "lead")
    page = text_of(client.get(BOARD))
    seen = columns_of(page)["OPEN"]
    assert len(seen) == 30
    assert counts_of(page)["OPEN"] == "72"
    for size in (30, 12):
        more = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        assert more, "there is no way on"
        path = BOARD + more[1].replace("&amp;", "&")
        whole, page = text_of(client.get(path)), text_of(client.get(path, **SCRIPT))
        cards = [key for key, _version, _to in _CARD.findall(page)]
        assert columns_of(whole)["OPEN"] == cards, "the same with and without scripts"
        assert "First cards" in whole
        assert len(cards) == size
        assert set(moves_of(page).values()) == {"*"}
        seen += cards
    assert len(set(seen)) == 72
    assert "after=" not in page


def test_a_foreign_cursor(world: World) -> None:
    client = signed_in(world, "dev")
    path = f"{BOARD}?column=OPEN&after=nonsense"
    page = text_of(client.get(path))
    assert "That page of the list is not there" in page
    assert columns_of(page)["OPEN"] == ["PUB-2", "PUB-1"]
    assert client.get(path, **SCRIPT).status_code == 422
    assert client.get(f"{BOARD}?column=NONE&after=x", **SCRIPT).status_code == 422
    assert columns_of(text_of(client.get(f"{BOARD}?column=NONE&after=x")))["OPEN"] == ["PUB-2", "PUB-1"]


def test_new_issues_begin_in_the_column(world: World) -> None:
    client = signed_in(world, "viewer")
    page = text_of(client.get(f"{BOARD}?by=priority"))
    assert 'href="/projects/PUB/issues/new/?priority=HIGH"' in page
    assert "PUB/issues/new/?" not in text_of(signed_in(world, "stranger").get(f"{BOARD}?by=priority"))


@pytest.mark.parametrize("path", [BOARD, f"{BOARD}?by=assignee", f"{BOARD}?by=priority", f"{BOARD}?move=PUB-2"])
def test_the_number_of_queries_does_not_grow(world: World, path: str) -> None:
    client = signed_in(world, "dev")
    add(world, 3, labels=["bug", "ui"])
    few = queries_of(client, path)
    add(world, 40, labels=["bug", "ui"])
    for number in range(1, 30):
        issue = world.issue(f"PUB-{number}")
        add_comment(world.actor("viewer"), issue, body="Seen.")
        if issue.assignee_id is None:
            assign_issue(world.actor("lead"), issue, version=issue.version, assignee=("dev", "lead")[number % 2])
        change(world, issue.key, status=("OPEN", "IN_PROGRESS", "RESOLVED")[number % 3], priority="HIGH")
    assert queries_of(client, path) == few <= 8


def test_cards_stay_small(world: World) -> None:
    client = signed_in(world, "lead")
    few = len(client.get(BOARD).content)
    add(world, 28, labels=["bug", "ui"], assignee="dev", due_date="2030-02-03")
    page = client.get(BOARD).content
    assert page.count(b"data-card") == 30
    assert (len(page) - few) / 28 <= 1_000


def test_folded_columns_show_their_heads_alone(world: World) -> None:
    client = signed_in(world, "dev")
    page = text_of(client.get(BOARD))
    assert 'href="?fold=OPEN" aria-label="Fold: Open"' in page
    folded = text_of(client.get(f"{BOARD}?fold=OPEN,nonsense"))
    assert "Free issue of PUB" not in folded
    assert 'aria-label="Unfold: Open"' in folded
    assert '<input type="hidden" name="fold" value="OPEN' in folded, "filtering keeps it"
    again = text_of(client.get(f"{BOARD}?fold=OPEN,CLOSED"))
    assert 'href="?fold=CLOSED" aria-label="Unfold: Open"' in again
    everything = client.get(f"{BOARD}?fold=OPEN,IN_PROGRESS,RESOLVED,CLOSED")
    assert everything.status_code == 200
    assert "Taken issue" not in text_of(everything)
    assert "2 issues" in text_of(everything)

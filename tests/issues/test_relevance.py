"""`sort:relevance`: the title before the text, whole words before beginnings, then what changed last; the same on every
engine, fresh, in stable pages, of a bounded number of issues."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issues import search
from issues.models import Issue
from issues.selectors import ranking
from issues.selectors.listing import list_issues
from issues.services.commenting import add_comment, delete_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.errors import Invalid
from tests.issues.browsing import signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"


def opened(world: World, title: str, description: str = "", key: str = "PUB") -> Issue:
    return open_issue(world.actor("lead"), world.projects[key].pk, title=title, description=description)


def compiled(world: World, text: str, by: str = "dev") -> search.Compiled:
    return search.compile(search.parse(text), world.actor(by), today=timezone.localdate())


def ranked(world: World, words: str, by: str = "dev", limit: int = 50) -> list[str]:
    """The titles, of all pages."""
    titles: list[str] = []
    after = None
    while True:
        page = list_issues(world.actor(by), compiled(world, f"{words} sort:relevance", by), after=after, limit=limit)
        titles += [issue.title for issue in page.items]
        after = page.next
        if after is None:
            return titles


def test_it_works(world: World) -> None:
    """Opened from best to worst, so that by what changed last they would stand the other way round."""
    best = ["Zebra", "Zebras in the title", "Whole word in the text", "Beginning in the text"]
    opened(world, best[0])
    opened(world, best[1])
    opened(world, best[2], "a zebra")
    opened(world, best[3], "many zebras")
    assert ranked(world, "zebra") == best
    issue = opened(world, "In a comment")
    add_comment(world.actor("dev"), issue, body="the zebra")
    assert ranked(world, "zebra") == [*best[:2], "In a comment", *best[2:]], "of equals what changed last"


def test_each_word_counts(world: World) -> None:
    opened(world, "Zebra crossing")
    opened(world, "Zebra", "at the crossing")
    opened(world, "Crossings of zebras")
    opened(world, "None", "zebra crossing")
    assert ranked(world, "zebra crossing") == ["Zebra crossing", "Crossings of zebras", "Zebra", "None"]
    assert ranked(world, "zebra OR crossing")[0] == "Zebra crossing"


@pytest.mark.parametrize(
    ("words", "best", "other"),
    [
        ("naive", "How naïve", "How naively"),
        ("C++", "In C++", "In C and +"),
        ('"data loss"', "Data loss", "Loss of data"),
        ("京都", "東京都庁", "東京"),
        ("r", "R", "Rust"),
    ],
)
def test_words_are_those_of_the_index(world: World, words: str, best: str, other: str) -> None:
    opened(world, best)
    opened(world, other, f"{words} {best}".replace('"', ""))
    assert ranked(world, words) == [best, other]


def test_it_is_fresh(world: World) -> None:
    first, second = opened(world, "Zebra"), opened(world, "Okapi", "zebra")
    assert ranked(world, "zebra") == ["Zebra", "Okapi"]
    edit_issue(world.actor("lead"), first, version=first.version, fields={"title": "Horse", "description": "zebras"})
    assert ranked(world, "zebra") == ["Okapi", "Horse"]
    edit_issue(world.actor("lead"), second, version=second.version, fields={"description": ""})
    assert ranked(world, "zebra") == ["Horse"]
    comment = add_comment(world.actor("dev"), second, body="a zebra")
    assert ranked(world, "zebra") == ["Okapi", "Horse"]
    delete_comment(world.actor("dev"), comment, version=comment.version)
    assert ranked(world, "zebra") == ["Horse"]


def test_what_is_hidden_is_not_there(world: World) -> None:
    opened(world, "Zebra of ours", key="PRIV")
    opened(world, "Beast", "zebra")
    assert ranked(world, "zebra", by="stranger") == ["Beast"]
    assert ranked(world, "zebra", by="lead") == ["Zebra of ours", "Beast"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_have_each_issue_once(world: World, limit: int) -> None:
    for i in range(9):
        opened(world, f"Zebra {i}" if i % 3 else f"Beast {i}", "zebra" if i % 2 else "zebras")
    whole = ranked(world, "zebra")
    assert len(whole) == len(set(whole)) == 9
    assert ranked(world, "zebra", limit=limit) == whole


def test_a_page_goes_on_behind_an_issue_that_came_meanwhile(world: World) -> None:
    for i in range(4):
        opened(world, f"Zebra {i}")
    query = compiled(world, "zebra sort:relevance")
    first = list_issues(world.actor("dev"), query, limit=2)
    opened(world, "Zebra, the best")
    second = list_issues(world.actor("dev"), query, limit=2, after=first.next)
    assert [issue.title for issue in [*first.items, *second.items]] == ["Zebra 3", "Zebra 2", "Zebra 1", "Zebra 0"]


def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    for i in range(3):
        opened(world, f"Zebra {i}")
    other = list_issues(world.actor("dev"), compiled(world, "zebra"), limit=1).next
    mine = list_issues(world.actor("dev"), compiled(world, "zebra sort:relevance"), limit=1).next
    for query, after in (("zebra sort:relevance", other), ("zebra", mine), ("zebra sort:relevance", "nonsense")):
        with pytest.raises(Invalid):
            list_issues(world.actor("dev"), compiled(world, query), limit=1, after=after)


def test_a_bounded_number_is_ranked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(6):
        opened(world, f"Beast {i}", "zebra")
    opened(world, "Zebra", "")
    monkeypatch.setattr(ranking, "RANKED", 5)
    assert ranked(world, "zebra", limit=2) == ["Zebra", *(f"Beast {i}" for i in (5, 4, 3, 2))]
    monkeypatch.setattr("issues.selectors.exporting.RANKED", 5)
    client = signed_in(world, "dev")
    file = client.get("/issues/export.json?q=zebra+sort:relevance")
    assert [row["title"] for row in json.loads(file.getvalue())] == [
        "Zebra",
        *(f"Beast {i}" for i in (5, 4, 3, 2, 1, 0)),
    ]


def test_the_number_of_queries_is_the_same_for_any_number(world: World) -> None:
    dev = world.actor("dev")
    query = compiled(world, "zebra sort:relevance")

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            list_issues(dev, query)
        return len(found)

    opened(world, "Zebra")
    few = cost()
    for i in range(12):
        opened(world, f"Zebra {i}", "zebra")
    assert cost() == few <= 5


@pytest.mark.parametrize("words", ["", "is:open", "-zebra", "title:zebra", "#1"])
def test_without_words_it_is_what_changed_last(world: World, words: str) -> None:
    query = compiled(world, f"{words} sort:relevance")
    assert query.order == search.DEFAULT_ORDER
    assert [warning.message for warning in query.warnings] == [
        "`sort:relevance` is left out: the query looks for no words."
    ]


def test_it_stands_alone_and_has_one_direction(world: World) -> None:
    query = compiled(world, "zebra sort:due sort:relevance")
    assert query.order == (("relevance", True),)
    assert "stands alone" in query.warnings[0].message
    query = compiled(world, "zebra sort:relevance-asc")
    assert query.order == (("relevance", True),)
    assert "one direction" in query.warnings[0].message
    assert compiled(world, "zebra sort:relevance-desc").warnings == ()


def test_the_api_has_it(world: World) -> None:
    opened(world, "Zebra")
    opened(world, "Beast", "zebra")
    client = signed_in(world, "dev")
    page = client.get("/api/v1/issues", {"q": "zebra sort:relevance", "limit": 1, "strict": 1}).json()
    assert [item["title"] for item in page["items"]] == ["Zebra"]
    page = client.get("/api/v1/issues", {"q": "zebra sort:relevance", "limit": 1, "cursor": page["next"]}).json()
    assert [item["title"] for item in page["items"]] == ["Beast"]
    assert page["next"] is None
    past = client.get("/api/v1/issues", {"q": "zebra sort:relevance as-of:today"})
    assert past.status_code == 422
    assert "sort:relevance" in json.dumps(past.json(), ensure_ascii=False)


def test_the_page_has_it(world: World) -> None:
    opened(world, "Zebra")
    opened(world, "Beast", "zebra")
    client = signed_in(world, "dev")
    page = text_of(client.get(LIST, {"q": "zebra sort:relevance"}))
    assert page.index("<mark>Zebra</mark>") < page.index(">Beast<")
    assert "</svg>Best match</summary>" in page
    assert "relevance sorts" not in page.lower()
    assert ">Best match</a>" in re.sub(r"\s*</", "</", text_of(client.get(f"{LIST}filters/", {"q": "zebra"})))
    assert "Best match" not in text_of(client.get(f"{LIST}filters/", {"q": "is:open"}))
    for path in (f"{LIST}?q=zebra+sort:relevance&group=status", "/projects/PUB/board/?q=zebra+sort:relevance"):
        assert "Relevance sorts lists without groups alone" in text_of(client.get(path))
    assert "“sort:relevance” cannot be asked of the past" in text_of(
        client.get(LIST, {"q": "zebra sort:relevance as-of:today"})
    )
    assert 'data-text="relevance"' in text_of(client.get("/search/completion/", {"q": "zebra sort:"}))


def test_the_last_page_says_that_there_are_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        opened(world, f"Zebra {i}")
    monkeypatch.setattr(ranking, "RANKED", 4)
    monkeypatch.setattr("issues.views.listing.RANKED", 4)
    monkeypatch.setattr("issues.views.listing.PER_PAGE", 2)
    client = signed_in(world, "dev")
    first = text_of(client.get(LIST, {"q": "zebra sort:relevance"}))
    assert "are ranked" not in first
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    last = text_of(client.get(LIST + after[1].replace("&amp;", "&")))
    assert "The 4 issues that changed last are ranked" in last
    assert ">Zebra</mark> 1<" in last
    assert ">Zebra</mark> 0<" not in last

"""Where the words of a query stand, as lists show it: marks in the title, one line of the text, one query for all rows,
and nothing of what is deleted or hidden."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from issues.models import Comment, Issue
from issues.search.sought import Sought
from issues.selectors import passages as loading
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"
_ROW = re.compile(r"<li class=\"row.*?</li>", re.DOTALL)


def opened(world: World, title: str, description: str = "", key: str = "PUB") -> Issue:
    return open_issue(world.actor("lead"), world.projects[key].pk, title=title, description=description)


def said(world: World, issue: Issue, body: str, by: str = "dev") -> Comment:
    return add_comment(world.actor(by), issue, body=body)


def rows(client: Client, query: str, path: str = LIST) -> list[str]:
    page = client.get(path, {"q": query})
    assert page.status_code == 200
    return _ROW.findall(text_of(page))


def title_in(row: str) -> str:
    return re.search(r"class=row-title href=\"[^\"]+\">(.*?)</a>", row)[1]  # type: ignore[index]


def line_in(row: str) -> str:
    """The snippet with its marks in brackets, '' where there is none."""
    found = re.search(r'<span class="row-found[^"]*">(.*?)</span>(?=<time)', row, re.DOTALL)
    return html.unescape(re.sub(r"</?span[^>]*>", "", bracketed(found[1]))) if found else ""


def bracketed(markup: str) -> str:
    return markup.replace("<mark>", "[").replace("</mark>", "]")


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world, "dev")


@pytest.mark.parametrize("path", [LIST, "/issues/"])
def test_it_works(world: World, client: Client, path: str) -> None:
    opened(world, "Zebra crossing", "A zebra is striped.")
    opened(world, "Stripes", "It has been said\nthat the **Zebra** is striped.")
    issue = opened(world, "Hooves")
    said(world, issue, "No horse, but a zebra!")
    hooves, stripes, crossing = rows(client, "zebr", path)
    assert bracketed(title_in(crossing)) == "[Zebr]a crossing"
    assert line_in(crossing) == "", "the title says it all"
    assert title_in(stripes) == "Stripes"
    assert line_in(stripes) == "It has been said that the **[Zebr]a** is striped."
    assert line_in(hooves) == f"In a comment by {world.users['dev'].name}: No horse, but a [zebr]a!"


def test_the_line_is_of_what_the_title_lacks(world: World, client: Client) -> None:
    opened(world, "Zebra", "A zebra at the crossing")
    (row,) = rows(client, "zebra cross")
    assert bracketed(title_in(row)) == "[Zebra]"
    assert line_in(row) == "A [zebra] at the [cross]ing"


def test_the_line_is_where_most_of_the_words_are(world: World, client: Client) -> None:
    issue = opened(world, "The beasts", "The first of them. " * 30 + "A zebra, and the rest.")
    other = opened(world, "Beasts", "The first of them.")
    for beast in (issue, other):
        for _ in range(loading.MANY if beast == issue else 4):
            said(world, beast, "the other one")
        said(world, beast, "the zebra")
    second, first = rows(client, "the zebra")
    assert line_in(first).endswith("A [zebra], and [the] rest.")
    assert line_in(second).endswith(": [the] [zebra]")


def test_without_words_nothing_is_marked_and_nothing_is_asked(world: World, client: Client) -> None:
    opened(world, "Zebra", "open is a word")
    for query in ("", "is:open", "-zebra", "type:task"):
        assert "<mark>" not in "".join(rows(client, query))
    path = f"{LIST}?q=is:open+type:task"
    assert queries_of(client, path) == queries_of(client, f"{path}+-zebra")


def test_one_query_more_whatever_the_number_of_rows(world: World, client: Client) -> None:
    def add(n: int) -> None:
        for i in range(n):
            issue = opened(world, f"Row {i}", "a zebra" if i % 3 else "")
            said(world, issue, f"a zebra, {i}")
            said(world, issue, f"no zebra, {i}")

    add(2)
    few = queries_of(client, f"{LIST}?q=zebra")
    assert few == queries_of(client, f"{LIST}?q=row") + 1, "titles that say it all need none"
    add(10)
    assert queries_of(client, f"{LIST}?q=zebra") == few
    shown = rows(client, "zebra")
    assert len(shown) == 12
    assert all("[zebra]" in line_in(row) for row in shown)


def test_it_is_text(world: World, client: Client) -> None:
    opened(world, "<script>alert(1)</script> zebra", "see")
    opened(world, "Plain", "a zebra <script>alert(2)</script> &lt;b&gt; & more")
    plain, script = rows(client, "zebra")
    assert title_in(script) == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>zebra</mark>"
    assert "a <mark>zebra</mark> &lt;script&gt;alert(2)&lt;/script&gt; &amp;lt;b&amp;gt; &amp; more" in plain
    (row,) = rows(client, "lt")
    assert "&amp;<mark>lt</mark>;b&amp;gt;" in row
    (row,) = rows(client, "zebra script alert 1")
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(<mark>1</mark>)" in row


@pytest.mark.parametrize(
    ("query", "body", "line"),
    [
        ("naive", "How naïve!", "How [naïve]!"),
        ("NAÏVE", "How naive!", "How [naive]!"),
        ("京都", "東京都庁の問題", "東[京都]庁の問題"),
        ("C++", "Written in C++ and C.", "Written in [C++] and C."),
        ('"data loss"', "A data loss, no loss of data.", "A [data loss], no loss of data."),
        ("text:loss", "A data loss", "A data [loss]"),
        ("r", "Rust, R and r.", "Rust, [R] and [r]."),
        ("nothere OR loss", "A data loss", "A data [loss]"),
    ],
)
def test_marks_agree_with_what_is_found(world: World, client: Client, query: str, body: str, line: str) -> None:
    opened(world, "In the description", body)
    issue = opened(world, "In another")
    said(world, issue, body)
    comment, description = rows(client, query)
    assert line_in(description) == line
    assert line_in(comment) == f"In a comment by {world.users['dev'].name}: {line}"


def test_keys_that_look_in_one_place_mark_there(world: World, client: Client) -> None:
    issue = opened(world, "A blog", "a blog")
    said(world, issue, "one more blog")
    (row,) = rows(client, "title:blo")
    assert (bracketed(title_in(row)), line_in(row)) == ("A [blo]g", "")
    (row,) = rows(client, "comment:blo")
    assert (title_in(row), line_in(row).partition(": ")[2]) == ("A blog", "one more [blo]g")
    assert rows(client, "title:log") == rows(client, "comment:log") == rows(client, "title:more") == []


def test_a_deleted_comment_says_nothing(world: World, client: Client) -> None:
    issue = opened(world, "Beasts", "a zebra")
    first = said(world, issue, "an okapi, and a secret one")
    said(world, issue, "an okapi")
    delete_comment(world.actor("dev"), first, version=first.version)
    (row,) = rows(client, "okapi")
    assert "secret" not in row
    assert line_in(row).endswith(": an [okapi]")
    assert rows(client, "secret") == []
    for query in ("zebra OR secret", "zebra -secret", "secret OR is:open"):
        assert all("secret" not in row for row in rows(client, query))


def test_a_hidden_project_says_nothing(world: World) -> None:
    issue = opened(world, "A zebra", "a zebra of ours", key="PRIV")
    said(world, issue, "the zebra", by="lead")
    stranger = signed_in(world, "stranger")
    assert rows(stranger, "zebra", "/issues/") == []
    assert rows(signed_in(world, "lead"), "zebra", "/issues/") != []
    assert (
        "zebra"
        not in text_of(
            stranger.get("/issues/", {"q": "zebra", "row": issue.key}, headers={"HX-Request": "true"})
        ).lower()
    )


def test_a_text_that_changed_shows_what_it_is_now(world: World, client: Client) -> None:
    issue = opened(world, "Beasts", "a zebra")
    assert line_in(rows(client, "zebra")[0]) == "a [zebra]"
    edit_issue(world.actor("lead"), issue, version=issue.version, fields={"description": "two zebras"})
    assert line_in(rows(client, "zebra")[0]) == "two [zebra]s"
    comment = said(world, issue, "an okapi")
    edit_comment(world.actor("dev"), comment, version=1, body="a gnu and an okapi")
    assert line_in(rows(client, "okapi")[0]).endswith(": a gnu and an [okapi]")


def test_a_row_alone_is_marked_too(world: World, client: Client) -> None:
    issue = opened(world, "Zebra", "at the crossing")
    path = f"{LIST}?q=zebra+crossing&row={issue.key}"
    (row,) = _ROW.findall(text_of(client.get(path, headers={"HX-Request": "true"})))
    assert bracketed(title_in(row)) == "[Zebra]"
    assert line_in(row) == "at the [crossing]"


@pytest.mark.parametrize("before", ["word ", "zebras ", "\n", "catalog,"])
def test_a_match_far_behind_is_found_and_cut(world: World, client: Client, before: str) -> None:
    text = f"{before * 4000} here is the okapi indeed {'behind ' * 3000}"
    opened(world, "Long", text)
    issue = opened(world, "Long thread")
    for i in range(loading.MANY):
        said(world, issue, f"nothing in {i}")
    said(world, issue, text)
    for row in rows(client, "okapi"):
        line = line_in(row)
        assert "the [okapi] indeed behind" in line
        assert "…" in line
        assert len(line) < 220


def test_few_bytes_are_read_of_long_texts(world: World) -> None:
    issues = [opened(world, f"Long {i}", "okapi " * 10_000) for i in range(3)]
    for issue in issues:
        for _ in range(5):
            said(world, issue, "okapi " * 10_000)
    missing = {issue.pk: (Sought("okapi"),) for issue in issues}
    read = loading._texts(missing, busy=[issues[0].pk])
    assert len(read) == 1 + loading.COMMENTS + 2 * (1 + 5)
    assert all(len(text.text) <= loading.WINDOW for text in read)


def test_the_past_is_not_marked(world: World, client: Client) -> None:
    opened(world, "Zebra", "a zebra")
    assert "<mark>" not in text_of(client.get(LIST, {"q": "zebra as-of:today"}))

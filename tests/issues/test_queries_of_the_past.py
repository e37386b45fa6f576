"""What a query asks of lists of the past: words as in the present, comments in their words of then, every key of the
table or a sentence that it was left out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.actor import Actor
from issues import search
from issues.models import Comment
from issues.search.fields import FIELDS
from issues.selectors import listing_as_of, words_as_of
from issues.selectors.fields_as_of import THEN
from issues.selectors.listing_as_of import AsOf
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.editing import edit_issue
from issues.services.importing import replay
from issues.services.opening import open_issue
from tests.issues.browsing import signed_in, text_of
from tests.world import World

LIST = "/projects/PUB/issues/"


def day(n: int) -> datetime.datetime:
    return datetime.datetime(2026, 3, n, 12, tzinfo=datetime.UTC)


@pytest.fixture
def past(world: World) -> World:
    """On the 6th PUB-3 is about a log file, naïve and in C++, PUB-4 a catalog in Köln, PUB-5 a trip to 東京都 with
    comments: of a zebra (a giraffe since the 8th), of an okapi (deleted today), of @viewer and v2.0. On the 10th PUB-3
    is called Other and closed, PUB-4 assigned to lead instead of dev."""
    system, lead, dev, pub = Actor.system(), world.actor("lead"), world.actor("dev"), world.projects["PUB"].pk
    three = replay(
        system, open_issue, lead, pub, title="Write log_file", description="A naïve way, in C++", labels=["bug"],
        due_date="2026-03-20", at=day(1),
    )  # fmt: skip
    four = replay(
        system, open_issue, lead, pub, title="Catalog of Köln", description="Ask @dev", assignee="dev", at=day(2)
    )
    five = replay(system, open_issue, dev, pub, title="Trip to 東京都", type="FEATURE", at=day(3))
    zebra = replay(system, add_comment, dev, five, body="A zebra there", at=day(4))
    okapi = replay(system, add_comment, lead, five, body="An okapi there", at=day(4))
    replay(system, add_comment, dev, five, body="v2.0 is for @viewer", at=day(5))
    replay(system, edit_comment, dev, zebra, version=1, body="A giraffe there", at=day(8))
    delete_comment(lead, okapi, version=1)
    replay(system, edit_issue, lead, three, version=1, fields={"title": "Other", "status": "CLOSED"}, at=day(10))
    replay(system, assign_issue, lead, four, version=1, assignee="lead", at=day(10))
    return world


def then(world: World, text: str, moment: datetime.datetime, by: str = "stranger") -> AsOf:
    actor, project, today = world.actor(by), world.projects["PUB"], timezone.localdate()
    parsed = search.parse(text)
    return AsOf(actor, parsed, search.compile(parsed, actor, today=today, project=project), moment,
                project=project, today=today)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("log", [3]),
        ("LOG_file", [3]),
        ("file", [3]),
        ("ile", []),
        ("-ile", [3, 4, 5]),
        ("catalog", [4]),
        ("naive", [3]),
        ("naïve way", [3]),
        ("koln", [4]),
        ("C++", [3]),
        ('"naïve way"', [3]),
        ('"way naïve"', []),
        ("京都", [5]),
        ("-log", [4, 5]),
        ("-cat", [3, 5]),
        ("log OR trip", [3, 5]),
        ("log OR -there", [3, 4]),
        ("-(log OR cat)", [5]),
        ("--log", [3]),
        ("(log OR trip) type:feature", [5]),
        ("zebra", [5]),
        ("trip zebra", [5]),
        ("zeb", [5]),
        ("ebra", []),
        ("giraffe", []),
        ("-zebra", [3, 4]),
        ("okapi", []),
        ("v2.0", [5]),
        ("v20", []),
        ("comment:zebra", [5]),
        ("comment:trip", []),
        ("-comment:zebra", [3, 4]),
        ("title:log", [3]),
        ("title:naive", []),
        ("text:zebra,catalog", [4, 5]),
        ("key:PUB-4", [4]),
        ("key:3,5", [3, 5]),
        ("PUB-3", [3]),
        ("#4", [4]),
        ("-#4", [3, 5]),
        ("has:label", [3]),
        ("no:label", [4, 5]),
        ("has:comment", [5]),
        ("no:comments", [3, 4]),
        ("has:due", [3]),
        ("no:assignee", [3, 5]),
        ("commenter:dev", [5]),
        ("commenter:viewer", []),
        ("commenter:lead", []),
        ("commenter:none", [3, 4]),
        ("mentions:dev", [4]),
        ("mentions:viewer", [5]),
        ("mentions:none", [3]),
        ("involves:dev", [4, 5]),
        ("category:todo", [3, 4, 5]),
        ("category:done", []),
        ("involves:viewer", [5]),
        ("was:@dev", []),
        ("is:archived", []),
        ("assignee:dev", [4]),
        ("log -is:closed", [3]),
    ],
)
def test_it_finds_what_was_there(past: World, text: str, numbers: list[int]) -> None:
    asked = then(past, f"{text} sort:key", day(6))
    assert [row.number for row in asked.page().items] == numbers
    assert asked.left_out == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("giraffe", [5]),
        ("zebra", []),
        ("okapi", []),
        ("log", []),
        ("other", [3]),
        ("was:open type:task", [3, 4]),
        ("was:@dev", [4]),
        ("comment:giraffe", [5]),
        ("mentions:viewer", [5]),
    ],
)
def test_what_came_later_counts_later(past: World, text: str, numbers: list[int]) -> None:
    assert [row.number for row in then(past, f"{text} sort:key", day(12)).page().items] == numbers


def test_archived_then(past: World) -> None:
    old = past.projects["OLD"]
    before = past.issue("OLD-2").updated_at
    actor, parsed, today = past.actor("stranger"), search.parse("is:archived sort:key"), timezone.localdate()
    query = search.compile(parsed, actor, today=today)
    assert AsOf(actor, parsed, query, before, project=old, today=today).page().items == []
    assert [row.key for row in AsOf(actor, parsed, query, timezone.now(), today=today).page().items] == [
        "OLD-1", "OLD-2",
    ]  # fmt: skip


def test_comments_of_hidden_projects_stay_hidden(past: World) -> None:
    add_comment(past.actor("lead"), past.issue("PRIV-1"), body="zebra")
    actor, today = past.actor("stranger"), timezone.localdate()
    for text in ("zebra", "comment:zebra", "has:comment"):
        parsed = search.parse(text)
        query = search.compile(parsed, actor, today=today)
        rows = AsOf(actor, parsed, query, timezone.now(), today=today).page().items
        assert "PRIV" not in {row.project.key for row in rows}


@pytest.mark.parametrize("order", ["", "sort:updated-asc", "sort:key", "sort:due", "sort:comments", "sort:priority"])
def test_pages_of_words_follow_each_other(past: World, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of sixteen titles with the letters every second has the word."""
    for n in range(16):
        fields = {"due_date": f"2026-04-{1 + n // 3:02}" if n % 4 else None, "title": f"{'pla' * (n % 2)}net {n}"}
        replay(Actor.system(), open_issue, past.actor("lead"), past.projects["PUB"].pk, at=day(11), **fields)
    expected = [row.number for row in then(past, f"net {order}", day(12)).page(limit=50).items]
    assert len(expected) == 8
    monkeypatch.setattr(listing_as_of, "PIECE", 3)
    monkeypatch.setattr(listing_as_of, "LARGER", 4)
    monkeypatch.setattr(words_as_of, "COMMENTS", 1)
    for most in (5_000, 1):
        monkeypatch.setattr(listing_as_of, "MOST", most)
        found: list[int] = []
        cursor, pages = None, 0
        while pages == 0 or cursor:
            page = then(past, f"net {order}", day(12)).page(after=cursor, limit=3)
            assert len(page.items) <= 3
            found += [row.number for row in page.items]
            cursor, pages = page.next, pages + 1
        assert found == expected
        assert pages == 3 if most > 1 else pages > 3


def test_the_page_says_how_far_it_read(past: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(past, "stranger")
    at = "as_of=2026-03-06"
    assert ">1 issue<" in text_of(client.get(f"{LIST}?q=log&{at}"))
    monkeypatch.setattr(listing_as_of, "PIECE", 1)
    monkeypatch.setattr(listing_as_of, "MOST", 1)
    page = text_of(client.get(f"{LIST}?q=lo+OR+in&{at}"))
    assert "the next page goes on behind them" in page
    assert 'rel="next"' in page, "also where the first ones have none of the words"


def test_every_key_is_of_the_past_or_said_not_to_be(past: World) -> None:
    """docs/search.md has the same list."""
    unasked = {"changed:status": {"changed"}, "after:2026-03-01": {"after"}, "before:2026-03-01": {"before"}}
    assert set(FIELDS) - set(THEN) == {key for keys in unasked.values() for key in keys}
    for part in (*unasked, "is:deleted", "(log OR changed:title)"):
        asked = then(past, f"{part} trip", day(6))
        assert asked.left_out == [f"“{part}” cannot be asked of the past; that part is left out."]
        assert [row.number for row in asked.page().items] == [5]
    assert then(past, "log sort:relevance", day(6)).unasked == ["“sort:relevance”"]
    alone = then(past, "log OR changed:title", day(6))
    assert (alone.unasked, alone.seeks_words) == (["“log OR changed:title”"], False)
    section = Path(settings.BASE_DIR, "docs", "search.md").read_text().split("## In the past")[1].split("## ")[0]
    works, fails = section.split("Left out")
    assert all(f"`{key}:`" in works for key in THEN)
    assert all(f"`{key}:`" in fails for key in set(FIELDS) - set(THEN))
    assert "`is:deleted`" in fails and "`sort:relevance`" in fails


def test_a_deleted_comment_is_searched_at_no_moment(past: World) -> None:
    assert Comment.objects.filter(body__contains="okapi", deleted_at__isnull=False).exists()
    for text in ("okapi", "comment:okapi", '"an okapi"'):
        assert then(past, text, day(5), by="lead").page().items == []

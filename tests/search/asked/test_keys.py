"""Every key, every operator, against a small tracker, on the engine at hand."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues import search
from issues.search.fields import FIELDS
from tests.search.asked.cast import TODAY, Tracker

pytestmark = pytest.mark.django_db

ALL = "crash docs export login old secret"

# What is asked, what ana (who sees everything) finds.
FOUND = [
    ("", ALL),
    ("is:open", "export login old secret"),
    ("IS:Open", "export login old secret"),
    ("is:closed", "crash docs"),
    ("is:open,closed", ALL),
    ("is:overdue", "login secret"),
    ("is:archived", "old"),
    ("-is:archived", "crash docs export login secret"),
    ("is:mine", "secret"),
    ("status:open", "login old secret"),
    ("status:in-progress", "export"),
    ("status:IN_PROGRESS", "export"),
    ('status:"in progress"', "export"),
    ("status:resolved,closed", "crash docs"),
    ("-status:open", "crash docs export"),
    ("category:todo", "login old secret"),
    ("category:started", "export"),
    ("Category:Done", "crash docs"),
    ("category:todo,started", "export login old secret"),
    ("-category:done", "export login old secret"),
    ("category:backlog", ""),
    ("category:done,canceled", "crash docs"),
    ("type:bug", "crash login"),
    ("type:feature,other", "export old"),
    ("priority:critical", "login"),
    ("priority:>=high", "export login"),
    ("priority:>high", "login"),
    ("priority:<medium", "crash"),
    ("priority:<=medium", "crash docs old secret"),
    ("priority:low..medium", "crash docs old secret"),
    ("priority:high..", "export login"),
    ("priority:..low", "crash"),
    ("assignee:ben", "crash export login"),
    ("assignee:BEN", "crash export login"),
    ("assignee:@ben", "crash export login"),
    ("assignee:@me", "secret"),
    ("assignee:none", "docs old"),
    ("-assignee:none", "crash export login secret"),
    ("-assignee:ben", "docs old secret"),
    ("assignee:none,@me", "docs old secret"),
    ("author:ben", "export"),
    ("reporter:ben", "export"),
    ("author:@me", "crash docs login old secret"),
    ("commenter:carl", "export"),
    ("commenter:none", "crash docs login old secret"),
    ("commenter:ana", ""),
    ("mentions:ben", "login"),
    ("mentions:@me", "export secret"),
    ("mentions:carl", "secret"),
    ("mentions:be", ""),
    ("mentions:none", "crash docs old"),
    ("-mentions:none", "export login secret"),
    ("mentions:none,ben", "crash docs login old"),
    ('mentions:"none"', ""),
    ("involves:none", ""),
    ("involves:ben", "crash export login"),
    ("involves:carl", "export secret"),
    ("label:bug", "login"),
    ("label:UI", "export login"),
    ("label:ui label:bug", "login"),
    ('label:bug,"good first issue"', "crash login"),
    ("-label:ui", "crash docs old secret"),
    ("project:ABC", "crash docs export login"),
    ("project:abc", "crash docs export login"),
    ("project:aaa", "crash docs export login"),
    ("project:sec,old", "old secret"),
    ("has:assignee", "crash export login secret"),
    ("has:label", "crash export login secret"),
    ("has:due", "export login secret"),
    ("has:comment", "export"),
    ("has:comments", "export"),
    ("no:assignee", "docs old"),
    ("no:label", "docs old"),
    ("no:due", "crash docs old"),
    ("no:comment", "crash docs login old secret"),
    ("no:label,due", "crash docs old"),
    ("created:2026-01-10", "login"),
    ("created:2026-06", "crash docs secret"),
    ("created:2025", "old"),
    ("created:2026-01-10..2026-03-01", "export login"),
    ("created:..2026-01-10", "login old"),
    ("created:2026-06-02..*", "crash secret"),
    ("created:>2026-06-01", "crash secret"),
    ("created:>=2026-06-01", "crash docs secret"),
    ("created:<2026-01-10", "old"),
    ("created:<=2026-01-10", "login old"),
    ("created:-7d", "crash"),
    ("created:7d", "crash"),
    ("created:<-7d", "docs export login old secret"),
    ("created:>=-3d", "crash"),
    ("created:>-3d", ""),
    ("created:-3w", "crash docs secret"),
    ("created:-6m..-14w", "export login"),
    ("created:last-week", "crash"),
    ("created:this-week", ""),
    ("created:this-month", "crash docs secret"),
    ("created:last-year", "old"),
    ("created:>=2026-06-14T12:00Z", "crash"),
    ("created:>2026-06-14T12:00Z", ""),
    ("created:2026-06-14T12:00Z", "crash"),
    ("created:<2026-06-14T14:00:00+02:00", "docs export login old secret"),
    ("updated:this-week", "crash"),
    ("updated:yesterday", "crash"),
    ("updated:2026-03-02", "export"),
    ("closed:yesterday", "crash"),
    ("closed:today", ""),
    ("closed:none", "docs export login old secret"),
    ("-closed:this-week", "docs export login old secret"),
    ("due:2026-06-10", "login"),
    ("due:<today", "login secret"),
    ("due:3d", "export"),
    ("due:2d", ""),
    ("due:-1d", "secret"),
    ("due:<=3d", "export login secret"),
    ("due:this-week", "export secret"),
    ("due:next-week", ""),
    ("due:none", "crash docs old"),
    ("-due:this-week", "crash docs login old"),
    ("due:2026-06-10..2026-06-16", "login secret"),
    ("due:>2026-06-16", "export"),
    ("due:>=2026-06-16", "export secret"),
    ("due:2026-06-16T23:00Z", "secret"),
    ("key:abc-1", "login"),
    ("key:AAA-1", "login"),
    ("key:JIRA-77", "export"),
    ("key:1", "login old secret"),
    ("key:#2", "export"),
    ("key:ABC-1,SEC-1", "login secret"),
    ("text:xlsx", "export"),
    ("text:login", "login old"),
    ("title:login", "login old"),
    ('title:"to csv"', "export"),
    ("title:temp_dir", ""),
    ("comment:xlsx", "export"),
    ("comment:zebra", ""),
    ("comment:login", ""),
    ("login", "login old"),
    ("LOGIN idea", "old"),
    ("login -idea", "login"),
    ("xlsx csv", "export"),
    ('"to csv"', "export"),
    ('"csv to"', ""),
    ("ärger", "login"),
    ("a\u0308rger", "login"),
    ("zebra", ""),
    ("100%", "login"),
    ("%", "login"),
    ("temp_dir", "login"),
    ("temp-dir", ""),
    ("tempxdir", ""),
    ("C:\\temp_dir", "login"),
    ("\\", "login"),
    ("'", ""),
    ("up", ""),
    ("fo", "login export"),
    ("ABC-1", "login"),
    ("abc-1", "login"),
    ("abc1", "login"),
    ("AAA-1", "login"),
    ("jira-77", "export"),
    ("utf-8", "export"),
    ("utf8", ""),
    ("#1", "login old secret"),
    ("#999999999999999999", ""),
    ("#99999999999999999999999999", ""),
    ('"ABC-1"', ""),
    ("asignee:ben", ""),
    ("is:deleted", "gone"),
    ("-is:deleted", ALL),
    ("is:deleted type:bug", "gone"),
    ("is:deleted label:ui", ""),
    ("is:deleted OR label:ui", "export gone login"),
    ("(is:deleted OR label:ui) type:bug", "gone login"),
    ("is:open OR (is:deleted type:bug)", "export gone login old secret"),
    ("is:deleted,closed", "crash docs gone"),
    ("-(is:deleted type:feature)", ALL),
    ("login OR csv", "export login old"),
    ("login type:bug OR csv", "export login"),
    ("login (type:bug OR csv)", "login"),
    ("NOT login AND is:open", "export secret"),
    ("-(login OR csv)", "crash docs secret"),
    ("--login", "login old"),
    ("NOT -login", "login old"),
    ("sort:key", ALL),
    ("as-of:2026-01-31", ALL),
]


@pytest.mark.parametrize(("query", "names"), FOUND)
def test_it_finds(tracker: Tracker, query: str, names: str) -> None:
    assert tracker.find(query) == " ".join(sorted(names.split()))


# Those that ask the history are in tests/test_search_past.py.
@pytest.mark.parametrize("name", sorted(set(FIELDS) - {"was", "changed", "after", "before"}))
def test_every_key_is_in_the_table_with_and_without_a_result(name: str) -> None:
    results = {bool(names) for query, names in FOUND if query.lower().startswith(f"{name}:")}
    assert True in results
    assert results == {True, False} or name in ("is", "status", "type", "priority", "assignee", "author", "involves",
                                                "label", "project", "has", "no", "updated", "key", "text")  # fmt: skip


def test_is_closed_agrees_with_deleted_ones_where_they_are_asked_for(tracker: Tracker) -> None:
    compiled = tracker.compile("is:deleted,closed")
    assert compiled.wants_deleted
    assert not tracker.compile("-is:deleted").wants_deleted
    assert not tracker.compile('"is:deleted"').wants_deleted


@pytest.mark.parametrize(
    ("query", "by", "names"),
    [
        ("#1", "ana", "login"),
        ("#1", "eve", "login"),
        ("key:1", "ana", "login"),
        ("ABC-1", "ana", "login"),
        ("SEC-1", "ana", "secret"),
    ],
)
def test_a_number_means_this_page_s_project(tracker: Tracker, query: str, by: str, names: str) -> None:
    assert tracker.find(query, by, project="ABC") == names


@pytest.mark.parametrize(
    "query", ["is:mine", "assignee:@me", "author:me", "commenter:@me", "mentions:@me", "involves:@me"]
)
def test_the_system_is_nobody(tracker: Tracker, query: str) -> None:
    assert tracker.find(query, by=None) == ""
    assert tracker.find(f"-{query}", by=None) == ALL


@pytest.mark.parametrize(
    "template",
    ["project:{}", "key:{}-1", "{}-1", "{}1", "-project:{}", "project:{},ABC", "label:{}", "assignee:{}",
     "author:{}", "commenter:{}", "mentions:{}", "involves:{}", "is:deleted project:{}"],
)  # fmt: skip
@pytest.mark.parametrize("hidden", ["SEC", "hush", "dora"])
def test_what_is_hidden_is_as_if_it_were_not_there(tracker: Tracker, template: str, hidden: str) -> None:
    there, nowhere = template.format(hidden), template.format("x" * len(hidden))
    asked, control = tracker.compile(there, "eve"), tracker.compile(nowhere, "eve")
    assert tracker.found(asked, "eve") == tracker.found(control, "eve")
    assert asked.warnings == control.warnings == ()


def test_compiling_asks_nothing_and_finding_is_one_query(tracker: Tracker) -> None:
    everything = " ".join(f"-{name}:@me" for name in FIELDS) + " login #1 ABC-1 sort:due as-of:today"
    with CaptureQueriesContext(connection) as queries:
        compiled = tracker.compile(everything)
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        tracker.found(compiled)
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("query", "message", "span", "suggestion"),
    [
        ("status:opne", "`status:opne` finds nothing. Choose open, in-progress, resolved or closed.", (7, 11), "open"),
        ("type:bgu", "`type:bgu` finds nothing. Choose bug, feature, task or other.", (5, 8), "bug"),
        ("priority:>hih", "`priority:>hih` finds nothing. Choose low, medium, high or critical, or >=high.", (9, 13),
         "high"),
        ("is:opne", "`is:opne` finds nothing. Choose open, closed, overdue, mine, archived or deleted.", (3, 7),
         "open"),
        ("has:labl", "`has:labl` finds nothing. Choose assignee, label, due or comment.", (4, 8), "label"),
        ("no:xyz", "`no:xyz` finds nothing. Choose assignee, label, due or comment.", (3, 6), None),
        ("author:none", "`author:none` finds nothing. Every issue has an author.", (7, 11), None),
        ("involves:none", "`involves:none` finds nothing. Every issue has an author.", (9, 13), None),
        ("category:backlog", "`category:backlog` finds nothing. Choose todo, started or done: no status is of another.",
         (9, 16), None),
        ("category:canceled", "`category:canceled` finds nothing. Choose todo, started or done: no status is of "
         "another.", (9, 17), None),
        ("category:doen", "`category:doen` finds nothing. Choose todo, started or done: no status is of another.",
         (9, 13), "done"),
        ("status:open,x", "`status:x` finds nothing. Choose open, in-progress, resolved or closed.", (12, 13), None),
    ],
)  # fmt: skip
def test_an_unknown_value_finds_nothing_and_says_so(
    tracker: Tracker, query: str, message: str, span: tuple[int, int], suggestion: str | None
) -> None:
    compiled = tracker.compile(query)
    assert compiled.warnings == (search.SearchWarning(message, span, suggestion),)
    assert search.strict_errors(compiled) == [(message, span)]
    if "," not in query:
        assert tracker.found(compiled) == []
        assert tracker.find(f"-{query}") == ALL


@pytest.mark.parametrize(
    "day",
    ["soon", "2026-02-30", "2026-13", "2026-00", "0000-01-01", "0001-01-01", "9999-12-31", "99999w", "-99999y",
     "..", "*..*", "a..b", "2026-01-01..x", "31.12.2026", "20260131", "٢٠٢٦", "t", "2026-01-01T", "2026-01-01T99:00",
     "9999-12-31T23:59-23:59", "0001-01-01T00:00+23:59", "2026-W01", "next", "this-day", "", ">"],
)  # fmt: skip
def test_what_is_no_day_finds_nothing(tracker: Tracker, day: str) -> None:
    for key in ("created", "closed", "due"):
        compiled = tracker.compile(f"{key}:{day}")
        assert len(compiled.warnings) == 1
        if day not in ("", ">"):
            assert "finds nothing" in compiled.warnings[0].message
            assert tracker.found(compiled) == []


def test_a_day_begins_in_the_reader_s_zone(tracker: Tracker) -> None:
    """export was reported on 1 March, half past midnight UTC: in New York it was still February."""
    ana = tracker.users["ana"]
    try:
        ana.time_zone = "America/New_York"
        assert tracker.find("created:2026-03") == ""
        assert tracker.find("created:2026-02-28") == "export"
        assert tracker.find("created:2026-02-28T19:30") == "export"
        ana.time_zone = "nowhere/at-all"
        assert tracker.find("created:2026-03") == "export"
    finally:
        ana.time_zone = "UTC"


@pytest.mark.parametrize(
    ("query", "moment"),
    [
        ("as-of:2026-01-31", "2026-01-31T23:59:59.999999+00:00"),
        ("as_of:2026-01-31", "2026-01-31T23:59:59.999999+00:00"),
        ("as-of:2026-02", "2026-02-28T23:59:59.999999+00:00"),
        ("as-of:2026-01-31T12:00Z", "2026-01-31T12:00:00+00:00"),
        ("as-of:2026-01-31T12:00", "2026-01-31T12:00:00+00:00"),
        ("as-of:2026-01-31T12:00:30+02:00", "2026-01-31T10:00:30+00:00"),
        ("as-of:yesterday is:open", "2026-06-16T23:59:59.999999+00:00"),
        ("is:open", None),
    ],
)
def test_the_moment_of_time_travel(tracker: Tracker, query: str, moment: str | None) -> None:
    expected = datetime.datetime.fromisoformat(moment) if moment else None
    compiled = tracker.compile(query)
    assert (compiled.as_of, compiled.warnings) == (expected, ())


def test_the_first_moment_counts(tracker: Tracker) -> None:
    compiled = tracker.compile("as-of:-7d as-of:today")
    assert compiled.as_of == datetime.datetime.fromisoformat("2026-06-10T23:59:59.999999+00:00")
    assert [warning.message for warning in compiled.warnings] == [
        "`as-of:today` is left out: `as-of:-7d` comes first, and one counts."
    ]


def test_a_moment_that_cannot_be_read_is_now(tracker: Tracker) -> None:
    compiled = tracker.compile("as-of:whenever")
    assert compiled.as_of is None
    assert [warning.span for warning in compiled.warnings] == [(6, 14)]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", [("updated", True)]),
        ("sort:key", [("key", False)]),
        ("sort:due sort:priority", [("due", False), ("priority", True)]),
        ("sort:created-asc,Key-DESC", [("created", False), ("key", True)]),
        ("sort:due-desc sort:due-asc", [("due", True)]),
        ("(a OR sort:created)", [("created", True)]),
    ],
)
def test_the_order(tracker: Tracker, query: str, order: list[tuple[str, bool]]) -> None:
    assert tracker.compile(query).order == tuple(order)


def test_the_default_query_is_well_formed(tracker: Tracker) -> None:
    compiled = tracker.compile(search.DEFAULT_QUERY)
    assert (compiled.warnings, compiled.order) == ((), search.DEFAULT_ORDER)


def test_help_names_every_key_and_offers_only_what_works(tracker: Tracker) -> None:
    described = search.describe_keys()
    assert [key.name for key in described] == [*FIELDS, "sort", "as-of"]
    for key in described:
        for value in key.values:
            assert tracker.compile(f"word {key.name}:{value}").warnings == ()


def test_the_documentation_names_every_key_and_state() -> None:
    text = Path(settings.BASE_DIR, "docs", "search.md").read_text()
    for key in search.describe_keys():
        assert f"`{key.name}:" in text
    for state in FIELDS["is"].values:
        assert f"`{state}`" in text


def test_the_cast_stands_on_the_day_it_says() -> None:
    assert TODAY.strftime("%A") == "Wednesday"


def test_lists_are_read_by_what_a_category_says(tracker: Tracker) -> None:
    for query, same in (("category:todo,started", "is:open"), ("category:done", "is:closed")):
        frame, other = tracker.compile(query).frame, tracker.compile(same).frame
        assert (frame.is_open, frame.statuses) == (other.is_open, other.statuses) != (None, None)
    assert tracker.compile("category:todo,backlog").frame.statuses is None

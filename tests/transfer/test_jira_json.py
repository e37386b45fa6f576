"""The reader of Jira's REST export: what it makes of the fields, and what it says of those that are not right."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from issues.transfer.jira_json import read
from issues.transfer.source import NOBODY, Person, SourceError, SourceIssue

SMALL = Path(__file__).parent.parent / "data" / "jira_small.json"


@pytest.fixture(scope="module")
def issues() -> dict[str, SourceIssue]:
    return {issue.key: issue for issue in read(SMALL).issues}


def written(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def one(**fields: Any) -> dict[str, Any]:
    return {"key": "AB-1", "fields": {"summary": "x", "created": "2020-01-01T00:00:00.000+0000", **fields}}


def test_it_works(issues: dict[str, SourceIssue]) -> None:
    issue = issues["MOON-3"]
    assert (issue.title, issue.type, issue.status, issue.priority) == (
        "Airlock  opens twice",
        "BUG",
        "CLOSED",
        "CRITICAL",
    )
    assert issue.at == datetime.datetime(2020, 1, 3, 9, 0, tzinfo=datetime.UTC)
    assert issue.due_date == datetime.date(2020, 3, 1)
    assert issue.reporter == Person("ana", "ana", "Ana Pé")
    assert issue.assignee == Person("ben", "ben.k", "Ben Kowal")
    assert issue.labels == ("ui/web", "Urgent")
    assert [comment.id for comment in issue.comments] == ["501", "502"]
    assert issue.comments[0].edited_at == datetime.datetime(2020, 1, 4, 9, 0, tzinfo=datetime.UTC)
    assert issue.comments[1].edited_at is None


def test_the_order_is_that_of_the_numbers(issues: dict[str, SourceIssue]) -> None:
    assert list(issues) == ["MOON-1", "MOON-3", "MOON-7", "MOON-12", "MOON-20"]


def test_the_source_is_called_by_its_host_or_as_one_likes(tmp_path: Path) -> None:
    assert read(SMALL).name == "tracker.moon.example"
    assert read(SMALL, "moon").name == "moon"
    assert read(written(tmp_path / "x.json", [one()])).name == "jira"


def test_what_has_no_field_here_is_kept_or_named(issues: dict[str, SourceIssue]) -> None:
    issue = issues["MOON-3"]
    facts = {(fact.label, fact.value) for fact in issue.facts}
    assert facts == {
        ("Priority", "Blocker"),
        ("Resolution", "Won't Fix"),
        ("Components", "Airlock"),
        ("Components", "Hull_2"),
        ("Fix versions", "1.0"),
        ("Environment", "Dome 4\r\nsecond floor"),
        ("Attachments", "door_1.png (2,048 bytes)"),
        ("Links", "blocks MOON-7"),
    }
    left = {(part.kind, part.source) for part in issue.left}
    assert left == {
        ("worklog", "MOON-3 worklog 77"),
        ("comment", "MOON-3 comment 3 of 3"),
        ("votes", "MOON-3 3 votes"),
        ("changelog", "MOON-3 change 9001"),
        ("changelog", "MOON-3 change 9002"),
        ("field", "MOON-3 customfield_10010"),
    }
    assert ("Parent", "MOON-3") in {(fact.label, fact.value) for fact in issues["MOON-7"].facts}


def test_the_change_log_says_who_closed_it_and_when(issues: dict[str, SourceIssue]) -> None:
    assert issues["MOON-3"].settled_by == Person("cleo", "cleo", "Cleo")
    assert issues["MOON-3"].settled_at == datetime.datetime(2020, 2, 1, 12, 30, tzinfo=datetime.UTC)


def test_without_it_the_nearest_date_does(issues: dict[str, SourceIssue]) -> None:
    day = lambda month, number: datetime.datetime(2020, month, number, tzinfo=datetime.UTC)  # noqa: E731
    assert (issues["MOON-1"].status, issues["MOON-1"].settled_at) == ("IN_PROGRESS", day(4, 1))
    assert (issues["MOON-7"].status, issues["MOON-7"].settled_at) == ("RESOLVED", day(1, 20))
    assert (issues["MOON-20"].status, issues["MOON-20"].settled_at) == ("CLOSED", day(6, 2))
    assert issues["MOON-1"].settled_by is None


def test_a_word_that_is_not_known_is_guessed_and_noted(issues: dict[str, SourceIssue]) -> None:
    assert issues["MOON-12"].type == "OTHER"
    assert issues["MOON-12"].notes == ("type “Wish list” is not known here: OTHER",)
    assert issues["MOON-12"].priority == "MEDIUM"


def test_nobody_is_somebody(issues: dict[str, SourceIssue]) -> None:
    assert issues["MOON-12"].reporter == NOBODY
    assert issues["MOON-12"].assignee == Person("5b10:ac8d", "", "Müller, Jörg")


def test_what_only_some_could_read_is_marked(issues: dict[str, SourceIssue]) -> None:
    assert issues["MOON-20"].restricted == "Staff"
    assert issues["MOON-1"].comments[0].restricted == "role Managers"
    assert issues["MOON-3"].restricted == ""


@pytest.mark.parametrize(
    "shape",
    [
        lambda issue: [issue],
        lambda issue: {"issues": [issue]},
        lambda issue: [{"issues": [issue]}],
        lambda issue: issue,
    ],
)
def test_lists_results_pages_and_single_issues_are_read(tmp_path: Path, shape: Any) -> None:
    assert [issue.key for issue in read(written(tmp_path / "x.json", shape(one()))).issues] == ["AB-1"]


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([one()]), encoding="utf-8-sig")
    assert len(read(path).issues) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[]", "holds no issues"),
        (b"{", "not JSON"),
        (b"\xff\xfe[]", "not UTF-8"),
        (b"[" * 100_000, "JSON|nested"),
    ],
)
def test_a_file_that_is_no_export_is_refused_as_a_whole(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=words):
        read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("issue", "words"),
    [
        ("text", "no issue of Jira"),
        ({"key": "AB-1"}, "no issue of Jira"),
        ({"key": "AB", "fields": {}}, "no issue key"),
        ({"key": None, "fields": {}}, "no issue key"),
        (one(created=None), "`created` is no time"),
        (one(created="yesterday"), "`created` is no time"),
        (one(updated="31/12/2020"), "`updated` is no time"),
        (one(duedate="soon"), "`duedate` is no date"),
        (one(summary=7), "`summary` is not text"),
        (one(description={"type": "doc"}), "fetch the issues with version 2"),
    ],
)
def test_one_issue_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path, issue: Any, words: str) -> None:
    good = one() | {"key": "AB-2"}
    source = read(written(tmp_path / "x.json", [issue, good]))
    assert [found.key for found in source.issues] == ["AB-2"]
    (unfit,) = source.unfit
    assert words in unfit.reason


def test_a_comment_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    comments = {"comments": [{"id": "5", "body": {"type": "doc"}, "created": "2020-01-01T00:00:00+0000"}, 7]}
    (issue,) = read(written(tmp_path / "x.json", [one(comment=comments)])).issues
    assert [(unfit.kind, unfit.source) for unfit in issue.unfit] == [
        ("comment", "AB-1 comment 5"),
        ("comment", "AB-1 comment 2"),
    ]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], [[]], {"name": 7}, {"comments": 3}, True])
@pytest.mark.parametrize(
    "field",
    ["issuetype", "status", "priority", "reporter", "assignee", "labels", "comment", "components", "issuelinks",
     "subtasks", "parent", "attachment", "worklog", "votes", "security", "resolution", "environment", "timespent"],
)  # fmt: skip
def test_no_form_of_a_field_breaks_the_reader(tmp_path: Path, field: str, junk: Any) -> None:
    source = read(written(tmp_path / "x.json", [one(**{field: junk})]))
    assert len(source.issues) + len(source.unfit) == 1

"""The words of other trackers in the words of ITMS."""

from __future__ import annotations

import pytest

from issues.transfer.words import priority_of, status_of, type_of


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Bug", "BUG"),
        ("New Feature", "FEATURE"),
        ("Improvement", "FEATURE"),
        ("Story", "FEATURE"),
        ("Epic", "FEATURE"),
        ("Task", "TASK"),
        ("Sub-task", "TASK"),
    ],
)
def test_types(name: str, word: str) -> None:
    assert type_of(name) == (word, True)


@pytest.mark.parametrize(
    ("names", "word"),
    [
        ("Blocker Critical Highest", "CRITICAL"),
        ("High Major", "HIGH"),
        ("Medium Normal", "MEDIUM"),
        ("Minor Low Trivial Lowest", "LOW"),
    ],
)
def test_priorities(names: str, word: str) -> None:
    assert {priority_of(name) for name in names.split()} == {(word, True)}


@pytest.mark.parametrize(
    ("name", "category", "word"),
    [
        ("Whatever", "new", "OPEN"),
        ("Whatever", "indeterminate", "IN_PROGRESS"),
        ("Resolved", "done", "RESOLVED"),
        ("Closed", "done", "CLOSED"),
        ("Done", "done", "CLOSED"),
        ("Shipped to the moon", "done", "CLOSED"),
        ("In Progress", "", "IN_PROGRESS"),
        ("Reopened", "", "OPEN"),
        ("Won't Fix", "", "CLOSED"),
    ],
)
def test_statuses(name: str, category: str, word: str) -> None:
    assert status_of(name, category) == (word, True)


def test_what_is_not_known_is_uncertain() -> None:
    assert type_of("Gremlin") == ("OTHER", False)
    assert priority_of("Purple") == ("MEDIUM", False)
    assert priority_of("") == ("MEDIUM", True)
    assert status_of("Somewhere") == ("OPEN", False)

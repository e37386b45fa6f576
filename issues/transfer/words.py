"""From the words of other trackers to those of ITMS: types, statuses, priorities.

Each function answers (word of ITMS, whether it is certain). An uncertain one goes into the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from issues.models import Priority, Status, Type

_TYPES = {
    Type.BUG: "bug defect fault error incident regression problem",
    Type.FEATURE: "feature newfeature improvement enhancement story userstory epic wish request initiative",
    Type.TASK: "task subtask technicaltask chore todo spike documentation test",
}
_PRIORITIES = {
    Priority.CRITICAL: "blocker critical highest urgent immediate p0 showstopper",
    Priority.HIGH: "high major important p1",
    Priority.MEDIUM: "medium normal moderate p2",
    Priority.LOW: "low minor trivial lowest p3 p4 p5",
}
_STATUSES = {
    Status.OPEN: "open new reopened todo backlog selectedfordevelopment created submitted unconfirmed triage waiting",
    Status.IN_PROGRESS: "inprogress started active assigned inreview review codereview testing intesting qa doing",
    Status.RESOLVED: "resolved fixed implemented verified completed",
    Status.CLOSED: "closed done cancelled canceled rejected wontfix wontdo declined duplicate invalid released",
}
_CATEGORIES = {"new": Status.OPEN, "indeterminate": Status.IN_PROGRESS}


def _table(words: Mapping[Any, str]) -> dict[str, str]:
    return {word: str(value) for value, listed in words.items() for word in listed.split()}


TYPES, PRIORITIES, STATUSES = _table(_TYPES), _table(_PRIORITIES), _table(_STATUSES)


def type_of(name: str) -> tuple[str, bool]:
    return _found(TYPES, name, Type.OTHER)


def priority_of(name: str) -> tuple[str, bool]:
    """'' is the usual one, and certain: not everybody sets a priority."""
    return _found(PRIORITIES, name, Priority.MEDIUM) if name else (str(Priority.MEDIUM), True)


def status_of(name: str, category: str = "") -> tuple[str, bool]:
    """`category` is Jira's `statusCategory.key`, which says for sure what a name of one's own means.

    `done` has two words here: RESOLVED for names that say so, CLOSED for the rest."""
    if category in _CATEGORIES:
        return str(_CATEGORIES[category]), True
    if category == "done":
        resolved = STATUSES.get(_key(name)) == Status.RESOLVED
        return str(Status.RESOLVED if resolved else Status.CLOSED), True
    return _found(STATUSES, name, Status.OPEN)


def _found(table: dict[str, str], name: str, otherwise: str) -> tuple[str, bool]:
    key = _key(name)
    return (table[key], True) if key in table else (str(otherwise), False)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.casefold())

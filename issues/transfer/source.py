"""What a reader makes of an export, whatever its format: people, issues, comments, in the words of ITMS.

A reader decides what a value means (`types`, `statuses` … in words.py) and says in `notes` where it had to guess.
It never drops anything: what ITMS has no field for is a Fact, what it cannot take over at all a Left, what cannot
be read an Unfit. `bringing.py` writes all that and accounts for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

# Somebody's id in the source → the user name here; None when they are unknown here.
Mention = Callable[[str], str | None]


class SourceError(Exception):
    """The file as a whole cannot be read, or an option names what is not in it. Says what is wrong."""


@dataclass(frozen=True)
class Person:
    """id     what the source tells people apart by
    login  their user name there, '' if it has none
    name   as it is shown there, '' if unknown"""

    id: str
    login: str = ""
    name: str = ""


NOBODY = Person("unknown", "unknown", "Unknown Author")


@dataclass(frozen=True)
class Fact:
    """Something that ITMS has no field for; it is kept as words below the description.

    kind    one word, for the report: component, attachment, link …
    label   what stands before the values: Components
    value   plain text; with `markup` text of many lines in the source's markup, which gets a section of its own"""

    kind: str
    label: str
    value: str
    markup: bool = False


@dataclass(frozen=True)
class Left:
    """Something that is not brought in. `source` names it (ALOY-1 worklog 3), `reason` says why."""

    kind: str
    source: str
    reason: str


@dataclass(frozen=True)
class Unfit:
    """An issue or comment that cannot be read."""

    kind: str
    source: str
    reason: str


@dataclass(frozen=True)
class SourceComment:
    """body        in the source's markup
    edited_at   None while its words are the first ones
    parent      id of the comment that it answers, ''
    restricted  who alone could read it there, in words; '' is everyone who saw the issue"""

    id: str
    author: Person
    at: datetime.datetime
    body: str
    edited_at: datetime.datetime | None = None
    parent: str = ""
    restricted: str = ""


@dataclass(frozen=True)
class SourceIssue:
    """type, status, priority   words of ITMS
    settled_at, settled_by   when it came into its status and by whom, as far as the source knows
    restricted               as in SourceComment"""

    key: str
    title: str
    description: str
    type: str
    status: str
    priority: str
    reporter: Person
    assignee: Person | None
    at: datetime.datetime
    settled_at: datetime.datetime
    settled_by: Person | None = None
    due_date: datetime.date | None = None
    labels: tuple[str, ...] = ()
    comments: tuple[SourceComment, ...] = ()
    facts: tuple[Fact, ...] = ()
    left: tuple[Left, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    notes: tuple[str, ...] = ()
    restricted: str = ""


@dataclass(frozen=True)
class Source:
    """name         tells sources apart for good: placeholders of one are found again by the next import from it
    issues       in the order of their numbers there
    unfit        issues that cannot be read
    to_markdown  (text in the source's markup, Mention) → Markdown"""

    name: str
    issues: tuple[SourceIssue, ...]
    to_markdown: Callable[[str, Mention], str]
    unfit: tuple[Unfit, ...] = field(default=())

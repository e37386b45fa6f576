"""Issues as the rows of lists need them: plain values. Fifty model instances with their projects and people would cost
more than the database needs to find them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from accounts.person import Person, columns_of, person_of
from issues.models import Issue
from itms_site.paging import Key
from projects.models import Project


class LabelShown(NamedTuple):
    """A label as lists show it; colour is #rrggbb or ''."""

    name: str
    colour: str


class ListedIssue:
    """What an Issue of the same name has; `project` loads whatever else it is asked for. What the list is sorted by is
    there too, and of a whole one what stands under OF_WHOLE, and its reporter."""

    pk: int
    id: int
    number: int
    title: str
    type: str
    status: str
    priority: str
    due_date: datetime.date | None
    updated_at: datetime.datetime
    deleted_at: datetime.datetime | None
    project_id: int
    reporter_id: int
    assignee_id: int | None
    project: Project
    assignee: Person | None
    key: str
    label_list: list[LabelShown]
    comment_count: int
    description: str
    created_at: datetime.datetime
    closed_at: datetime.datetime | None
    version: int
    reporter: Person


_OWN = (
    "id", "number", "title", "type", "status", "priority", "due_date", "updated_at", "deleted_at", "project_id",
    "reporter_id", "assignee_id",
)  # fmt: skip
OF_WHOLE = ("description", "created_at", "closed_at", "version")
_PROJECT = ("id", "key", "name", "archived_at")
_JOINED = ("project__key", "project__name", "project__archived_at", *columns_of("assignee"))


def listable(rows: QuerySet[Issue], order: Sequence[Key], *, whole: bool) -> QuerySet[Issue, Any]:
    """The columns that `listed` takes, of each of these issues."""
    return rows.values_list(*_JOINED, *_columns(order, whole))


def listed(found: Iterable[Sequence[Any]], order: Sequence[Key], *, whole: bool) -> list[ListedIssue]:
    names, joined = _columns(order, whole), len(_JOINED)
    projects: dict[int, Project] = {}
    issues = []
    for values in found:
        issue = ListedIssue()
        own = issue.__dict__
        own.update(zip(names, values[joined:], strict=True))
        key, name, archived_at, username, first, last = values[:joined]
        if issue.project_id not in projects:
            facts = (issue.project_id, key, name, archived_at)
            projects[issue.project_id] = Project.from_db(DEFAULT_DB_ALIAS, _PROJECT, facts)
        own["pk"], own["key"] = issue.id, f"{key}-{issue.number}"
        own["project"] = projects[issue.project_id]
        own["assignee"] = person_of(username, first, last)
        issues.append(issue)
    return issues


def _columns(order: Sequence[Key], whole: bool) -> list[str]:
    own = (*_OWN, *(OF_WHOLE if whole else ()))
    return [*own, *(key.column for key in order if key.column not in own)]

"""Acts of the past: what was done elsewhere or earlier, under its author's name and with its own moment.

Nothing else may write a moment that is not now. Every Change of an import says so in its data: `imported`, who
ran it (`by`, None for the system) and where it comes from, so that nobody's name stands in the ledger for
something that they did not do here without the ledger saying that too.

Two orders differ and stay apart: a Change's `at` is the moment in the source, its `seq` the order in which it
came into this database. The versions of one object follow each other in both.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from accounts.rules import require_operator
from accounts.services.ledger import Record
from issues.models import Comment, Issue, IssueOldKey
from issues.rules import check_transition
from issues.services.acting import acting_on
from issues.services.indexing import index_comment
from issues.services.naming import check_choice, find_assignee
from issues.services.writing import insert_issue, update_issue
from itms_site.errors import Invalid, Taken
from itms_site.retry import transactional
from projects.models import Label, Project
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.labels import create_label

R = TypeVar("R")
Facts = Mapping[str, Any]


def replay(
    authority: Actor, act: Callable[..., R], actor: Actor, *args: Any, at: datetime.datetime, **kwargs: Any
) -> R:
    """Runs an ordinary service for `actor` as of `at`; all its own rules hold. For operators and the system.

    Raises Forbidden, Invalid (a moment that is still to come), and what the service raises."""
    require_operator(authority.refreshed())
    _check_past("at", at)
    return act(actor, *args, at=at, **kwargs)


@transactional
def open_import(authority: Actor, project_id: int) -> Project:
    """Locks the project until the surrounding transaction ends, so that an import of many acts is one act to
    everybody else. Writes nothing.

    Raises NotFound, Forbidden, Archived."""
    with acting(authority, "issue.import", project_id) as (record, project):
        _require_import(record.actor, project)
    return project


def keys_brought_in(project: Project) -> set[str]:
    """The old keys that lead to issues of the project, in capitals."""
    return set(IssueOldKey.objects.filter(project=project).values_list("key", flat=True))


@transactional
def import_label(authority: Actor, project_id: int, *, name: str, at: datetime.datetime, source: Facts) -> Label:
    """A label, born when it was first used there. Raises Forbidden, Archived, Taken, Invalid."""
    _check_past("at", at)
    data = _data(authority, source)
    with acting(authority, "label.create", project_id, at=at, data=data) as (record, project):
        _require_import(record.actor, project)
        return create_label(authority, project_id, name=name)


@transactional
def import_issue(
    authority: Actor,
    project_id: int,
    *,
    old_key: str,
    reporter: User,
    at: datetime.datetime,
    title: str,
    description: str,
    type: str,
    priority: str,
    assignee: str | None,
    due_date: datetime.date | None,
    label_ids: Collection[int],
    source: Facts,
) -> Issue:
    """An open issue under the next number; `old_key` goes on leading to it. `reporter` may be a placeholder,
    `assignee` (a user name) has to be an active Lead or Developer, `label_ids` labels of this project.

    What became of it afterwards is `import_status`.
    Raises Forbidden, Archived, Taken (the old key), Invalid."""
    _check_past("created", at)
    with _acting_for(authority, "issue.import", project_id, reporter, at, source) as (record, project):
        key = old_key.strip().upper()
        if IssueOldKey.objects.filter(project=project, key=key).exists():
            raise Taken("key", f"{project.key} has an issue that was {key} before.")
        check_choice("type", type)
        check_choice("priority", priority)
        member = find_assignee(project, assignee) if assignee else None
        issue = Issue(
            project=project,
            title=title,
            description=description,
            type=type,
            priority=priority,
            reporter=reporter,
            assignee=member.user if member else None,
            due_date=due_date,
        )
        insert_issue(record, issue, label_ids)
        IssueOldKey.objects.create(project=project, key=key, issue=issue)
    return issue


@transactional
def import_status(
    authority: Actor, issue: Issue, *, status: str, author: User | None, at: datetime.datetime, source: Facts
) -> Issue:
    """The transition to `status` at its own moment; `author` None is the system, if nobody knows whose it was.

    Raises Forbidden, Archived, Invalid (also when the issue has a later version: time travel reads versions in
    their order)."""
    _check_past("resolved", at)
    data = _data(authority, source)
    with acting_on(authority, "issue.transition", issue, at=at, data=data) as (record, locked):
        _require_import(record.actor, locked.project)
        if at < locked.updated_at:
            raise Invalid.one("resolved", f"{locked.key} changed after {at.isoformat()}.", "order")
        check_transition(locked.status, status)
        _go_on_as(record, author)
        return locked if locked.status == status else update_issue(record, locked, status=status)


@transactional
def import_comment(
    authority: Actor,
    issue: Issue,
    *,
    author: User,
    body: str,
    at: datetime.datetime,
    edited_at: datetime.datetime | None = None,
    parent: Comment | None = None,
    source: Facts,
) -> Comment:
    """A comment as it reads now; `edited_at` when its words are not the first ones. `parent` is top-level.

    Raises Forbidden, Archived, Invalid."""
    _check_past("created", at)
    if edited_at is not None:
        _check_past("updated", edited_at)
    data = _data(authority, source)
    with acting_on(authority, "comment.add", issue, at=at, data=data) as (record, locked):
        _require_import(record.actor, locked.project)
        if at < locked.created_at:
            raise Invalid.one("created", f"The comment is older than {locked.key}.", "order")
        if parent is not None and (parent.issue_id != locked.pk or parent.parent_id is not None):
            message = f"{locked.key} has no such top-level comment to reply to."
            raise Invalid.one("parent", message, "no_such_parent")
        _go_on_as(record, author)
        comment = Comment(
            project=locked.project,
            issue=locked,
            parent=parent,
            author=author,
            body=body,
            created_at=at,
            edited_at=edited_at,
        )
        record.create(comment)
        index_comment(comment)
        return comment


@contextmanager
def _acting_for(
    authority: Actor, verb: str, project_id: int, author: User, at: datetime.datetime, source: Facts
) -> Iterator[tuple[Record, Project]]:
    with acting(authority, verb, project_id, at=at, data=_data(authority, source)) as (record, project):
        _require_import(record.actor, project)
        _go_on_as(record, author)
        yield record, project


def _require_import(actor: Actor, project: Project) -> None:
    """Whoever manages the project may put words into others' mouths here; the Change names them."""
    require(actor, Perm.MANAGE_PROJECT, project)
    require_writable(project)


def _go_on_as(record: Record, author: User | None) -> None:
    """From here on the record is in the author's name. They need no rights here and no active account: it
    happened in the source, and whether it may be written was asked of the authority before."""
    record.actor = Actor(author, record.actor.via, record.actor.request_id)


def _data(authority: Actor, source: Facts) -> dict[str, Any]:
    return {"imported": True, "by": authority.user.username if authority.user else None, **source}


def _check_past(field: str, at: datetime.datetime) -> None:
    if at.tzinfo is None:
        raise Invalid.one(field, f"{at.isoformat()} has no time zone.", "time_zone")
    if at > timezone.now():
        raise Invalid.one(field, f"{at.isoformat()} is still to come.", "future")
    if at.year < 1970:
        raise Invalid.one(field, f"{at.isoformat()} is before 1970.", "past")

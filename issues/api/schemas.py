"""Issues, comments and history as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from ninja import Field

from accounts.api.schemas import person
from issues.history.entries import Entry
from issues.models import Comment, Issue
from issues.models.issue import Priority, Status, Type
from itms_site.api import Answer, Body, Day, Person, Time, Versioned, moment, optional_moment, shown

TypeName = Annotated[str, shown(enum=Type.values)]
StatusName = Annotated[str, shown(enum=Status.values)]
PriorityName = Annotated[str, shown(enum=Priority.values)]
Title = Annotated[str, shown(minLength=1, maxLength=200)]
Text = Annotated[str, shown(maxLength=65_535)]
Words = Annotated[str, shown(minLength=1, maxLength=65_535)]
DueDate = Annotated[str, Field(min_length=1, json_schema_extra={"format": "date", "examples": ["2026-01-31"]})]
Username = Annotated[str, Field(min_length=1, max_length=254)]
Labels = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=100, description="their names")]


class IssueOut(Answer):
    key: str
    number: int
    project: str
    title: str
    description: str
    type: TypeName
    status: StatusName
    priority: PriorityName
    reporter: Person
    assignee: Person | None
    labels: list[str]
    due_date: Day | None
    created_at: Time
    updated_at: Time
    closed_at: Time | None
    version: int
    url: str


class IssuePage(Answer):
    items: list[IssueOut]
    next: str | None


class NewIssue(Body):
    title: Title
    description: Text = ""
    type: TypeName = "TASK"
    priority: PriorityName = "MEDIUM"
    assignee: Username | None = None
    due_date: DueDate | None = None
    labels: Labels = []


class EditIssue(Versioned):
    title: Title = ""
    description: Text = ""
    type: TypeName = ""
    priority: PriorityName = ""
    status: StatusName = ""
    due_date: DueDate | None = None
    labels: Labels = []


class Assign(Versioned):
    assignee: Username | None


class FieldChangeOut(Answer):
    field: str
    old: Any = None
    new: Any = None


class EntryOut(Answer):
    version: int
    at: Time
    actor: Person | None
    verb: str
    via: str
    changes: list[FieldChangeOut]


class EntryPage(Answer):
    items: list[EntryOut]
    next: str | None


class LedgerEntryOut(Answer):
    seq: int
    at: Time
    actor: Person | None
    verb: str
    via: str
    request_id: str
    reason: str


class LedgerPage(Answer):
    items: list[LedgerEntryOut]
    next: str | None


class CommentOut(Answer):
    id: int
    issue: str
    parent: int | None
    author: Person
    body: str | None
    created_at: Time
    edited_at: Time | None
    deleted_at: Time | None
    version: int


class CommentPage(Answer):
    items: list[CommentOut]
    next: str | None


class NewComment(Body):
    body: Words
    parent: int | None = Field(None, ge=1, lt=2**63)


class EditComment(Versioned):
    body: Words


def issue_out(issue: Issue, labels: Sequence[str]) -> IssueOut:
    """Needs project, reporter and assignee loaded; `labels` are names."""
    return IssueOut(
        key=issue.key,
        number=issue.number,
        project=issue.project.key,
        title=issue.title,
        description=issue.description,
        type=issue.type,
        status=issue.status,
        priority=issue.priority,
        reporter=Person(username=issue.reporter.username, name=issue.reporter.name),
        assignee=person(issue.assignee),
        labels=sorted(labels, key=str.casefold),
        due_date=issue.due_date.isoformat() if issue.due_date else None,
        created_at=moment(issue.created_at),
        updated_at=moment(issue.updated_at),
        closed_at=optional_moment(issue.closed_at),
        version=issue.version,
        url=f"/issues/{issue.key}/",
    )


def entry_out(entry: Entry) -> EntryOut:
    return EntryOut(
        version=entry.version,
        at=moment(entry.at),
        actor=person(entry.change.actor),
        verb=entry.change.verb,
        via=entry.change.via,
        changes=[FieldChangeOut(field=c.field, old=c.old, new=c.new) for c in entry.changes],
    )


def comment_out(comment: Comment, issue_key: str) -> CommentOut:
    """The words of a deleted comment are shown to nobody."""
    return CommentOut(
        id=comment.pk,
        issue=issue_key,
        parent=comment.parent_id,
        author=Person(username=comment.author.username, name=comment.author.name),
        body=comment.body if comment.deleted_at is None else None,
        created_at=moment(comment.created_at),
        edited_at=optional_moment(comment.edited_at),
        deleted_at=optional_moment(comment.deleted_at),
        version=comment.version,
    )

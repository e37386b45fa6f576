"""What a source has and in which order it comes in: pieces, people, labels, acts. Reads nothing, writes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator

from issues.models import Status
from issues.services.fitting import cut_line, fit_line
from issues.transfer.source import Fact, Person, SourceComment, SourceIssue

Piece = tuple[str, str]
Act = Callable[[], None]


def comment_name(issue: SourceIssue, comment: SourceComment) -> str:
    return f"{issue.key} comment {comment.id}"


def transition_name(issue: SourceIssue) -> str:
    return f"{issue.key} to {issue.status}"


def assignee_name(issue: SourceIssue) -> str:
    return f"{issue.key} assigned to {issue.assignee.name or issue.assignee.id}" if issue.assignee else ""


def fact_name(issue: SourceIssue, fact: Fact) -> str:
    return cut_line(f"{issue.key} {fact.label}: {fit_line(fact.value)}", 100)


def pieces_of(issue: SourceIssue) -> Iterator[Piece]:
    """(kind, name) of everything that the report accounts for: the issue and what belongs to it."""
    yield "issue", issue.key
    for comment in issue.comments:
        yield "comment", comment_name(issue, comment)
    if issue.status != Status.OPEN:
        yield "transition", transition_name(issue)
    if issue.assignee:
        yield "assignee", assignee_name(issue)
    for fact in issue.facts:
        yield fact.kind, fact_name(issue, fact)
    for left in issue.left:
        yield left.kind, left.source
    for unfit in issue.unfit:
        yield unfit.kind, unfit.source


def everybody(issues: Iterable[SourceIssue]) -> Iterator[Person]:
    """Everyone who is named as somebody, again and again."""
    for issue in issues:
        yield from (person for person in (issue.assignee, *_writers(issue, restricted=True)) if person)


def authors(issues: Iterable[SourceIssue], *, restricted: bool) -> list[Person]:
    """Those in whose name something will be written, in the order of their appearance."""
    people: dict[str, Person] = {}
    for issue in issues:
        for person in _writers(issue, restricted=restricted):
            people.setdefault(person.id, person)
    return list(people.values())


def labels(issues: Iterable[SourceIssue]) -> list[tuple[str, datetime.datetime]]:
    """Each label's name and when it was first used, the oldest first."""
    first: dict[str, datetime.datetime] = {}
    for issue in issues:
        for name in issue.labels:
            first[name] = min(issue.at, first.get(name, issue.at))
    return sorted(first.items(), key=lambda label: (label[1], label[0]))


def in_order(
    issues: Iterable[SourceIssue],
    *,
    issue_act: Callable[[SourceIssue], Act],
    comment_act: Callable[[SourceIssue, SourceComment], Act],
    status_act: Callable[[SourceIssue], Act],
) -> list[Act]:
    """Everything by its time, but issues in the order given, which is that of their numbers: one that is younger
    than the next one makes the next one wait, which changes its place in the ledger and not its moment."""
    acts: list[tuple[datetime.datetime, int, int, Act]] = []
    reached = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    for position, issue in enumerate(issues):
        reached = max(reached, issue.at)
        acts.append((reached, position, 0, issue_act(issue)))
        for number, comment in enumerate(issue.comments, start=1):
            acts.append((max(reached, comment.at), position, number, comment_act(issue, comment)))
        if issue.status != Status.OPEN:
            last = len(issue.comments) + 1
            acts.append((max(reached, issue.settled_at), position, last, status_act(issue)))
    return [act for *_, act in sorted(acts, key=lambda entry: entry[:3])]


def _writers(issue: SourceIssue, *, restricted: bool) -> Iterator[Person]:
    yield issue.reporter
    yield from (comment.author for comment in issue.comments if restricted or not comment.restricted)
    if issue.settled_by and issue.status != Status.OPEN:
        yield issue.settled_by

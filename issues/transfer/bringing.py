"""Brings a Source into a project, in one transaction: all of it, or with `skip_bad` all that can be.

The project stays locked meanwhile: nobody sees half of it, and nobody else writes there until it is done. Issues
get their numbers in the source's order; everything else happens in the order of its time, so that the project's
ledger reads as it was."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import DataError, IntegrityError, transaction

from accounts.actor import Actor
from accounts.models import User
from accounts.selectors import find_user
from issues.models import Comment, Issue
from issues.services import importing
from issues.services.naming import find_assignee
from issues.services.placeholders import placeholder_for
from issues.transfer import choosing
from issues.transfer.report import CREATED, KEPT, REFUSED, SKIPPED, WITH_ITS_ISSUE, Report
from issues.transfer.source import Fact, Person, Source, SourceComment, SourceError, SourceIssue
from issues.transfer.texts import comment_pieces, label_name, texts_of
from itms_site.db.text import canonical
from itms_site.errors import Invalid, ItmsError
from itms_site.retry import transactional
from projects.models import Project
from projects.selectors import labels_of

Progress = Callable[[list[choosing.Act]], Iterable[choosing.Act]]
YEARS = range(2000, 2101)
# What one item can fail with. A deadlock or a lost connection is no item's fault: it begins all of it again.
BAD = (ItmsError, IntegrityError, DataError)


@dataclass(frozen=True)
class Options:
    """dry_run     do everything, report it, and take it back
    skip_bad    leave out what is refused; otherwise one refusal takes everything back
    restricted  bring in also what only some could read in the source
    users       a person's id or user name there → a user name here, instead of a placeholder"""

    dry_run: bool = False
    skip_bad: bool = False
    restricted: bool = False
    users: Mapping[str, str] = field(default_factory=dict)


def bring_in(actor: Actor, project_id: int, source: Source, options: Options, *, progress: Progress = iter) -> Report:
    """The account of it. Issues that were brought in before are skipped, so it may be repeated.

    Raises SourceError (an option does not fit), NotFound, Forbidden, Archived."""

    @transactional
    def act() -> Report:
        project = importing.open_import(actor, project_id)
        report = Report(project.key, source.name, actor.user.username if actor.user else "the system")
        _Import(actor, project, source, options, report).run(progress)
        if report.refused and not options.skip_bad:
            report.verdict = "nothing was written, because something was refused"
        elif options.dry_run:
            report.verdict = "nothing was written, this was a dry run"
        if report.verdict != "imported":
            transaction.set_rollback(True)
        return report

    return act()


class _Import:
    """One run. `names` is for mentions: a person's id or user name there → the user name here."""

    def __init__(self, actor: Actor, project: Project, source: Source, options: Options, report: Report) -> None:
        self.actor, self.project, self.source = actor, project, source
        self.options, self.report = options, report
        self.mapped: dict[str, User] = {}
        self.people: dict[str, User] = {}
        self.refused_people: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.labels = {label.name_canonical: label.pk for label in labels_of(project)}
        self.issues: dict[str, Issue] = {}
        self.comments: dict[tuple[str, str], Comment] = {}

    def run(self, progress: Progress) -> None:
        self._map_users()
        for unfit in self.source.unfit:
            self.report.found[unfit.kind] += 1
            self.report.add(unfit.kind, unfit.source, REFUSED, reason=unfit.reason)
        wanted = list(self._wanted())
        for person in choosing.authors(wanted, restricted=self.options.restricted):
            self._bring_person(person)
        for name, at in choosing.labels(wanted):
            self._bring_label(name, at)
        acts = choosing.in_order(
            wanted,
            issue_act=lambda issue: partial(self._bring_issue, issue),
            comment_act=lambda issue, comment: partial(self._bring_comment, issue, comment),
            status_act=lambda issue: partial(self._bring_status, issue),
        )
        for act in progress(acts):
            act()
        self._warn_of_hidden_keys()
        self.report.totals()

    def _map_users(self) -> None:
        there = {name for person in choosing.everybody(self.source.issues) for name in (person.id, person.login)}
        if unknown := sorted(set(self.options.users) - there):
            raise SourceError(f"The source has nobody called {', '.join(unknown)}.")
        for name, username in self.options.users.items():
            user = find_user(username)
            if user is None:
                raise SourceError(f"There is no user {username} that {name} could be mapped to.")
            self.mapped[name] = user

    def _wanted(self) -> Iterator[SourceIssue]:
        here, seen = importing.keys_brought_in(self.project), set()
        for issue in self.source.issues:
            for kind, _ in choosing.pieces_of(issue):
                self.report.found[kind] += 1
            key = issue.key.upper()
            if key in seen:
                self._settle(issue, SKIPPED, "the file holds it twice")
            elif key in here:
                self._settle(issue, SKIPPED, "it was brought in before")
            elif issue.restricted and not self.options.restricted:
                self._settle(issue, SKIPPED, f"only some could read it in the source ({issue.restricted})")
            else:
                yield issue
            seen.add(key)

    def _bring_person(self, person: Person) -> None:
        self.report.found["person"] += 1
        name = f"{person.name or person.login} ({person.id})"
        user, outcome, reason = self._mapped(person), SKIPPED, "an account here stands for them"
        if user is None:
            try:
                user, new = placeholder_for(
                    self.actor,
                    self.project.pk,
                    source=self.source.name,
                    person_id=person.id,
                    login=person.login,
                    name=person.name,
                )
            except BAD as error:
                self.refused_people[person.id] = str(error)
                self.report.add("person", name, REFUSED, reason=str(error))
                return
            outcome, reason = (CREATED, "") if new else (SKIPPED, "their placeholder is here already")
        self.people[person.id] = user
        self.names |= dict.fromkeys((person.id, person.login), user.username)
        self.report.add("person", name, outcome, result=user.username, reason=reason)

    def _bring_label(self, name: str, at: datetime.datetime) -> None:
        self.report.found["label"] += 1
        fitting = label_name(name)
        if fitting != name:
            self.report.note(f"label {name}", f"it is called “{fitting}” here")
        if canonical(fitting) in self.labels:
            reason = "the project has it already"
            self.report.add("label", name, SKIPPED, result=fitting, reason=reason)
            return
        try:
            label = importing.import_label(self.actor, self.project.pk, name=fitting, at=at, source=self._origin())
        except BAD as error:
            self.report.add("label", name, REFUSED, reason=str(error))
            return
        self.labels[label.name_canonical] = label.pk
        self.report.add("label", name, CREATED, result=label.name)

    def _bring_issue(self, issue: SourceIssue) -> None:
        assignee = self._assignee(issue)
        more, due_date = [], issue.due_date
        if issue.assignee and assignee is None:
            more.append(Fact("assignee", "Assignee", issue.assignee.name or issue.assignee.id))
        if due_date is not None and due_date.year not in YEARS:
            more.append(Fact("due date", "Due date", due_date.isoformat()))
            self.report.note(issue.key, "the due date is out of range and stands below the description")
            due_date = None
        texts = texts_of(issue, self.source, self.names.get, more)
        origin = self._origin(key=issue.key)
        try:
            # With what did not fit into its description: both or neither.
            with transaction.atomic():
                made = importing.import_issue(
                    self.actor,
                    self.project.pk,
                    old_key=issue.key,
                    reporter=self._author(issue.reporter),
                    at=issue.at,
                    title=texts.title,
                    description=texts.description,
                    type=issue.type,
                    priority=issue.priority,
                    assignee=assignee,
                    due_date=due_date,
                    label_ids=self._label_ids(issue),
                    source=origin,
                )
                for text in texts.rest:
                    importing.import_comment(
                        self.actor, made, author=made.reporter, body=text, at=issue.at, source=origin
                    )
        except BAD as error:
            self._settle(issue, REFUSED, str(error))
            return
        self.issues[issue.key] = made
        for note in (*issue.notes, *texts.notes):
            self.report.note(issue.key, note)
        self._report_issue(issue, made, assignee)

    def _report_issue(self, issue: SourceIssue, made: Issue, assignee: str | None) -> None:
        """The issue and what went with it; its comments and its transition report themselves."""
        self.report.add("issue", issue.key, CREATED, result=made.key)
        if issue.assignee:
            reason = "" if assignee else "no active Lead or Developer here stands for them"
            name = choosing.assignee_name(issue)
            self.report.add("assignee", name, CREATED if assignee else KEPT, result=assignee or "", reason=reason)
        for fact in issue.facts:
            self.report.add(fact.kind, choosing.fact_name(issue, fact), KEPT)
        for left in issue.left:
            self.report.add(left.kind, left.source, SKIPPED, reason=left.reason)
        for unfit in issue.unfit:
            self.report.add(unfit.kind, unfit.source, REFUSED, reason=unfit.reason)

    def _bring_status(self, issue: SourceIssue) -> None:
        made = self.issues.get(issue.key)
        if made is None:
            return
        name, author = choosing.transition_name(issue), issue.settled_by
        try:
            importing.import_status(
                self.actor,
                made,
                status=issue.status,
                author=self._author(author) if author else None,
                at=issue.settled_at,
                source=self._origin(key=issue.key),
            )
        except BAD as error:
            self.report.add("transition", name, REFUSED, reason=str(error))
            return
        self.report.add("transition", name, CREATED)

    def _bring_comment(self, issue: SourceIssue, comment: SourceComment) -> None:
        made, name = self.issues.get(issue.key), choosing.comment_name(issue, comment)
        if made is None:
            return
        if comment.restricted and not self.options.restricted:
            reason = f"only some could read it in the source ({comment.restricted})"
            self.report.add("comment", name, SKIPPED, reason=reason)
            return
        pieces, notes = comment_pieces(comment.body, self.source, self.names.get)
        if not pieces:
            self.report.add("comment", name, SKIPPED, reason="it has no words")
            return
        parent = self.comments.get((issue.key, comment.parent)) if comment.parent else None
        if comment.parent and parent is None:
            notes.append("it answers a comment that is not here")
        if comment.at < made.created_at:
            notes.append("it was older than its issue and is as old now")
        try:
            with transaction.atomic():
                written = [
                    importing.import_comment(
                        self.actor,
                        made,
                        author=self._author(comment.author),
                        body=piece,
                        at=max(comment.at, made.created_at),
                        edited_at=comment.edited_at,
                        parent=parent,
                        source=self._origin(key=issue.key, comment=comment.id),
                    )
                    for piece in pieces
                ]
        except BAD as error:
            self.report.add("comment", name, REFUSED, reason=str(error))
            return
        # Threads have one level here: whoever answers an answer answers what that one answered.
        self.comments[issue.key, comment.id] = parent or written[0]
        for note in notes:
            self.report.note(name, note)
        self.report.add("comment", name, CREATED, result=str(written[0].pk))

    def _settle(self, issue: SourceIssue, outcome: str, reason: str) -> None:
        """One word for the issue and everything that belongs to it."""
        for kind, name in choosing.pieces_of(issue):
            why = reason if kind == "issue" else f"{WITH_ITS_ISSUE} {outcome}"
            self.report.add(kind, name, outcome, reason=why)

    def _mapped(self, person: Person) -> User | None:
        return self.mapped.get(person.id) or self.mapped.get(person.login)

    def _author(self, person: Person) -> User:
        """Raises Invalid when there is no placeholder for them."""
        if person.id not in self.people:
            raise Invalid.one("author", self.refused_people[person.id])
        return self.people[person.id]

    def _assignee(self, issue: SourceIssue) -> str | None:
        """Somebody who was mapped and may work here; a placeholder is no member."""
        user = self._mapped(issue.assignee) if issue.assignee else None
        if user is None:
            return None
        try:
            return find_assignee(self.project, user.username).user.username
        except Invalid as error:
            self.report.note(issue.key, f"it is unassigned here: {error}")
            return None

    def _label_ids(self, issue: SourceIssue) -> set[int]:
        """A label that was refused is missing here, and the report says that it was."""
        keys = {canonical(label_name(name)) for name in issue.labels}
        return {self.labels[key] for key in keys if key in self.labels}

    def _origin(self, **facts: Any) -> dict[str, Any]:
        return {"source": self.source.name, **facts}

    def _warn_of_hidden_keys(self) -> None:
        for key, issue in self.issues.items():
            prefix, _, number = key.upper().rpartition("-")
            if prefix == self.project.key and int(number) != issue.number:
                self.report.note(
                    key,
                    f"{prefix} is this project's own key, so old keys lead to the issues that have those "
                    "numbers now; give the project another key before importing to avoid that",
                )

"""Fills an empty database with many issues, for measuring. The one place that goes around `recording()`: the rows
are made as the services would have left them, with their ledger and history, and `verify` accepts them.

The triggers are lifted for the time of the load, which is why it works only where there is nothing to lose: with
DEBUG on, in a database without projects. Each project is one transaction. If the load is broken off, the triggers
are put back and what was loaded so far is complete in itself; after a power failure `migrate` puts them back.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import Change, Head, User, Via
from issues.models import Comment, Issue, IssueLabel
from issues.services.bulk_plan import CHANGE, CREATE, ProjectPlan, Sizes, events, plan, stamp
from issues.services.bulk_stories import ISSUE_COLUMNS, Cast, Story
from issues.services.bulk_tables import Rows, next_id
from issues.services.bulk_texts import Texts, read_words
from issues.services.indexing import rebuild
from itms_site.db import triggers
from itms_site.db.text import canonical
from itms_site.errors import Conflict, Forbidden
from projects.models import Label, Membership, Project, ProjectKey
from projects.services import grants

PASSWORD, SIGN_INS = "bulkpass", 5
SALT = "bulk-data-of-itms"  # fixed, so that the same seed gives the same rows; these accounts exist only under DEBUG
SECOND = 1_000_000
CACHE_MIB = 256

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Loaded:
    """operator   the account that may do everything, a Lead everywhere
    detail     key and numbers of the detail set"""

    operator: str
    projects: list[tuple[str, int]]
    detail: tuple[str, range] | None


def load_bulk(sizes: Sizes, tell: Tell = lambda rows: None) -> Loaded:
    """`tell` hears of every thousand acts that were written; there are `acts_of(sizes)` of them.

    Raises Forbidden when DEBUG is off, Conflict when the database holds projects or users of these names."""
    if not settings.DEBUG:
        raise Forbidden("Bulk data is loaded only where DEBUG is on: its accounts have a known password.")
    if count := Project.objects.count():
        raise Conflict(f"The database holds {count} projects. Bulk data goes only into one without any: see reset_db.")
    words = read_words()
    plans, texts = plan(sizes, words), Texts(sizes.seed, words)
    with _triggers_lifted(), _large_cache():
        with transaction.atomic():
            users = _load_users(sizes, words)
        for project in plans:
            with transaction.atomic():
                rebuild(_Load(project, users, texts, words).run(tell))
                grants.rebuild()
    _analyze()
    detail = next(((project.key, project.detail) for project in plans if project.detail), None)
    return Loaded("bulk1", [(project.key, project.issues) for project in plans], detail)


def acts_of(sizes: Sizes) -> int:
    return sizes.issues + sizes.comments + sizes.changes


@contextmanager
def _triggers_lifted() -> Iterator[None]:
    triggers.drop_all(connection)
    try:
        yield
    finally:
        triggers.install_all(connection)


@contextmanager
def _large_cache() -> Iterator[None]:
    """SQLite keeps the pages of its indexes at hand; with the usual cache it writes each of them many times."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = {-CACHE_MIB * 1024}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


def _analyze() -> None:
    """The planner of each engine learns what is there now, as it would have over the years."""
    tables = ", ".join(model._meta.db_table for model in (Issue, Issue.history.model, Comment, IssueLabel, Change))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else f"ANALYZE TABLE {tables}")
        cursor.fetchall()


CHANGE_COLUMNS = ("id", "head_id", "seq", "actor_id", "verb", "via", "at", "data")
HISTORY_COLUMNS = ("history_type", "history_date", "history_user_id")
USER_COLUMNS = (
    "id", "username", "username_canonical", "email", "email_canonical", "first_name", "last_name", "password",
    "is_superuser", "is_staff", "date_joined",
)  # fmt: skip


def _load_users(sizes: Sizes, words: dict[str, Any]) -> int:
    """Returns the id of the first. bulk1 to bulk5 can sign in, the others cannot."""
    first, change = next_id(User), next_id(Change)
    names = [_person(number, words) for number in range(sizes.users)]
    taken = User.objects.filter(username_canonical__in=[canonical(username) for username, _, _ in names]).first()
    if taken:
        raise Conflict(f"There is a user {taken.username} already. Bulk data needs a database without its users.")
    password = make_password(PASSWORD, salt=SALT)
    people = Rows(User, USER_COLUMNS)
    changes = Rows(Change, CHANGE_COLUMNS)
    for number, (username, given, family) in enumerate(names):
        email = f"{username}@example.com"
        secret = password if number < SIGN_INS else "!"
        operator = int(number == 0)
        people.add(
            first + number, username, canonical(username), email, canonical(email), given, family, secret,
            operator, operator, stamp(0),
        )  # fmt: skip
        data = json.dumps({"user": username, "operator": bool(operator)})
        changes.add(change + number, None, None, None, "user.add", Via.COMMAND.value, stamp(number * SECOND), data)
    people.flush()
    changes.flush()
    return first


def _person(number: int, words: dict[str, Any]) -> tuple[str, str, str]:
    """User name, first name, last name."""
    given, family = words["first_names"], words["last_names"]
    # The step goes through all pairs before one comes again.
    pair = (number * 37) % (len(given) * len(family))
    return f"bulk{number + 1}", given[pair % len(given)], family[pair // len(given)]


class _Load:
    """Writes one project in the order of its ledger, so that keys ascend as they would have in real life."""

    def __init__(self, project: ProjectPlan, first_user: int, texts: Texts, words: dict[str, Any]) -> None:
        self.project, self.texts, self.words, self.first_user = project, texts, words, first_user
        self.head = next_id(Head)
        self.first_change = next_id(Change)
        self.seq = 0
        self.changes = Rows(Change, CHANGE_COLUMNS)
        self.history = Rows(Issue.history.model, (*ISSUE_COLUMNS, *HISTORY_COLUMNS, "label_ids"))
        self.rows: list[Rows] = [self.changes, self.history]

    def run(self, tell: Tell) -> int:
        """The id of the project."""
        project = self.project
        setup = len(project.members) + len(self.words["labels"])
        Head.objects.bulk_create([Head(id=self.head, last_number=project.issues, last_seq=setup + project.acts)])
        labels = self._load_frame()
        cast = Cast(project, self.first_user, labels, self.texts)
        stories, comments = self._load_acts(cast, tell)
        self._flush()
        self._load_issues(stories)
        self._load_comments(stories, comments)
        return self.head

    def _change(self, actor: int, verb: str, at: str) -> int:
        self.seq += 1
        pk = self.first_change + self.seq - 1
        self.changes.add(pk, self.head, self.seq, actor, verb, Via.WEB.value, at, "{}")
        return pk

    def _flush(self) -> None:
        for rows in self.rows:
            rows.flush()

    def _tracked(self, model: type[Any], *columns: str) -> Callable[..., None]:
        """A writer of first versions: the row and its history."""
        own = Rows(model, ("change_id", *columns))
        history = Rows(model.history.model, ("change_id", *columns, *HISTORY_COLUMNS))
        self.rows += [own, history]

        def add(change: int, at: str, actor: int, *values: Any) -> None:
            own.add(change, *values)
            history.add(change, *values, "+", at, actor)

        return add

    def _load_frame(self) -> list[int]:
        """The project, its members, its labels. Returns the ids of the labels."""
        project, lead = self.project, self.first_user + self.project.members[0][0]
        ProjectKey.objects.bulk_create([ProjectKey(key=project.key, head_id=self.head)])
        add_project = self._tracked(
            Project, "id", "head_id", "key", "name", "description", "is_public", "created_by_id", "created_at"
        )
        add_member = self._tracked(Membership, "id", "project_id", "user_id", "role", "joined_at")
        add_label = self._tracked(Label, "id", "project_id", "name", "name_canonical", "colour")
        at = stamp(self.project.index * SECOND)
        change = self._change(lead, "project.create", at)
        add_project(
            change, at, lead,
            self.head, self.head, project.key, project.name, project.description, int(project.is_public), lead, at,
        )  # fmt: skip
        membership = next_id(Membership)
        for position, (user, role) in enumerate(project.members):
            if position:
                at = stamp((60 + self.project.index + position) * SECOND)
                change = self._change(lead, "member.add", at)
            add_member(change, at, lead, membership + position, self.head, self.first_user + user, role, at)
        label = next_id(Label)
        for position, (name, colour) in enumerate(self.words["labels"]):
            at = stamp((600 + self.project.index + position) * SECOND)
            change = self._change(lead, "label.create", at)
            add_label(change, at, lead, label + position, self.head, name, canonical(name), colour)
        self._flush()
        return list(range(label, label + len(self.words["labels"])))

    def _load_acts(self, cast: Cast, tell: Tell) -> tuple[list[Story], array[int]]:
        """Ledger and history of all issues. The comments wait for the issues that they refer to; of each there are
        five numbers: change, position of the issue, parent (0: none), author, moment."""
        project, stories, comments = self.project, list[Story](), array("q")
        first_issue, first_comment = next_id(Issue), next_id(Comment)
        for done, (moment, issue, kind) in enumerate(events(project, self.texts.seed), 1):
            if done % 1000 == 0:
                tell(1000)
            at = stamp(moment)
            if kind == CREATE:
                left = project.comments[issue] + project.changes[issue]
                story = Story(cast, first_issue + issue, issue + 1, left, moment, 0)
                story.change = self._change(story.reporter, "issue.create", at)
                stories.append(story)
                self._write(story, "+", at, story.reporter)
                continue
            story = stories[issue]
            story.left -= 1
            if kind == CHANGE:
                may_die = story.number not in project.detail
                actor, verb, mark = story.act(cast, moment, self.first_change + self.seq, may_die=may_die)
                self._change(actor, verb, at)
                self._write(story, mark, at, actor)
                continue
            author = cast.rng.choice(cast.everyone)
            parent = story.top_comment if cast.rng.random() < 0.25 else 0
            if not parent:
                story.top_comment = first_comment + len(comments) // 5
            comments.extend((self._change(author, "comment.add", at), issue, parent, author, moment))
        tell(project.acts % 1000)
        return stories, comments

    def _write(self, story: Story, mark: str, at: str, actor: int) -> None:
        self.history.add(*story.row(self.texts, self.head), mark, at, actor, json.dumps(story.labels))

    def _load_issues(self, stories: list[Story]) -> None:
        issues, labels = Rows(Issue, ISSUE_COLUMNS), Rows(IssueLabel, ("issue_id", "label_id"))
        for story in stories:
            issues.add(*story.row(self.texts, self.head))
        issues.flush()
        for story in stories:
            for label in story.labels:
                labels.add(story.id, label)
        labels.flush()

    def _load_comments(self, stories: list[Story], comments: array[int]) -> None:
        first = next_id(Comment)
        add = self._tracked(Comment, "id", "project_id", "issue_id", "parent_id", "author_id", "body", "created_at")
        for position in range(len(comments) // 5):
            change, issue, parent, author, moment = comments[position * 5 : position * 5 + 5]
            at, pk = stamp(moment), first + position
            body = self.texts.comment(change)
            add(change, at, author, pk, self.head, stories[issue].id, parent or None, author, body, at)
        self._flush()

"""Random acts of random people, done by the services and by the reference: they agree on every outcome and on every
state, and `verify` finds nothing wrong at any step.

A failure prints the steps and a blob that repeats it. `ITMS_MODEL_EXAMPLES=500` looks further."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.actor import Actor
from accounts.models import Change, Head, User
from accounts.services.users import add_user
from issues.history.verify import differences
from issues.models import Comment, Issue, IssueLabel
from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue, restore_issue
from issues.services.deleting_label import delete_label
from issues.services.deleting_project import delete_project, restore_project
from issues.services.editing import edit_issue
from issues.services.labelling import put_label, take_off_label
from issues.services.merging_labels import merge_labels
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import ItmsError
from projects.models import Label, Membership, Project
from projects.services.deactivating import activate_user, deactivate_user
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project, edit_project
from tests.model import reference
from tests.model.reference import OPERATOR, Reference

PEOPLE = (OPERATOR, "ann", "bob", "cid", "dee")
LABELS = ("bug", "ui", "doc")
ROLES = ("LEAD", "DEVELOPER", "VIEWER")

# Those who may do most act most often: a run of refusals tells little.
who = st.sampled_from(["ann", "ann", "ann", OPERATOR, "bob", "bob", "cid", "dee"])
anybody = st.sampled_from(PEOPLE)
seldom = st.integers(0, 3).map(lambda n: n == 0)
pick = st.integers(0, 99)
label = st.sampled_from(LABELS)
which_version = st.sampled_from(["now", "now", "now", "before", "none", "next"])
some_labels = st.frozensets(label)
body = st.sampled_from(["Words", "Other words", "  Words ", "", " \n"])
status = st.sampled_from(["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"])
fields = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["One", "Two", "Three", ""]),
        "description": st.sampled_from(["", "Words"]),
        "status": status,
        "priority": st.sampled_from(["LOW", "MEDIUM", "HIGH"]),
        "labels": some_labels,
    },
)


def version_of(thing: reference.Thing, which: str) -> int | None:
    return {"now": thing.version, "before": thing.version - 1, "none": None, "next": thing.version + 1}[which]


def _refusal(act: Callable[[], object]) -> type[ItmsError] | None:
    try:
        act()
    except ItmsError as error:
        return type(error)
    return None


class Machine(RuleBasedStateMachine):
    """One database transaction, rolled back at the end of the example."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model = Reference(PEOPLE)
        self.users = {name: self._person(name) for name in PEOPLE}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def _person(self, name: str) -> User:
        return add_user(
            Actor.system(), username=name, email=f"{name}@example.com", password=None, operator=name == OPERATOR
        )

    # The two sides

    def both(self, real: Callable[[], object], model: Callable[[], object]) -> None:
        """Both sides do it, or both refuse it with the same class of error and write nothing."""
        expected, before = _refusal(model), Change.objects.count()

        def inside() -> None:
            with transaction.atomic():
                real()

        found = _refusal(inside)
        assert found is expected, f"the services: {found}, the reference: {expected}"
        if found:
            assert Change.objects.count() == before

    def actor(self, name: str) -> Actor:
        return Actor(User.objects.get(pk=self.users[name].pk))

    def project(self, number: int) -> tuple[reference.Project, int]:
        model = self.model.projects[number % len(self.model.projects)]
        return model, Project.objects.get(key=model.key).pk

    def issue(self, number: int) -> tuple[reference.Issue, Issue]:
        issues = list(self.model.issues())
        model = issues[number % len(issues)]
        real = Issue.objects.select_related("project").get(project__key=model.project.key, number=model.number)
        return model, real

    def comment(self, number: int) -> tuple[reference.Comment, Comment]:
        comments = [comment for project in self.model.projects for comment in project.comments]
        model = comments[number % len(comments)]
        return model, self._comments(model.issue.project)[model.issue.project.comments.index(model)]

    def _comments(self, project: reference.Project) -> list[Comment]:
        return list(Comment.objects.filter(project__key=project.key).select_related("issue__project").order_by("pk"))

    def label_id(self, project: int, name: str) -> int:
        return Label.objects.get(project_id=project, name=name, slot=0).pk

    # Projects and members

    @initialize(is_public=st.booleans())
    def begin(self, is_public: bool) -> None:
        self.both(
            lambda: create_project(self.actor("ann"), key="FIRST", name="FIRST", is_public=is_public),
            lambda: self.model.create_project("ann", "FIRST", is_public),
        )
        model, pk = self.project(0)
        for name, role in (("bob", "DEVELOPER"), ("cid", "VIEWER")):
            add_member(self.actor("ann"), pk, identifier=name, role=role)
            self.model.add_member("ann", model, name, role)
        for name in LABELS[:2]:
            create_label(self.actor("ann"), pk, name=name)
            self.model.create_label("ann", model, name)
        for assignee in ("bob", None):
            self._open("ann", 0, "One", assignee, frozenset({"bug"}))

    @rule(name=who, key=st.sampled_from(["FIRST", "SECOND"]), is_public=st.booleans())
    def create_a_project(self, name: str, key: str, is_public: bool) -> None:
        self.both(
            lambda: create_project(self.actor(name), key=key, name=key, is_public=is_public),
            lambda: self.model.create_project(name, key, is_public),
        )

    @rule(
        name=who,
        number=pick,
        which=which_version,
        changes=st.fixed_dictionaries(
            {},
            optional={"name": st.sampled_from(["N", "M"]), "is_public": st.booleans(), "archived": st.booleans()},
        ),
    )
    def edit_a_project(self, name: str, number: int, which: str, changes: dict[str, Any]) -> None:
        model, pk = self.project(number)
        version = version_of(model, which)
        self.both(
            lambda: edit_project(self.actor(name), pk, version=version, fields=changes),  # type: ignore[arg-type]
            lambda: self.model.edit_project(name, model, version, changes),
        )

    @rule(name=st.sampled_from(["ann", "bob", OPERATOR]), number=pick, which=which_version, sure=seldom)
    def delete_a_project(self, name: str, number: int, which: str, sure: bool) -> None:
        model, pk = self.project(number)
        if model.deleted and not sure:
            return
        version = version_of(model, which)
        self.both(
            lambda: delete_project(self.actor(name), pk, version=version),
            lambda: self.model.delete_project(name, model, version),
        )

    @precondition(lambda self: any(project.deleted for project in self.model.projects))
    @rule(name=who, number=pick)
    def restore_a_project(self, name: str, number: int) -> None:
        deleted = [n for n, project in enumerate(self.model.projects) if project.deleted]
        model, pk = self.project(deleted[number % len(deleted)])
        self.both(lambda: restore_project(self.actor(name), pk), lambda: self.model.restore_project(name, model))

    @rule(name=who, number=pick, whom=anybody, role=st.sampled_from(ROLES))
    def add_a_member(self, name: str, number: int, whom: str, role: str) -> None:
        model, pk = self.project(number)
        self.both(
            lambda: add_member(self.actor(name), pk, identifier=whom, role=role),
            lambda: self.model.add_member(name, model, whom, role),
        )

    @rule(name=who, number=pick, whom=anybody, role=st.sampled_from(ROLES))
    def change_a_role(self, name: str, number: int, whom: str, role: str) -> None:
        model, pk = self.project(number)
        self.both(
            lambda: change_role(self.actor(name), pk, self.users[whom].pk, role),
            lambda: self.model.change_role(name, model, whom, role),
        )

    @rule(name=who, number=pick, whom=anybody, leaving=st.booleans())
    def remove_a_member(self, name: str, number: int, whom: str, leaving: bool) -> None:
        model, pk = self.project(number)
        target = name if leaving else whom
        self.both(
            lambda: remove_member(self.actor(name), pk, self.users[target].pk),
            lambda: self.model.remove_member(name, model, target),
        )

    @rule(name=st.sampled_from([OPERATOR, OPERATOR, "ann"]), whom=anybody)
    def deactivate(self, name: str, whom: str) -> None:
        self.both(
            lambda: deactivate_user(self.actor(name), self.users[whom].pk), lambda: self.model.deactivate(name, whom)
        )

    @precondition(lambda self: not all(self.model.active.values()))
    @rule(name=st.sampled_from([OPERATOR, OPERATOR, "ann"]), whom=anybody)
    def activate(self, name: str, whom: str) -> None:
        self.both(lambda: activate_user(self.actor(name), self.users[whom].pk), lambda: self.model.activate(name, whom))

    # Labels

    @rule(name=who, number=pick, text=label)
    def create_a_label(self, name: str, number: int, text: str) -> None:
        model, pk = self.project(number)
        self.both(
            lambda: create_label(self.actor(name), pk, name=text), lambda: self.model.create_label(name, model, text)
        )

    @rule(name=who, number=pick, text=label, into=st.none() | label)
    def delete_or_merge_a_label(self, name: str, number: int, text: str, into: str | None) -> None:
        model, pk = self.project(number)
        if text not in model.labels or (into is not None and into not in model.labels):
            return

        def real() -> object:
            if into is None:
                return delete_label(self.actor(name), pk, self.label_id(pk, text))
            return merge_labels(self.actor(name), pk, self.label_id(pk, text), self.label_id(pk, into))

        self.both(real, lambda: self.model.delete_label(name, model, text, into))

    # Issues

    @rule(
        name=who,
        number=pick,
        title=st.sampled_from(["One", "Two", ""]),
        assignee=st.none() | anybody,
        labels=some_labels,
    )
    def open_an_issue(self, name: str, number: int, title: str, assignee: str | None, labels: frozenset[str]) -> None:
        self._open(name, number, title, assignee, labels)

    def _open(self, name: str, number: int, title: str, assignee: str | None, labels: frozenset[str]) -> None:
        model, pk = self.project(number)
        self.both(
            lambda: open_issue(self.actor(name), pk, title=title, assignee=assignee, labels=sorted(labels)),
            lambda: self.model.open_issue(name, model, title, assignee, labels),
        )

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick, which=which_version, changes=fields, merge=st.booleans())
    def edit_an_issue(self, name: str, number: int, which: str, changes: dict[str, Any], merge: bool) -> None:
        model, real = self.issue(number)
        version = version_of(model, which)
        sent = {key: sorted(value) if key == "labels" else value for key, value in changes.items()}
        self.both(
            lambda: edit_issue(self.actor(name), real, version=version, fields=sent, merge=merge),
            lambda: self.model.edit_issue(name, model, version, changes, merge=merge),
        )

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=st.sampled_from(["ann", OPERATOR]), number=pick, steps=st.lists(status, min_size=1, max_size=3))
    def move(self, name: str, number: int, steps: list[str]) -> None:
        model, real = self.issue(number)
        for new in steps:
            version = model.version
            self.both(
                lambda new=new, version=version: edit_issue(  # type: ignore[misc]
                    self.actor(name), real, version=version, fields={"status": new}
                ),
                lambda new=new, version=version: self.model.edit_issue(  # type: ignore[misc]
                    name, model, version, {"status": new}, merge=False
                ),
            )

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick, which=which_version, whom=st.none() | anybody, own=st.booleans())
    def assign(self, name: str, number: int, which: str, whom: str | None, own: bool) -> None:
        model, real = self.issue(number)
        version, target = version_of(model, which), name if own else whom
        self.both(
            lambda: assign_issue(self.actor(name), real, version=version, assignee=target),
            lambda: self.model.assign(name, model, version, target),
        )

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick, text=label, on=st.booleans())
    def put_on_or_take_off(self, name: str, number: int, text: str, on: bool) -> None:
        model, real = self.issue(number)
        act = put_label if on else take_off_label
        self.both(lambda: act(self.actor(name), real, text), lambda: self.model.label(name, model, text, on=on))

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick, which=which_version)
    def delete_an_issue(self, name: str, number: int, which: str) -> None:
        model, real = self.issue(number)
        version = version_of(model, which)
        self.both(
            lambda: delete_issue(self.actor(name), real, version=version),
            lambda: self.model.delete_issue(name, model, version),
        )

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick)
    def restore_an_issue(self, name: str, number: int) -> None:
        model, real = self.issue(number)
        self.both(lambda: restore_issue(self.actor(name), real), lambda: self.model.restore_issue(name, model))

    # Comments

    @precondition(lambda self: any(self.model.issues()))
    @rule(name=who, number=pick, text=body, reply=st.booleans(), to=pick)
    def add_a_comment(self, name: str, number: int, text: str, reply: bool, to: int) -> None:
        model, real = self.issue(number)
        parent: reference.Comment | None = None
        parent_id: int | None = None
        if reply and any(project.comments for project in self.model.projects):
            parent, found = self.comment(to)
            parent_id = found.pk
        self.both(
            lambda: add_comment(self.actor(name), real, body=text, parent=parent_id),
            lambda: self.model.add_comment(name, model, text, parent),
        )

    @precondition(lambda self: any(project.comments for project in self.model.projects))
    @rule(name=who, number=pick, which=which_version, text=body, own=st.booleans())
    def edit_a_comment(self, name: str, number: int, which: str, text: str, own: bool) -> None:
        model, real = self.comment(number)
        version, author = version_of(model, which), model.author if own else name
        self.both(
            lambda: edit_comment(self.actor(author), real, version=version, body=text),
            lambda: self.model.edit_comment(author, model, version, text),
        )

    @precondition(lambda self: any(project.comments for project in self.model.projects))
    @rule(name=who, number=pick, which=which_version)
    def delete_a_comment(self, name: str, number: int, which: str) -> None:
        model, real = self.comment(number)
        version = version_of(model, which)
        self.both(
            lambda: delete_comment(self.actor(name), real, version=version),
            lambda: self.model.delete_comment(name, model, version),
        )

    # What is always true

    @invariant()
    def states_agree(self) -> None:
        for model in self.model.projects:
            project = Project.objects.get(key=model.key)
            now = {"name": project.name, "is_public": project.is_public, "archived": project.is_archived}
            assert (now, project.version, project.deleted_at is not None) == (model.now, model.version, model.deleted)
            members = Membership.objects.filter(project=project, slot=0)
            assert dict(members.values_list("user__username", "role")) == model.members
            assert set(Label.objects.filter(project=project, slot=0).values_list("name", flat=True)) == model.labels
            self._issues_agree(model, project)
            head = Head.objects.get(pk=project.pk)
            assert (head.last_number, head.last_seq, head.open_change) == (len(model.issues), model.acts, None)

    def _issues_agree(self, model: reference.Project, project: Project) -> None:
        labels: dict[int, set[str]] = {}
        rows = IssueLabel.objects.filter(issue__project=project)
        for pk, name in rows.values_list("issue_id", "label__name"):
            labels.setdefault(pk, set()).add(name)
        found = Issue.objects.filter(project=project).select_related("assignee", "reporter").order_by("number")
        for issue, expected in zip(found, model.issues, strict=True):
            now = {
                "title": issue.title,
                "description": issue.description,
                "status": issue.status,
                "priority": issue.priority,
                "assignee": issue.assignee.username if issue.assignee else None,
                "labels": labels.get(issue.pk, set()),
            }
            assert (issue.number, issue.version, issue.reporter.username) == (
                expected.number,
                expected.version,
                expected.reporter,
            )
            assert (now, issue.deleted_at is not None) == (expected.now, expected.deleted)
            assert (issue.closed_at is not None) == (expected.now["status"] == "CLOSED")
        for comment, wanted in zip(self._comments(model), model.comments, strict=True):
            state = (comment.body, comment.version, comment.deleted_at is not None)
            assert state == (wanted.now["body"], wanted.version, wanted.deleted)

    @invariant()
    def verify_is_clean(self) -> None:
        assert differences() == []


@pytest.mark.usefixtures("db")
def test_the_services_do_what_the_reference_says() -> None:
    examples = int(os.environ.get("ITMS_MODEL_EXAMPLES", "25" if connection.vendor == "sqlite" else "8"))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

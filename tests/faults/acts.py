"""The acts that are interrupted: each with a stage of its own, and what is true when it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from accounts.models import Change
from issues.models import Comment, Issue, IssueLabel
from issues.services.commenting import add_comment
from issues.services.deleting_label import delete_label
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from projects.models import Label, Membership, Project
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project
from tests.world import World

_numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """act   the service call
    project  where it acts; 0 when it makes one
    done     whether its whole effect is there"""

    act: Callable[[], object]
    project: int
    done: Callable[[], bool]


def stage(world: World) -> tuple[Project, Issue]:
    """A new project of lead and dev with two issues of dev, both with the labels bug and ui."""
    lead = world.actor("lead")
    project = create_project(lead, key=f"FAULT{next(_numbers)}", name="Faults")
    add_member(lead, project.pk, identifier="dev", role="DEVELOPER")
    for name in ("bug", "ui"):
        create_label(lead, project.pk, name=name)
    issues = [open_issue(lead, project.pk, title="Standing", assignee="dev", labels=["bug", "ui"]) for _ in range(2)]
    return project, issues[0]


def create(world: World) -> Scene:
    project, _issue = stage(world)
    lead = world.actor("lead")

    def done() -> bool:
        issue = Issue.objects.get(project=project, number=3)
        return IssueLabel.objects.filter(issue=issue).count() == 1 and issue.history.count() == 1

    return Scene(
        lambda: open_issue(lead, project.pk, title="New", assignee="dev", labels=["bug"]),
        project.pk,
        done,
    )


def edit(world: World) -> Scene:
    project, issue = stage(world)
    fields = {"title": "Other", "status": "CLOSED", "labels": ["ui"]}
    dev = world.actor("dev")

    def done() -> bool:
        now = Issue.objects.get(pk=issue.pk)
        labels = list(IssueLabel.objects.filter(issue=issue).values_list("label__name", flat=True))
        return (now.title, now.status, now.version, labels) == ("Other", "CLOSED", 2, ["ui"])

    return Scene(lambda: edit_issue(dev, issue, version=1, fields=fields), project.pk, done)


def comment(world: World) -> Scene:
    project, issue = stage(world)
    stranger = world.actor("stranger")
    return Scene(
        lambda: add_comment(stranger, issue, body="Words"),
        project.pk,
        lambda: Comment.objects.get(issue=issue).history.count() == 1,
    )


def remove(world: World) -> Scene:
    project, _issue = stage(world)
    lead, who = world.actor("lead"), world.users["dev"].pk

    def done() -> bool:
        gone = not Membership.objects.filter(project=project, user_id=who, slot=0).exists()
        return (
            gone and list(Issue.objects.filter(project=project).values_list("assignee", "version")) == [(None, 2)] * 2
        )

    return Scene(lambda: remove_member(lead, project.pk, who), project.pk, done)


def delete_a_label(world: World) -> Scene:
    project, _issue = stage(world)
    lead, label = world.actor("lead"), Label.objects.get(project=project, name="bug")

    def done() -> bool:
        return not IssueLabel.objects.filter(label=label).exists() and Label.objects.get(pk=label.pk).slot == label.pk

    return Scene(lambda: delete_label(lead, project.pk, label.pk), project.pk, done)


def create_a_project(world: World) -> Scene:
    key, stranger = f"MADE{next(_numbers)}", world.actor("stranger")

    def done() -> bool:
        project = Project.objects.get(key=key)
        return Membership.objects.filter(project=project, role="LEAD").count() == 1 and project.head.last_seq == 1

    return Scene(lambda: create_project(stranger, key=key, name="Made"), 0, done)


SCENES = [create, edit, comment, remove, delete_a_label, create_a_project]


def changes() -> int:
    return Change.objects.count()

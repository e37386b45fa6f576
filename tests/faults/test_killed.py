"""The process ends before and after every statement of an act: afterwards it is there as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from accounts.models import Change, Head
from issues.history.verify import differences
from issues.models import Comment, Issue
from issues.selectors.detail import get_issue
from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from projects.models import Membership, Project
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project
from tests.faults.dying import DONE, KILLED, run_and_die
from tests.world import World

Prepared = tuple[Callable[[], object], Callable[[], bool]]
_numbers = count(1)


def _project(world: World) -> Project:
    lead = world.actor("lead")
    project = create_project(lead, key=f"DIE{next(_numbers)}", name="Dying")
    add_member(lead, project.pk, identifier="dev", role="DEVELOPER")
    create_label(lead, project.pk, name="bug")
    open_issue(lead, project.pk, title="First", assignee="dev", labels=["bug"])
    return project


def creating(world: World) -> Prepared:
    project = _project(world)
    act = lambda: open_issue(world.actor("lead"), project.pk, title="Second", labels=["bug"])  # noqa: E731
    return act, lambda: Issue.objects.filter(project=project, number=2).exists()


def editing(world: World) -> Prepared:
    project = _project(world)
    issue = get_issue(world.actor("lead"), f"{project.key}-1")
    fields: dict[str, Any] = {"title": "Changed", "labels": [], "status": "CLOSED"}
    act = lambda: edit_issue(world.actor("lead"), issue, version=1, fields=fields)  # noqa: E731
    return act, lambda: Issue.objects.get(pk=issue.pk).title == "Changed"


def commenting(world: World) -> Prepared:
    project = _project(world)
    issue = get_issue(world.actor("dev"), f"{project.key}-1")
    act = lambda: add_comment(world.actor("dev"), issue, body="A word.")  # noqa: E731
    return act, lambda: Comment.objects.filter(issue=issue).exists()


def removing(world: World) -> Prepared:
    project = _project(world)
    dev = world.users["dev"].pk
    act = lambda: remove_member(world.actor("lead"), project.pk, dev)  # noqa: E731
    return act, lambda: not Membership.objects.filter(project=project, user_id=dev, slot=0).exists()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("prepare", [creating, editing, commenting, removing])
def test_all_or_nothing(world: World, prepare: Callable[[World], Prepared], after: bool) -> None:
    act, is_there = prepare(world)
    deaths = 0
    for statement in range(1, 200):
        changes, open_heads = Change.objects.count(), Head.objects.exclude(open_change=None)
        outcome = run_and_die(act, statement, after=after)
        assert outcome in {KILLED, DONE}, f"statement {statement}: exit code {outcome}"
        assert not open_heads.exists()
        if is_there():
            # Only the last kill, after COMMIT, may leave it there; and then it is whole.
            assert Change.objects.count() == changes + 1
            break
        assert Change.objects.count() == changes, f"a torn act after statement {statement}"
        deaths += outcome == KILLED
        assert outcome == KILLED, "the act ended without being there"
    else:
        pytest.fail("the act never came to its end")
    assert deaths > 8, "too few statements were killed: does the counter see them?"
    assert differences() == []

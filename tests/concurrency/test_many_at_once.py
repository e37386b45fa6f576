"""One change of many issues, at the same time as others: done to all of them or to none, and nobody waits for ever."""

from __future__ import annotations

import pytest

from accounts.models import Change
from issues.models import Issue
from issues.selectors.planning import Wanted
from issues.services.editing import edit_issue
from issues.services.editing_many import edit_many
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import Forbidden, NotFound, Stale
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import refused, together
from tests.world import World

ROUNDS = 6


def read(issues: list[Issue]) -> list[Issue]:
    found = Issue.objects.select_related("project").in_bulk([issue.pk for issue in issues])
    return [found[issue.pk] for issue in issues]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_single_edit_meanwhile(world: World, make_project: MakeProject, _round: int) -> None:
    lead, project = world.actor("lead"), make_project()
    issues = [open_issue(lead, project.pk, title=f"Issue {n}") for n in range(5)]
    many = Wanted({"priority": "HIGH"})
    results = together(
        lambda: edit_many(lead, [(issue, 1) for issue in read(issues)], many),
        lambda: edit_issue(world.actor("operator"), read(issues)[3], version=1, fields={"priority": "LOW"}),
    )
    assert [type(error) for error in refused(results)] == [Stale]
    found = [issue.priority for issue in read(issues)]
    if isinstance(results[0], Stale):
        assert found == ["MEDIUM", "MEDIUM", "MEDIUM", "LOW", "MEDIUM"]
    else:
        assert found == ["HIGH"] * 5
    assert {issue.version for issue in read(issues)} <= {1, 2}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_over_the_same_projects(world: World, make_project: MakeProject, _round: int) -> None:
    lead = world.actor("lead")
    issues = [open_issue(lead, make_project().pk, title="Issue") for _ in range(4)]
    results = together(
        lambda: edit_many(lead, [(issue, 1) for issue in read(issues)], Wanted({"type": "BUG"})),
        lambda: edit_many(lead, [(issue, 1) for issue in reversed(read(issues))], Wanted({"type": "FEATURE"})),
    )
    assert [type(error) for error in refused(results)] == [Stale]
    assert {issue.type for issue in read(issues)} == {"FEATURE" if isinstance(results[0], Stale) else "BUG"}
    assert {issue.version for issue in read(issues)} == {2}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_somebody_who_is_just_removed(world: World, make_project: MakeProject, _round: int) -> None:
    lead, dev = world.actor("lead"), world.actor("dev")
    projects = [make_project(dev="LEAD") for _ in range(3)]
    issues = [open_issue(lead, project.pk, title="Issue", assignee="dev") for project in projects]
    results = together(
        lambda: edit_many(dev, [(issue, 1) for issue in read(issues)], Wanted({"status": "CLOSED"})),
        lambda: remove_member(lead, projects[1].pk, world.users["dev"].pk),
    )
    assert {type(error) for error in refused(results)} <= {Forbidden, NotFound, Stale}
    closed = [issue.status == "CLOSED" for issue in read(issues)]
    assert closed == [not isinstance(results[0], Exception)] * 3
    removed = Change.objects.filter(head_id=projects[1].pk, verb="member.remove").latest("seq").seq
    acted = Change.objects.filter(head_id=projects[1].pk, actor=world.users["dev"], seq__gt=removed)
    assert not acted.exists()

"""Two acts, one of them standing still after each of its statements in turn while the other runs.

Not on SQLite: its one writer leaves nothing to interleave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from issues.models import Issue
from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import Forbidden, Invalid, LastLead, NotFound, NotSignedIn
from projects.models import Membership
from projects.services.deactivating import activate_user, deactivate_user
from projects.services.members import add_member
from tests.attacks.forging import Forge
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import interleaved, refused, together
from tests.world import World

pytestmark = pytest.mark.skipif(connection.vendor != "mysql", reason="SQLite has one writer")

MOST = 60


def leads(project_id: int) -> int:
    return Membership.objects.filter(project_id=project_id, slot=0, role="LEAD", user__is_active=True).count()


def at_every_statement(prepare: Callable[[], tuple[Any, Any, Callable[[list[Any]], None]]], step: int = 1) -> None:
    """`prepare` makes a fresh stage: two acts, and what must be true of it afterwards."""
    for stop in range(1, MOST, step):
        first, second, check = prepare()
        results, came_there = interleaved(first, second, stop)
        check(results)
        if not came_there:
            return
    raise AssertionError(f"more than {MOST} statements")


def test_two_leads_leave(world: World, make_project: MakeProject) -> None:
    def prepare() -> Any:
        project = make_project(dev="LEAD")

        def check(results: list[Any]) -> None:
            assert [type(error) for error in refused(results)] == [LastLead]
            assert leads(project.pk) == 1

        return (
            lambda: remove_member(world.actor("lead"), project.pk, world.users["lead"].pk),
            lambda: remove_member(world.actor("dev"), project.pk, world.users["dev"].pk),
            check,
        )

    at_every_statement(prepare, step=2)


def test_a_lead_is_deactivated_who_just_became_the_only_one(world: World, make_project: MakeProject) -> None:
    """The deactivation begins when they lead nothing; they are promoted and the other Lead leaves meanwhile."""

    def prepare() -> Any:
        activate_user(world.actor("operator"), world.users["dev"].pk)
        project = make_project(dev="DEVELOPER")

        def promote_and_leave() -> None:
            change_role(world.actor("lead"), project.pk, world.users["dev"].pk, "LEAD")
            remove_member(world.actor("lead"), project.pk, world.users["lead"].pk)

        def check(results: list[Any]) -> None:
            assert [type(error) for error in refused(results)] == [LastLead]
            assert leads(project.pk) == 1
            if isinstance(results[0], LastLead):  # lead the world again, so that the next round can deactivate
                change_role(world.actor("operator"), project.pk, world.users["dev"].pk, "LEAD")
                add_member(world.actor("operator"), project.pk, identifier="lead", role="LEAD")

        return lambda: deactivate_user(world.actor("operator"), world.users["dev"].pk), promote_and_leave, check

    at_every_statement(prepare)
    activate_user(world.actor("operator"), world.users["dev"].pk)


def test_assigning_and_removing(world: World, make_project: MakeProject) -> None:
    def prepare() -> Any:
        project = make_project(dev="DEVELOPER")
        issue = open_issue(world.actor("lead"), project.pk, title="Whose?")

        def check(results: list[Any]) -> None:
            assert {type(error) for error in refused(results)} <= {Invalid, Forbidden, NotFound, NotSignedIn}
            assert Issue.objects.get(pk=issue.pk).assignee is None

        return (
            lambda: assign_issue(world.actor("lead"), issue, version=1, assignee="dev"),
            lambda: remove_member(world.actor("lead"), project.pk, world.users["dev"].pk),
            check,
        )

    at_every_statement(prepare, step=2)


def test_nobody_writes_under_an_act_of_others_not_even_reading_what_is_not_committed(
    world: World, make_project: MakeProject
) -> None:
    """A session at READ UNCOMMITTED sees the open Change of another transaction; the guards wait for that one."""
    project = make_project()
    world.projects["PUB"] = project

    def slip_in() -> Any:
        forge = Forge(world)
        forge.sql("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED")
        (seen,) = forge.sql("SELECT open_change FROM accounts_head WHERE id = %s", project.pk)[0]
        if seen is None:
            return "saw nothing"
        forge.act[project.pk] = seen
        try:
            return forge.insert("projects_membership", **forge.fresh("projects_membership"))
        except DatabaseError as error:
            return error

    outcomes = []
    for stop in range(8, 20):
        results, _ = interleaved(lambda: open_issue(world.actor("lead"), project.pk, title="Written"), slip_in, stop)
        outcomes.append(results[1])
        assert isinstance(results[1], DatabaseError | str), "a row slipped in under another's Change"
    assert any(isinstance(outcome, DatabaseError) for outcome in outcomes), outcomes
    assert refused(together(lambda: open_issue(world.actor("lead"), project.pk, title="Goes on"))) == []

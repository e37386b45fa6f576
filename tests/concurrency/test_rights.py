"""Rights do not change under a running act: whoever loses them first does nothing afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.actor import Actor
from accounts.models import Change, User
from accounts.services.users import register
from issues.models import Issue, IssueLabel
from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.commenting import add_comment
from issues.services.deleting_label import delete_label
from issues.services.editing import edit_issue
from issues.services.labelling import put_label
from issues.services.merging_labels import merge_labels
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import Archived, Forbidden, Invalid, ItmsError, LastLead, NotFound, NotSignedIn, Taken
from projects.models import Label, Membership
from projects.services.deactivating import activate_user, deactivate_user
from projects.services.members import add_member
from projects.services.projects import edit_project
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import refused, together
from tests.world import PASSWORD, World

ROUNDS = 6


def kinds(results: list[Any]) -> list[type[ItmsError]]:
    return [type(error) for error in refused(results)]


def leads(project_id: int) -> int:
    return Membership.objects.filter(project_id=project_id, slot=0, role="LEAD", user__is_active=True).count()


Pair = Callable[[World, int, int, int], list[Callable[[], Any]]]
LAST_LEADS: dict[str, Pair] = {
    "both leave": lambda world, p, one, two: [
        lambda: remove_member(world.actor("lead"), p, one),
        lambda: remove_member(world.actor("dev"), p, two),
    ],
    "they demote each other": lambda world, p, one, two: [
        lambda: change_role(world.actor("lead"), p, two, "DEVELOPER"),
        lambda: change_role(world.actor("dev"), p, one, "VIEWER"),
    ],
    "they remove each other": lambda world, p, one, two: [
        lambda: remove_member(world.actor("lead"), p, two),
        lambda: remove_member(world.actor("dev"), p, one),
    ],
    "both step down": lambda world, p, one, two: [
        lambda: change_role(world.actor("lead"), p, one, "VIEWER"),
        lambda: change_role(world.actor("dev"), p, two, "VIEWER"),
    ],
    "one leaves, an operator removes the other": lambda world, p, one, two: [
        lambda: remove_member(world.actor("lead"), p, one),
        lambda: remove_member(world.actor("operator"), p, two),
    ],
    "one leaves, the other is deactivated": lambda world, p, one, two: [
        lambda: remove_member(world.actor("lead"), p, one),
        lambda: deactivate_user(world.actor("operator"), two),
    ],
}


@pytest.mark.parametrize("how", LAST_LEADS)
def test_two_leads_go_at_once(world: World, make_project: MakeProject, how: str) -> None:
    one, two = world.users["lead"].pk, world.users["dev"].pk
    for _ in range(ROUNDS):
        project = make_project(dev="LEAD")
        results = together(*LAST_LEADS[how](world, project.pk, one, two))
        assert len(refused(results)) == 1, results
        assert kinds(results)[0] in {LastLead, Forbidden, NotFound}
        assert leads(project.pk) == 1
        activate_user(world.actor("operator"), two)


def test_two_leads_are_deactivated_at_once(world: World, make_project: MakeProject) -> None:
    people = []
    for n in (1, 2):
        people.append(register(None, username=f"chief{n}", email=f"chief{n}@example.com", password=PASSWORD))
    for _ in range(ROUNDS):
        project = make_project(chief1="LEAD", chief2="LEAD")
        remove_member(world.actor("lead"), project.pk, world.users["lead"].pk)
        results = together(
            *[lambda user=user: deactivate_user(world.actor("operator"), user.pk) for user in people]  # type: ignore[misc]
        )
        assert kinds(results) == [LastLead]
        assert leads(project.pk) == 1
        for user in people:
            activate_user(world.actor("operator"), user.pk)


@pytest.mark.parametrize("how", ["removed", "demoted"])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_assigning_somebody_who_is_just_going(world: World, make_project: MakeProject, how: str, _round: int) -> None:
    who, project = world.users["dev"].pk, make_project(dev="DEVELOPER")
    issue = open_issue(world.actor("lead"), project.pk, title="Whose?")

    def go() -> object:
        if how == "removed":
            return remove_member(world.actor("lead"), project.pk, who)
        return change_role(world.actor("lead"), project.pk, who, "VIEWER")

    results = together(lambda: assign_issue(world.actor("lead"), issue, version=1, assignee="dev"), go)
    assert kinds(results) in ([], [Invalid])
    assert Issue.objects.get(pk=issue.pk).assignee is None


@pytest.mark.parametrize("how", ["deleted", "merged"])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_putting_on_a_label_that_is_just_going(world: World, make_project: MakeProject, how: str, _round: int) -> None:
    project = make_project()
    bug, ui = Label.objects.filter(project=project).order_by("name")
    issues = [open_issue(world.actor("lead"), project.pk, title="Labelled") for _ in range(3)]

    def go() -> object:
        if how == "deleted":
            return delete_label(world.actor("lead"), project.pk, bug.pk)
        return merge_labels(world.actor("lead"), project.pk, bug.pk, ui.pk)

    results = together(
        *[lambda issue=issue: put_label(world.actor("lead"), issue, "bug") for issue in issues],  # type: ignore[misc]
        go,
    )
    assert set(kinds(results)) <= {NotFound}
    assert not IssueLabel.objects.filter(label=bug).exists()
    assert IssueLabel.objects.filter(label=ui).count() == (0 if how == "deleted" else 3 - len(refused(results)))


def busy(act: Callable[[], Any], *ends: type[ItmsError]) -> Callable[[], int]:
    """Repeats `act` until one of `ends` refuses it, at most 200 times. How often it was accepted."""

    def run() -> int:
        for n in range(200):
            try:
                act()
            except ends:
                return n
        return 200

    return run


def after(project_id: int, verb: str, actor: int | None = None) -> list[str]:
    """The verbs of `actor` in the project after its last Change of that verb."""
    cut = Change.objects.filter(head_id=project_id, verb=verb).latest("seq").seq
    return list(Change.objects.filter(head_id=project_id, actor_id=actor, seq__gt=cut).values_list("verb", flat=True))


def test_a_project_that_becomes_private(world: World, make_project: MakeProject) -> None:
    project = make_project()
    issue = open_issue(world.actor("lead"), project.pk, title="Talk")

    def close() -> None:
        edit_project(world.actor("lead"), project.pk, version=1, fields={"is_public": False})

    talk = busy(lambda: add_comment(world.actor("stranger"), issue, body="Words"), NotFound)
    results = together(talk, talk, _later(project.pk, close))
    assert refused(results) == []
    assert after(project.pk, "project.edit", world.users["stranger"].pk) == []


def test_a_lead_who_is_demoted(world: World, make_project: MakeProject) -> None:
    project = make_project(dev="LEAD")
    issue = open_issue(world.actor("lead"), project.pk, title="Edited")
    dev = world.actor("dev")  # one actor for all: what it remembers must not count

    def edit() -> None:
        now = Issue.objects.select_related("project").get(pk=issue.pk)
        edit_issue(dev, now, version=now.version, fields={"title": f"Version {now.version}"}, merge=True)

    def demote() -> None:
        change_role(world.actor("lead"), project.pk, world.users["dev"].pk, "VIEWER")

    results = together(busy(edit, Forbidden), _later(project.pk, demote))
    assert refused(results) == []
    assert after(project.pk, "member.role", world.users["dev"].pk) == []


def test_a_project_that_is_archived(world: World, make_project: MakeProject) -> None:
    project = make_project(dev="DEVELOPER")

    def archive() -> None:
        edit_project(world.actor("lead"), project.pk, version=1, fields={"archived": True})

    create = busy(lambda: open_issue(world.actor("dev"), project.pk, title="New"), Archived)
    assert refused(together(create, create, _later(project.pk, archive))) == []
    assert after(project.pk, "project.archive", world.users["dev"].pk) == []


def test_a_user_who_is_deactivated(world: World, make_project: MakeProject) -> None:
    """Whatever they did stands in the ledger before their deactivation, in every project."""
    user = register(None, username="leaving", email="leaving@example.com", password=PASSWORD)
    projects = [make_project(leaving="DEVELOPER") for _ in range(3)]
    acts = [
        busy(lambda project=project: open_issue(Actor(user), project.pk, title="New"), NotSignedIn)  # type: ignore[misc]
        for project in projects
    ]

    def deactivate() -> None:
        deactivate_user(world.actor("operator"), user.pk)

    results = together(*acts, _later(projects[0].pk, deactivate))
    assert refused(results) == []
    # SQLite's writers ask again and again for the one lock, in no order: the deactivation may come last.
    if connection.vendor != "sqlite":
        assert max(results[:3]) < 200, "they were never stopped"
    last = Change.objects.get(verb="user.deactivate", data__user="leaving").pk
    assert not Change.objects.filter(actor=user, pk__gt=last).exists()
    with pytest.raises(NotSignedIn):
        open_issue(Actor(user), projects[0].pk, title="New")


def _later(project_id: int, act: Callable[[], Any]) -> Callable[[], Any]:
    """Waits until the others have written something."""

    def run() -> Any:
        begun = Change.objects.filter(head_id=project_id).count()
        while Change.objects.filter(head_id=project_id).count() < begun + 4:
            pass
        return act()

    return run


def test_a_name_is_given_to_one_user(world: World) -> None:
    names = ["Twin", "TWIN", "twin", "tWIN", "twIN", "TwIn"]
    results = together(
        *[
            lambda n=n: register(None, username=names[n], email=f"twin{n}@example.com", password=PASSWORD)  # type: ignore[misc]
            for n in range(len(names))
        ]
    )
    assert kinds(results) == [Taken] * 5
    assert User.objects.filter(username_canonical="twin").count() == 1


def test_a_member_is_added_once(world: World, make_project: MakeProject) -> None:
    project = make_project()
    results = together(*[lambda: add_member(world.actor("lead"), project.pk, identifier="viewer", role="VIEWER")] * 6)
    assert kinds(results) == [Taken] * 5

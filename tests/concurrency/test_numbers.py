"""Numbers are exactly 1 to n, whoever writes at the same time."""

from __future__ import annotations

import pytest

from accounts.actor import Actor
from accounts.models import Change, Head
from issues.models import Issue
from issues.services.opening import open_issue
from itms_site.errors import Taken
from projects.models import Project
from projects.services.projects import create_project
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import refused, together
from tests.world import World

WRITERS, EACH = 16, 50


def writer(actor: Actor, projects: list[Project], offset: int) -> list[int]:
    """Creates EACH issues, in the projects in turn."""
    made = []
    for step in range(EACH):
        project = projects[(offset + step) % len(projects)]
        made.append(open_issue(actor, project.pk, title=f"Issue {step}", labels=["bug"]).number)
    return made


@pytest.mark.parametrize("how_many", [1, 8])
def test_sixteen_writers(world: World, make_project: MakeProject, how_many: int) -> None:
    projects = [make_project(dev="DEVELOPER") for _ in range(how_many)]
    acts = [
        lambda n=n: writer(world.actor("dev" if n % 2 else "lead"), projects, n)  # type: ignore[misc]
        for n in range(WRITERS)
    ]
    results = together(*acts)
    assert refused(results) == []
    share = WRITERS * EACH // how_many
    for project in projects:
        numbers = sorted(Issue.objects.filter(project=project).values_list("number", flat=True))
        assert numbers == list(range(1, share + 1))
        head = Head.objects.get(pk=project.pk)
        assert (head.last_number, head.open_change) == (share, None)
        seqs = list(Change.objects.filter(head=head).order_by("pk").values_list("seq", flat=True))
        assert seqs == list(range(1, head.last_seq + 1)), "ids and seqs of one project rise together"


def test_refused_creates_leave_no_gap(world: World, make_project: MakeProject) -> None:
    project = make_project(dev="DEVELOPER")

    def half_wrong() -> None:
        for step in range(8):
            try:
                open_issue(world.actor("dev"), project.pk, title="Right" if step % 2 else "", labels=["bug"])
            except Exception:
                if step % 2:
                    raise

    assert refused(together(*[half_wrong] * 6)) == []
    numbers = sorted(Issue.objects.filter(project=project).values_list("number", flat=True))
    assert numbers == list(range(1, 25))


def test_one_key_is_given_to_one_project(world: World) -> None:
    results = together(*[lambda: create_project(world.actor("stranger"), key="WANTED", name="Mine")] * 6)
    assert [type(error) for error in refused(results)] == [Taken] * 5
    assert Project.objects.filter(key="WANTED").count() == 1
    assert not Head.objects.filter(project=None).exists()

"""The same request ten times at once acts once."""

from __future__ import annotations

from accounts.services.idempotency import once
from issues.models import Issue
from issues.services.opening import open_issue
from itms_site.errors import InFlight, Invalid
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import refused, together
from tests.world import World


def test_ten_twins(world: World, make_project: MakeProject) -> None:
    project = make_project()

    def request() -> int:
        actor = world.actor("lead")
        return once(
            actor,
            "key-of-ten-twins",
            "print",
            lambda: open_issue(actor, project.pk, title="Once").number,
            remember=lambda number: {"number": number},
            recall=lambda stored: int(stored["number"]),
        )

    results = together(*[request] * 10)
    assert all(result == 1 or isinstance(result, InFlight) for result in results), results
    assert 1 in results
    assert Issue.objects.filter(project=project).count() == 1


def test_twins_whose_act_is_refused(world: World, make_project: MakeProject) -> None:
    """None of them acts, each is told why: the first one's refusal leaves no key behind."""
    project = make_project()

    def request() -> int:
        actor = world.actor("lead")
        return once(
            actor,
            "key-of-refused-twins",
            "print",
            lambda: open_issue(actor, project.pk, title="").number,
            remember=lambda number: {"number": number},
            recall=lambda stored: int(stored["number"]),
        )

    results = together(*[request] * 6)
    assert {type(error) for error in refused(results)} <= {Invalid, InFlight}
    assert len(refused(results)) == 6


def test_different_keys_act_each(world: World, make_project: MakeProject) -> None:
    project = make_project()

    def request(n: int) -> int:
        actor = world.actor("lead")
        return once(
            actor,
            f"key-{n}",
            "print",
            lambda: open_issue(actor, project.pk, title="Each").number,
            remember=lambda number: {"number": number},
            recall=lambda stored: int(stored["number"]),
        )

    results = together(*[lambda n=n: request(n) for n in range(8)])  # type: ignore[misc]
    assert sorted(results) == list(range(1, 9))

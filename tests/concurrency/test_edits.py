"""No lost update: what was accepted is in the history, what was stale is refused or merged."""

from __future__ import annotations

from typing import Any

from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.services.commenting import add_comment, edit_comment
from issues.services.editing import edit_issue
from issues.services.labelling import put_label, take_off_label
from issues.services.opening import open_issue
from itms_site.errors import Stale
from projects.models import Project
from projects.services.labels import create_label
from projects.services.projects import edit_project
from tests.concurrency.conftest import MakeProject
from tests.concurrency.running import refused, together
from tests.world import World

EDITORS, EACH = 15, 10


def edits(world: World, key: str, name: str, *, merge: bool) -> list[tuple[str, int]]:
    """(title, version) of every edit that was accepted; each starts from what the editor sees."""
    accepted, stale = [], []
    for step in range(EACH):
        seen = get_issue(world.actor("lead"), key)
        title = f"{name} {step}"
        try:
            issue = edit_issue(world.actor("lead"), seen, version=seen.version, fields={"title": title}, merge=merge)
        except Stale as error:
            stale.append((tuple(error.colliding), error.current.version > seen.version))
        else:
            accepted.append((title, issue.version))
    assert set(stale) <= {(("title",), True)}
    return accepted


def check_history(issue: Issue, accepted: list[tuple[str, int]]) -> None:
    history = dict(issue.history.values_list("version", "title"))
    assert len({version for _title, version in accepted}) == len(accepted)
    for title, version in accepted:
        assert history.pop(version) == title
    assert set(history) == {1}, "every version but the first is an accepted edit"


def test_150_edits_of_one_issue(world: World, make_project: MakeProject) -> None:
    issue = open_issue(world.actor("lead"), make_project().pk, title="Contested")
    results = together(*[lambda n=n: edits(world, issue.key, f"Editor {n}", merge=False) for n in range(EDITORS)])  # type: ignore[misc]
    assert refused(results) == []
    accepted = [edit for result in results for edit in result]
    assert accepted
    check_history(issue, accepted)


def test_150_merging_edits_of_different_fields(world: World, make_project: MakeProject) -> None:
    """Fifteen writers of five fields, three to a field: a merge takes what nobody else touched since."""
    project = make_project()
    issue = open_issue(world.actor("lead"), project.pk, title="Contested")
    values: dict[str, list[str]] = {
        "title": [f"T{n}" for n in range(EACH)],
        "description": [f"D{n}" for n in range(EACH)],
        "priority": ["LOW", "HIGH"] * (EACH // 2),
        "type": ["BUG", "FEATURE"] * (EACH // 2),
        "due_date": [f"2030-01-{n + 10}" for n in range(EACH)],
    }

    def merging(field: str) -> list[tuple[str, str, int]]:
        accepted = []
        colliding: set[str] = set()
        for value in values[field]:
            seen = get_issue(world.actor("lead"), issue.key)
            if str(getattr(seen, field)) == value:
                continue  # whoever leaves a field as they saw it does not change it
            try:
                after = edit_issue(world.actor("lead"), seen, version=seen.version, fields={field: value}, merge=True)
            except Stale as error:
                colliding.update(error.colliding)
            else:
                accepted.append((field, value, after.version))
        assert colliding <= {field}
        return accepted

    fields = [field for field in values for _ in range(3)]
    results = together(*[lambda field=field: merging(field) for field in fields])  # type: ignore[misc]
    assert refused(results) == []
    history: dict[int, Any] = {row.version: row for row in issue.history.all()}
    for field, value, version in (edit for result in results for edit in result):
        assert str(getattr(history[version], field)) == value


def test_labels_commute(world: World, make_project: MakeProject) -> None:
    project = make_project()
    lead = world.actor("lead")
    names = [f"label {n}" for n in range(8)]
    for name in names:
        create_label(lead, project.pk, name=name)
    issue = open_issue(lead, project.pk, title="Contested", labels=["bug"])
    puts = [lambda name=name: put_label(world.actor("lead"), issue, name) for name in names]  # type: ignore[misc]
    results = together(*puts, lambda: take_off_label(world.actor("lead"), issue, "bug"))
    assert refused(results) == []
    now = get_issue(lead, issue.key)
    assert sorted(now.labels.values_list("name", flat=True)) == names
    assert now.version == 10


def test_comments_commute_and_their_edits_do_not(world: World, make_project: MakeProject) -> None:
    project = make_project()
    issue = open_issue(world.actor("lead"), project.pk, title="Talk")
    first = add_comment(world.actor("lead"), issue, body="First")
    results = together(*[lambda: add_comment(world.actor("stranger"), issue, body="Me too", parent=first.pk)] * 8)
    assert refused(results) == []
    assert first.replies.count() == 8
    results = together(
        *[lambda n=n: edit_comment(world.actor("lead"), first, version=1, body=f"Edit {n}") for n in range(8)]  # type: ignore[misc]
    )
    assert [type(error) for error in refused(results)] == [Stale] * 7


def test_one_edit_of_a_project_wins(world: World, make_project: MakeProject) -> None:
    project = make_project()

    def rename(n: int) -> Project:
        return edit_project(world.actor("lead"), project.pk, version=1, fields={"name": f"Name {n}", "key": f"KEY{n}"})

    results = together(*[lambda n=n: rename(n) for n in range(6)])  # type: ignore[misc]
    assert [type(error) for error in refused(results)] == [Stale] * 5
    (won,) = [result for result in results if isinstance(result, Project)]
    assert Project.objects.get(pk=project.pk).key == won.key

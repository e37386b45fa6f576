"""What `is:deleted` finds, alone and among others, and for whom."""

from __future__ import annotations

import pytest
from django.utils import timezone

from issues import search
from issues.selectors.listing import list_issues
from issues.services.deleting import delete_issue
from issues.services.deleting_project import delete_project
from tests.world import World


def found(world: World, name: str, text: str, *, key: str | None = "PUB") -> list[str]:
    actor = world.actor(name)
    project = world.projects[key] if key else None
    query = search.compile(search.parse(f"{text} sort:key"), actor, today=timezone.localdate(), project=project)
    return [issue.key for issue in list_issues(actor, query, project=project).items]


@pytest.fixture
def gone(world: World) -> World:
    for key in ("PUB-1", "PRIV-1"):
        issue = world.issue(key)
        delete_issue(world.actor("lead"), issue, version=issue.version)
    return world


@pytest.mark.parametrize(
    ("text", "lead", "dev"),
    [
        ("is:deleted", ["PUB-1"], []),
        ("is:deleted OR label:bug", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("label:bug OR is:deleted", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("is:deleted,open", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("(is:deleted OR label:bug) type:task", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("is:deleted OR Free", ["PUB-1"], []),
        ("is:deleted OR -label:bug", ["PUB-1"], []),
        ("is:deleted OR (label:bug type:task)", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("is:deleted is:open", ["PUB-1"], []),
        ("-is:deleted", ["PUB-2"], ["PUB-2"]),
        ("-is:deleted OR is:deleted", ["PUB-1", "PUB-2"], ["PUB-2"]),
        ("NOT (is:deleted OR label:ui)", ["PUB-2"], ["PUB-2"]),
    ],
)
def test_among_others(gone: World, text: str, lead: list[str], dev: list[str]) -> None:
    assert found(gone, "lead", text) == lead
    assert found(gone, "operator", text) == lead
    assert found(gone, "dev", text) == dev


def test_over_all_projects(gone: World) -> None:
    assert sorted(found(gone, "operator", "is:deleted", key=None)) == ["PRIV-1", "PUB-1"]
    assert sorted(found(gone, "lead", "is:deleted", key=None)) == ["PRIV-1", "PUB-1"]
    for name in ("dev", "viewer", "stranger", "leaver"):
        assert found(gone, name, "is:deleted", key=None) == [], name


def test_of_deleted_projects_nothing(gone: World) -> None:
    project = gone.projects["PRIV"]
    delete_project(gone.actor("lead"), project.pk, version=project.version)
    for name in ("operator", "lead"):
        assert found(gone, name, "is:deleted", key=None) == ["PUB-1"]
        assert "PRIV-2" not in found(gone, name, "is:deleted OR is:open", key=None)
        assert "PRIV-2" not in found(gone, name, "is:deleted,open,closed", key=None)

"""Whoever has read an issue before its project was deleted changes nothing in it after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.actor import Actor
from accounts.models import Change
from issues.models import Issue
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment
from issues.services.deleting import delete_issue
from issues.services.deleting_project import delete_project
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.errors import Conflict, NotFound
from tests.world import World

ACTS: dict[str, Callable[[Actor, Issue], object]] = {
    "edit": lambda actor, issue: edit_issue(actor, issue, version=issue.version, fields={"status": "CLOSED"}),
    "assign": lambda actor, issue: assign_issue(actor, issue, version=issue.version, assignee="dev"),
    "comment": lambda actor, issue: add_comment(actor, issue, body="Too late"),
    "delete": lambda actor, issue: delete_issue(actor, issue, version=issue.version),
    "create": lambda actor, issue: open_issue(actor, issue.project_id, title="Too late"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("who", "refusal"), [("lead", Conflict), ("operator", Conflict), ("stranger", NotFound)])
def test_it_is_refused(world: World, act: str, who: str, refusal: type[Exception]) -> None:
    issue, project = world.issue("PRIV-1"), world.projects["PRIV"]
    delete_project(world.actor("lead"), project.pk, version=project.version)
    changes = Change.objects.count()
    with pytest.raises(refusal):
        ACTS[act](world.actor(who), issue)
    assert Change.objects.count() == changes
    assert world.issue("PRIV-1").version == issue.version

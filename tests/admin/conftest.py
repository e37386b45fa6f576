"""The small cast, and somebody who leads a project of their own: `rival` with the private project RIVAL."""

from __future__ import annotations

import pytest

from accounts.services.tokens import create_token
from accounts.services.users import register
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from projects.services.labels import create_label
from projects.services.projects import create_project
from tests.world import PASSWORD, World


def furnish(world: World) -> World:
    world.users["rival"] = register(None, username="rival", email="rival@secret.example", password=PASSWORD)
    rival = world.actor("rival")
    project = world.projects["RIVAL"] = create_project(rival, key="RIVAL", name="Canary project", is_public=False)
    create_label(rival, project.pk, name="canary-label")
    issue = open_issue(rival, project.pk, title="Canary issue", description="Canary words")
    add_comment(rival, issue, body="Canary comment")
    add_comment(world.actor("dev"), world.issue("PUB-1"), body="A word.")
    add_comment(world.actor("dev"), world.issue("PRIV-1"), body="A private word.")
    create_token(world.actor("dev"), world.users["dev"], name="Of dev", can_write=False)
    return world


@pytest.fixture
def cast(world: World) -> World:
    return furnish(world)

"""PUB with several rows of everything, no two of them of the same people, labels or moments: what a page loads row by
row is then asked for more than once."""

from __future__ import annotations

import datetime

from accounts.services.tokens import create_token
from accounts.services.users import register
from issues.models import Comment
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment, edit_comment
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.saving_views import create_view
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project
from tests.world import PASSWORD, World

PEOPLE = ("ann", "bob", "cleo")


def crowd(world: World) -> list[Comment]:
    """PUB-3 to PUB-8, of and with each of PEOPLE and with two labels, each changed by another of them; the comments of
    PUB-1, answered and edited, which are returned."""
    lead, project = world.actor("lead"), world.projects["PUB"].pk
    for name in PEOPLE:
        world.users[name] = register(None, username=name, email=f"{name}@example.com", password=PASSWORD)
        add_member(lead, project, identifier=name, role="DEVELOPER")
        own = create_project(world.actor(name), key=name.upper(), name=f"Project of {name}", is_public=True)
        open_issue(world.actor(name), own.pk, title=f"Issue of {name}", assignee=name)
        create_label(lead, project, name=name)
        create_view(world.actor(name), project, name=f"View of {name}", query=f"label:{name}", is_shared=True)
        for kind in ("one", "other"):
            create_token(world.actor(name), world.users[name], name=f"The {kind} of {name}", can_write=True)
    said = []
    for n, name in enumerate(PEOPLE * 2):
        issue = open_issue(
            world.actor(name),
            project,
            title=f"Row {n}",
            description=f"See PUB-1 and PUB-{n + 2}, @{name}.",
            labels=[name, "bug"],
            due_date=datetime.date(2030, 1, 1 + n),
            priority=["LOW", "HIGH"][n % 2],
            type=["BUG", "TASK"][n % 2],
        )
        edit_issue(lead, issue, version=1, fields={"labels": ["ui", name]})
        assign_issue(lead, issue, version=2, assignee=name)
        first = world.issue("PUB-1")
        edited = edit_issue(lead, first, version=first.version, fields={"labels": [name], "title": f"No. {n}"})
        assign_issue(lead, first, version=edited.version, assignee=name)
        comment = add_comment(world.actor(name), first, body=f"Words of {name} about PUB-{n + 3}")
        add_comment(world.actor("lead"), first, body="An answer", parent=comment.pk)
        said.append(edit_comment(world.actor(name), comment, version=1, body=f"Other words of {name}"))
        add_comment(world.actor(name), issue, body="A word")
    return said

"""One small named cast, built through the services.

people    lead, dev, viewer, assignee (a Developer), leaver (was a Developer, removed), stranger, operator
projects  PUB public, PRIV private, OLD archived (public): the same members in each
issues    PUB-1 … : one open and unassigned by viewer, one assigned to `assignee`
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.actor import Actor
from accounts.models import User
from accounts.services.users import add_user, register
from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from projects.models import Project
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project, edit_project

PASSWORD = "correct horse 9"
PROJECTS = {"PUB": True, "PRIV": False, "OLD": True}  # and whether it is public
PEOPLE = ("lead", "dev", "viewer", "assignee", "leaver", "stranger")


@dataclass
class World:
    users: dict[str, User]
    projects: dict[str, Project]

    def actor(self, name: str, via: str = "web") -> Actor:
        """A fresh actor: nothing remembered from an earlier question."""
        return Actor(User.objects.get(pk=self.users[name].pk), via)

    def issue(self, key: str, by: str = "operator") -> Issue:
        """The issue as it is now."""
        return get_issue(self.actor(by), key, deleted_ok=True)

    @classmethod
    def present(cls) -> World:
        """The one that `make` put into the database."""
        users = {user.username: user for user in User.objects.filter(username__in=[*PEOPLE, "operator"])}
        return cls(users, {project.key: project for project in Project.objects.filter(key__in=PROJECTS)})

    @classmethod
    def make(cls) -> World:
        users = {name: register(None, username=name, email=f"{name}@example.com", password=PASSWORD) for name in PEOPLE}
        users["operator"] = add_user(
            Actor.system(), username="operator", email="operator@example.com", password=PASSWORD, operator=True
        )
        world = cls(users, {})
        for key, public in PROJECTS.items():
            world.projects[key] = world._project(key, public)
        old = world.projects["OLD"]
        world.projects["OLD"] = edit_project(
            world.actor("lead"), old.pk, version=old.version, fields={"archived": True}
        )
        return world

    def _project(self, key: str, public: bool) -> Project:
        lead = self.actor("lead")
        project = create_project(lead, key=key, name=f"Project {key}", is_public=public)
        for name, role in (
            ("dev", "DEVELOPER"),
            ("viewer", "VIEWER"),
            ("assignee", "DEVELOPER"),
            ("leaver", "DEVELOPER"),
        ):
            add_member(lead, project.pk, identifier=name, role=role)
        remove_member(lead, project.pk, self.users["leaver"].pk)
        create_label(lead, project.pk, name="bug", colour="#d73a4a")
        create_label(lead, project.pk, name="ui")
        open_issue(self.actor("viewer"), project.pk, title=f"Free issue of {key}", description="Nobody has it.")
        open_issue(lead, project.pk, title=f"Taken issue of {key}", assignee="assignee", labels=["bug"])
        return project

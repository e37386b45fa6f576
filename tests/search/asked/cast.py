"""A small tracker with dates that stand still, written through the services.

people    ana leads ABC, SEC and OLD; ben is a Developer of ABC, dora of SEC; carl and eve are members of nothing
projects  ABC public, called AAA before; SEC private; OLD public and archived
issues    by name: login export docs crash gone (ABC-1 … ABC-5, gone is deleted), secret (SEC-1), old (OLD-1)
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from accounts.services.ledger import recording
from accounts.services.users import register
from issues import search
from issues.models import Issue, IssueOldKey
from issues.rules import visible
from issues.selectors.detail import get_issue
from issues.services.commenting import add_comment, delete_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.models import Project
from projects.rules import visible_projects
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project, edit_project

TODAY = datetime.date(2026, 6, 17)  # a Wednesday
NAMES = {"ABC-1": "login", "ABC-2": "export", "ABC-3": "docs", "ABC-4": "crash", "ABC-5": "gone"}
NAMES |= {"SEC-1": "secret", "OLD-1": "old"}


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@dataclass
class Tracker:
    users: dict[str, User]
    projects: dict[str, Project]

    def actor(self, name: str | None) -> Actor:
        return Actor(self.users[name]) if name else Actor.system()

    def compile(self, query: str, by: str | None = "ana", project: str | None = None) -> search.Compiled:
        found = search.parse(query)
        return search.compile(found, self.actor(by), today=TODAY, project=self.projects[project] if project else None)

    def found(self, compiled: search.Compiled, by: str | None = "ana") -> list[str]:
        """Names of the issues that a list would show, one for each row."""
        actor = self.actor(by)
        scope = visible_projects(actor, "project__") if compiled.wants_deleted else visible(actor)
        rows = Issue.objects.filter(scope, compiled.where).select_related("project")
        return sorted(NAMES[issue.key] for issue in rows)

    def find(self, query: str, by: str | None = "ana", project: str | None = None) -> str:
        return " ".join(self.found(self.compile(query, by, project), by))

    @classmethod
    def make(cls) -> Tracker:
        users = {
            name: register(None, username=name, email=f"{name}@example.com", password="correct horse 9")
            for name in ("ana", "ben", "carl", "dora", "eve")
        }
        tracker = cls(users, {})
        for key, public in (("AAA", True), ("SEC", False), ("OLD", True)):
            tracker.projects[key] = create_project(
                tracker.actor("ana"), key=key, name=f"Project {key}", is_public=public
            )
        tracker._open()
        tracker._settle()
        return tracker

    def _open(self) -> None:
        ana, abc = self.actor("ana"), self.projects["AAA"].pk
        add_member(ana, abc, identifier="ben", role="DEVELOPER")
        add_member(ana, self.projects["SEC"].pk, identifier="dora", role="DEVELOPER")
        for name in ("bug", "ui", "good first issue"):
            create_label(ana, abc, name=name)
        create_label(ana, self.projects["SEC"].pk, name="hush")
        open_issue(
            ana, abc, title="Login fails for ÄRGER names", type="BUG", priority="CRITICAL", assignee="ben",
            description="Mail @ben about it.\n100% sure, see C:\\temp_dir", labels=["bug", "ui"],
            due_date="2026-06-10", at=moment("2026-01-10T12:00"),
        )  # fmt: skip
        open_issue(
            self.actor("ben"), abc, title="Export to CSV in utf-8", type="FEATURE", priority="HIGH", assignee="ben",
            description="Not for x@ana.example", labels=["UI"], due_date="2026-06-20",
            at=moment("2026-03-01T00:30"),
        )  # fmt: skip
        open_issue(ana, abc, title="Write the docs", at=moment("2026-06-01T12:00"))
        open_issue(
            ana, abc, title="Crash on start", type="BUG", priority="LOW", assignee="ben",
            labels=["good first issue"], at=moment("2026-06-14T12:00"),
        )  # fmt: skip
        open_issue(ana, abc, title="Gone for good", type="BUG", labels=["bug"], at=moment("2026-06-15T12:00"))
        open_issue(
            ana, self.projects["SEC"].pk, title="Secret plan", assignee="ana", labels=["hush"],
            description="@ana @carl @dora", due_date="2026-06-16", at=moment("2026-06-02T12:00"),
        )  # fmt: skip
        open_issue(ana, self.projects["OLD"].pk, title="Old login idea", type="OTHER", at=moment("2025-05-05T12:00"))

    def _settle(self) -> None:
        ana, carl = self.actor("ana"), self.actor("carl")
        self._edit("AAA-2", "2026-03-02T12:00", status="IN_PROGRESS")
        self._edit("AAA-3", "2026-06-03T12:00", status="RESOLVED")
        self._edit("AAA-4", "2026-06-16T12:00", status="CLOSED")
        add_comment(carl, get_issue(carl, "AAA-2"), body="Also needs XLSX, says @Ana", at=moment("2026-03-03T12:00"))
        add_comment(carl, get_issue(carl, "AAA-2"), body="and XLSX again", at=moment("2026-03-04T12:00"))
        zebra = add_comment(carl, get_issue(carl, "AAA-3"), body="zebra @ben")
        delete_comment(carl, zebra, version=1)
        delete_issue(ana, get_issue(ana, "AAA-5"), version=1, at=moment("2026-06-16T12:00"))
        self._remember("AAA-2", "JIRA-77")
        abc, old = self.projects.pop("AAA"), self.projects["OLD"]
        self.projects["ABC"] = edit_project(ana, abc.pk, version=abc.version, fields={"key": "ABC"})
        self.projects["OLD"] = edit_project(ana, old.pk, version=old.version, fields={"archived": True})

    def _remember(self, key: str, old_key: str) -> None:
        issue = get_issue(self.actor("ana"), key)
        with transaction.atomic(), recording(self.actor("ana"), "issue.import", issue.project_id) as record:
            assert record.change
            IssueOldKey.objects.create(project=issue.project, key=old_key, issue=issue)

    def _edit(self, key: str, at: str, **fields: str) -> None:
        ana = self.actor("ana")
        issue = get_issue(ana, key)
        edit_issue(ana, issue, version=issue.version, fields=fields, at=moment(at))

"""What product.md says, as a small program in memory: it knows no database and nothing of the services.

Every method is an act; it changes the state, or raises the class of error that the act is refused with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from itms_site.errors import (
    Archived,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    LastLead,
    NotFound,
    NotSignedIn,
    Stale,
    Taken,
    VersionRequired,
)

OPERATOR = "operator"
TRANSITIONS = {
    "OPEN": {"IN_PROGRESS", "RESOLVED", "CLOSED"},
    "IN_PROGRESS": {"OPEN", "RESOLVED", "CLOSED"},
    "RESOLVED": {"CLOSED", "OPEN", "IN_PROGRESS"},
    "CLOSED": {"OPEN"},
}
RANK = {"VIEWER": 1, "DEVELOPER": 2, "LEAD": 3}
State = dict[str, Any]


@dataclass
class Thing:
    """What has versions: `now` is the present state, `past[n]` that of version n + 1."""

    now: State
    past: list[State] = field(default_factory=list)
    deleted: bool = False

    def __post_init__(self) -> None:
        self.past.append(dict(self.now))

    @property
    def version(self) -> int:
        return len(self.past)

    def write(self, **changed: Any) -> None:
        self.now.update(changed)
        self.past.append(dict(self.now))

    def settle(self, version: int | None, wanted: State, *, merge: bool = False) -> State:
        """What of `wanted` is to be written. Raises VersionRequired, Stale."""
        if version is None:
            raise VersionRequired
        if version == self.version:
            return {name: value for name, value in wanted.items() if self.now[name] != value}
        if not (merge and 1 <= version < self.version):
            raise Stale(self, version, [])
        base = self.past[version - 1]
        mine = {name: value for name, value in wanted.items() if base[name] != value}
        for name, value in mine.items():
            if self.now[name] not in (base[name], value):
                raise Stale(self, version, [])
        return {name: value for name, value in mine.items() if self.now[name] != value}


@dataclass
class Issue(Thing):
    project: Project = None  # type: ignore[assignment]
    number: int = 0
    reporter: str = ""


@dataclass
class Comment(Thing):
    issue: Issue = None  # type: ignore[assignment]
    author: str = ""
    parent: Comment | None = None


@dataclass
class Project(Thing):
    key: str = ""
    members: dict[str, str] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    acts: int = 1

    @property
    def archived(self) -> bool:
        return bool(self.now["archived"])


class Reference:
    def __init__(self, people: tuple[str, ...]) -> None:
        self.active = dict.fromkeys(people, True)
        self.projects: list[Project] = []

    # Who may

    def sees(self, who: str, project: Project) -> bool:
        return who == OPERATOR or bool(project.now["is_public"]) or who in project.members

    def leads(self, who: str, project: Project) -> bool:
        return who == OPERATOR or project.members.get(who) == "LEAD"

    def enter(self, who: str, project: Project, issue: Issue | None = None, *, deleted_ok: bool = False) -> None:
        if not self.active[who]:
            raise NotSignedIn
        if not self.sees(who, project):
            raise NotFound
        if project.deleted and not (deleted_ok and issue is None):
            raise Conflict
        if issue is not None and issue.deleted and not deleted_ok:
            raise Gone("", None, None)

    def writable(self, project: Project) -> None:
        if project.archived:
            raise Archived

    def lead_only(self, who: str, project: Project) -> None:
        if not self.leads(who, project):
            raise Forbidden

    def keeps_a_lead(self, project: Project, without: str) -> None:
        if not project.deleted and not self.active_leads(project) - {without}:
            raise LastLead

    def active_leads(self, project: Project) -> set[str]:
        return {who for who, role in project.members.items() if role == "LEAD" and self.active[who]}

    # Projects

    def create_project(self, who: str, key: str, is_public: bool) -> None:
        if not self.active[who]:
            raise NotSignedIn
        if any(project.key == key for project in self.projects):
            raise Taken("key", "")
        now = {"name": key, "is_public": is_public, "archived": False}
        self.projects.append(Project(now, key=key, members={who: "LEAD"}))

    def edit_project(self, who: str, project: Project, version: int | None, fields: State) -> None:
        self.enter(who, project)
        self.lead_only(who, project)
        changed = project.settle(version, fields)
        if not changed:
            return
        if not (project.archived and changed.get("archived") is False):
            self.writable(project)
        project.write(**changed)
        project.acts += 1

    def delete_project(self, who: str, project: Project, version: int | None) -> None:
        self.enter(who, project)
        self.lead_only(who, project)
        project.settle(version, {})
        project.deleted = True
        project.write()
        project.acts += 1

    def restore_project(self, who: str, project: Project) -> None:
        self.enter(who, project, deleted_ok=True)
        self.lead_only(who, project)
        if not project.deleted:
            return
        if not self.active_leads(project):
            raise LastLead
        project.deleted = False
        project.write()
        project.acts += 1

    # Members

    def add_member(self, who: str, project: Project, whom: str, role: str) -> None:
        self.enter(who, project)
        self.lead_only(who, project)
        self.writable(project)
        if not self.active[whom]:
            raise Invalid
        if whom in project.members:
            raise Taken("identifier", "")
        project.members[whom] = role
        project.acts += 1

    def change_role(self, who: str, project: Project, whom: str, role: str) -> None:
        self.enter(who, project)
        self.lead_only(who, project)
        if whom not in project.members:
            raise NotFound
        old = project.members[whom]
        if old == role:
            return
        if RANK[role] > RANK[old]:
            self.writable(project)
        if old == "LEAD":
            self.keeps_a_lead(project, without=whom)
        if role == "VIEWER":
            self._unassign(project, whom)
        project.members[whom] = role
        project.acts += 1

    def remove_member(self, who: str, project: Project, whom: str) -> None:
        self.enter(who, project)
        if who != whom:
            self.lead_only(who, project)
        if whom not in project.members:
            raise NotFound
        if project.members[whom] == "LEAD":
            self.keeps_a_lead(project, without=whom)
        self._unassign(project, whom)
        del project.members[whom]
        project.acts += 1

    def _unassign(self, project: Project, whom: str) -> None:
        for issue in project.issues:
            if issue.now["assignee"] == whom:
                issue.write(assignee=None)

    def deactivate(self, who: str, whom: str) -> None:
        if who != OPERATOR:
            raise Forbidden
        if not self.active[whom]:
            return
        if any(not project.deleted and self.active_leads(project) == {whom} for project in self.projects):
            raise LastLead
        if whom == OPERATOR:
            raise Forbidden
        self.active[whom] = False

    def activate(self, who: str, whom: str) -> None:
        if who != OPERATOR:
            raise Forbidden
        self.active[whom] = True

    # Labels

    def create_label(self, who: str, project: Project, name: str) -> None:
        self.enter(who, project)
        self.lead_only(who, project)
        self.writable(project)
        if name in project.labels:
            raise Taken("name", "")
        project.labels.add(name)
        project.acts += 1

    def delete_label(self, who: str, project: Project, name: str, into: str | None = None) -> None:
        """`into`: merged into that one."""
        self.enter(who, project)
        self.lead_only(who, project)
        self.writable(project)
        if into == name:
            raise Invalid
        for issue in project.issues:
            if name in issue.now["labels"]:
                issue.write(labels=(issue.now["labels"] - {name}) | ({into} if into else set()))
        project.labels.discard(name)
        project.acts += 1

    # Issues

    def open_issue(self, who: str, project: Project, title: str, assignee: str | None, labels: frozenset[str]) -> None:
        self.enter(who, project)
        if who != OPERATOR and who not in project.members:
            raise Forbidden
        works = project.members.get(who) in ("LEAD", "DEVELOPER")
        if assignee and not (self.leads(who, project) or (assignee == who and works)):
            raise Forbidden
        self.writable(project)
        if assignee:
            self._can_work(project, assignee)
        if not labels <= project.labels or not title:
            raise Invalid
        now = {
            "title": title,
            "description": "",
            "status": "OPEN",
            "priority": "MEDIUM",
            "assignee": assignee,
            "labels": labels,
        }
        project.issues.append(Issue(now, project=project, number=len(project.issues) + 1, reporter=who))
        project.acts += 1

    def _can_work(self, project: Project, whom: str) -> None:
        if project.members.get(whom) not in ("LEAD", "DEVELOPER") or not self.active[whom]:
            raise Invalid

    def _may_edit(self, who: str, issue: Issue, names: set[str]) -> bool:
        project = issue.project
        if self.leads(who, project):
            return True
        if issue.now["assignee"] == who:
            return True
        untouched = issue.now["status"] == "OPEN" and issue.now["assignee"] is None
        own = issue.reporter == who and who in project.members
        return own and untouched and names <= {"title", "description"}

    def edit_issue(self, who: str, issue: Issue, version: int | None, fields: State, *, merge: bool) -> None:
        self.enter(who, issue.project, issue)
        against = issue.now
        if merge and version is not None and 1 <= version < issue.version:
            against = issue.past[version - 1]
        touched = {name for name, value in fields.items() if against[name] != value} or set(fields)
        if not self._may_edit(who, issue, touched):
            raise Forbidden
        changed = issue.settle(version, fields, merge=merge)
        if not changed:
            return
        self.writable(issue.project)
        if not changed.get("labels", frozenset()) <= issue.project.labels or changed.get("title") == "":
            raise Invalid
        if "status" in changed and changed["status"] not in TRANSITIONS[issue.now["status"]]:
            raise Invalid
        issue.write(**changed)
        issue.project.acts += 1

    def assign(self, who: str, issue: Issue, version: int | None, whom: str | None) -> None:
        self.enter(who, issue.project, issue)
        now, works = issue.now["assignee"], issue.project.members.get(who) in ("LEAD", "DEVELOPER")
        taking = now is None and whom == who
        own = now == who and whom in (None, who)
        if not (self.leads(who, issue.project) or (works and (taking or own))):
            raise Forbidden
        if not issue.settle(version, {"assignee": whom}):
            return
        self.writable(issue.project)
        if whom:
            self._can_work(issue.project, whom)
        issue.write(assignee=whom)
        issue.project.acts += 1

    def label(self, who: str, issue: Issue, name: str, *, on: bool) -> None:
        self.enter(who, issue.project, issue)
        if name not in issue.project.labels:
            raise NotFound
        if not self._may_edit(who, issue, {"labels"}):
            raise Forbidden
        wanted = issue.now["labels"] | {name} if on else issue.now["labels"] - {name}
        if wanted == issue.now["labels"]:
            return
        self.writable(issue.project)
        issue.write(labels=wanted)
        issue.project.acts += 1

    def delete_issue(self, who: str, issue: Issue, version: int | None) -> None:
        self.enter(who, issue.project, issue)
        self.lead_only(who, issue.project)
        issue.settle(version, {})
        self.writable(issue.project)
        issue.deleted = True
        issue.write()
        issue.project.acts += 1

    def restore_issue(self, who: str, issue: Issue) -> None:
        self.enter(who, issue.project, issue, deleted_ok=True)
        self.lead_only(who, issue.project)
        if not issue.deleted:
            return
        self.writable(issue.project)
        issue.deleted = False
        issue.write()
        issue.project.acts += 1

    # Comments

    def add_comment(self, who: str, issue: Issue, body: str, parent: Comment | None) -> None:
        self.enter(who, issue.project, issue)
        self.writable(issue.project)
        if parent is not None and (parent.issue is not issue or parent.parent is not None):
            raise Invalid
        if not body.strip():
            raise Invalid
        issue.project.comments.append(Comment({"body": body.strip()}, issue=issue, author=who, parent=parent))
        issue.project.acts += 1

    def edit_comment(self, who: str, comment: Comment, version: int | None, body: str) -> None:
        self.enter(who, comment.issue.project, comment.issue)
        if comment.deleted:
            raise Gone("", None, None)
        if comment.author != who:
            raise Forbidden
        changed = comment.settle(version, {"body": body.strip()})
        if not changed:
            return
        self.writable(comment.issue.project)
        if not body.strip():
            raise Invalid
        comment.write(**changed)
        comment.issue.project.acts += 1

    def delete_comment(self, who: str, comment: Comment, version: int | None) -> None:
        self.enter(who, comment.issue.project, comment.issue)
        if comment.deleted:
            raise Gone("", None, None)
        if comment.author != who and not self.leads(who, comment.issue.project):
            raise Forbidden
        comment.settle(version, {})
        self.writable(comment.issue.project)
        comment.deleted = True
        comment.write()
        comment.issue.project.acts += 1

    def issues(self) -> Iterator[Issue]:
        for project in self.projects:
            yield from project.issues


Act = Callable[[], object]

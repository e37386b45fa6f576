"""Plays the demo: people, projects and what they did, act by act through the ordinary services, in the past.

The file (fixtures/demo.json) says when as `day`, days before the moment of playing, so the demo is never old:

    people    [{username, email, first_name, last_name, time_zone, password?}]
    projects  [{key, name, description, is_public, created_by, day, members, labels, acts}]
    acts      [{day, by, do, …}]   do: open, status, edit, assign, comment, edit_comment, delete

All rules hold: whoever could not do an act on the web cannot do it here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from accounts.actor import Actor
from accounts.models import User, Via
from accounts.services.users import add_demo_user
from issues.models import Comment, Issue
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment, edit_comment
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.importing import replay
from issues.services.opening import open_issue
from itms_site.errors import ItmsError
from itms_site.retry import transactional
from projects.models import Project
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project

Json = dict[str, Any]
Act = Callable[[], None]
Progress = Callable[[list[Act]], Iterable[Act]]


class DemoError(Exception):
    """An act of the file is refused. Says which and why."""


@transactional
def play(demo: Json, now: datetime.datetime, *, progress: Progress = iter) -> dict[str, int]:
    """All of it or nothing; returns {people, projects, issues, comments}.

    Raises DemoError, and Forbidden where DEBUG is off."""
    player = _Player(now)
    acts = player.acts(demo)
    for act in progress(acts):
        act()
    return {
        "people": len(player.people),
        "projects": len(player.projects),
        "issues": len(player.issues),
        "comments": len(player.comments),
    }


class _Player:
    def __init__(self, now: datetime.datetime) -> None:
        self.now = now
        self.system = Actor.system(Via.COMMAND)
        self.people: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.comments: dict[str, Comment] = {}

    def acts(self, demo: Json) -> list[Act]:
        """Everything, in the order of its time across all projects."""
        first = max(project["day"] for project in demo["projects"]) + 1
        timed: list[tuple[float, Act]] = [(first, partial(self._person, person, first)) for person in demo["people"]]
        for project in demo["projects"]:
            timed += self._founding(project)
            timed += [(act["day"], partial(self._play, project, act)) for act in project["acts"]]
        return [act for _, act in sorted(timed, key=lambda pair: -pair[0])]

    def _founding(self, project: Json) -> Iterator[tuple[float, Act]]:
        """The project, then its members and labels, each a minute after the other."""
        yield project["day"], partial(self._project, project)
        parts = [member for member in project["members"] if member["username"] != project["created_by"]]
        for number, part in enumerate([*parts, *project["labels"]], start=1):
            day = project["day"] - number / (24 * 60)
            yield day, partial(self._part, project, part, day)

    def _person(self, person: Json, day: float) -> None:
        names = ("username", "email", "first_name", "last_name", "time_zone")
        self.people[person["username"]] = add_demo_user(
            self.system,
            password=person.get("password"),
            at=self._at(day),
            **{name: person[name] for name in names},
        )

    def _project(self, project: Json) -> None:
        self.projects[project["key"]] = self._in(
            project["created_by"],
            project["day"],
            create_project,
            **{name: project[name] for name in ("key", "name", "description", "is_public")},
        )

    def _part(self, project: Json, part: Json, day: float) -> None:
        by, project_id = project["created_by"], self.projects[project["key"]].pk
        if "role" in part:
            self._in(by, day, add_member, project_id, identifier=part["username"], role=part["role"])
        else:
            self._in(by, day, create_label, project_id, name=part["name"], colour=part["colour"])

    def _play(self, project: Json, act: Json) -> None:
        does = {
            "open": self._open,
            "status": self._status,
            "edit": self._edit,
            "assign": self._assign,
            "delete": self._delete,
            "comment": self._comment,
            "edit_comment": self._edit_comment,
        }
        try:
            does[act["do"]](project, act)
        except (ItmsError, KeyError) as error:
            what = f"{project['key']} day {act['day']}: {act['by']} cannot {act['do']} {act.get('ref', '')}"
            raise DemoError(f"{what.strip()}: {error}") from error

    def _open(self, project: Json, act: Json) -> None:
        names = ("title", "description", "type", "priority", "assignee", "labels")
        self.issues[act["ref"]] = self._in(
            act["by"],
            act["day"],
            open_issue,
            self.projects[project["key"]].pk,
            due_date=self._due(act["due_in_days"]),
            **{name: act[name] for name in names},
        )

    def _status(self, project: Json, act: Json) -> None:
        self._write(act, {"status": act["to"]})

    def _edit(self, project: Json, act: Json) -> None:
        fields = dict(act["set"])
        if "due_in_days" in fields:
            fields["due_date"] = self._due(fields.pop("due_in_days"))
        self._write(act, fields)

    def _write(self, act: Json, fields: Json) -> None:
        issue = self.issues[act["ref"]]
        self.issues[act["ref"]] = self._in(
            act["by"], act["day"], edit_issue, issue, version=issue.version, fields=fields
        )

    def _assign(self, project: Json, act: Json) -> None:
        issue = self.issues[act["ref"]]
        self.issues[act["ref"]] = self._in(
            act["by"], act["day"], assign_issue, issue, version=issue.version, assignee=act["to"]
        )

    def _delete(self, project: Json, act: Json) -> None:
        issue = self.issues[act["ref"]]
        self.issues[act["ref"]] = self._in(act["by"], act["day"], delete_issue, issue, version=issue.version)

    def _comment(self, project: Json, act: Json) -> None:
        parent = self.comments[act["parent"]].pk if act["parent"] else None
        self.comments[act["id"]] = self._in(
            act["by"], act["day"], add_comment, self.issues[act["ref"]], body=act["body"], parent=parent
        )

    def _edit_comment(self, project: Json, act: Json) -> None:
        comment = self.comments[act["id"]]
        self.comments[act["id"]] = self._in(
            act["by"], act["day"], edit_comment, comment, version=comment.version, body=act["body"]
        )

    def _in(self, username: str, day: float, service: Callable[..., Any], *args: Any, **words: Any) -> Any:
        actor = Actor(self.people[username], Via.COMMAND)
        return replay(self.system, service, actor, *args, at=self._at(day), data={"demo": True}, **words)

    def _at(self, day: float) -> datetime.datetime:
        return self.now - datetime.timedelta(days=day)

    def _due(self, days: int | None) -> str | None:
        return (self.now + datetime.timedelta(days=days)).date().isoformat() if days is not None else None

"""The life of one issue in bulk data: what it is born with, and what each act changes in it. Every act changes
something, and the rules of issues/rules.py hold at each step."""

from __future__ import annotations

import random
from collections.abc import Callable

from issues.models import OPEN_STATUSES, PRIORITY_RANK, Priority, Status, Type
from issues.services.bulk_plan import DAY, ProjectPlan, stamp
from issues.services.bulk_texts import Texts, mixed
from projects.roles import ASSIGNABLE, Role

NEXT = {
    Status.OPEN: ((Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED), (6, 2, 2)),
    Status.IN_PROGRESS: ((Status.OPEN, Status.RESOLVED, Status.CLOSED), (2, 5, 3)),
    Status.RESOLVED: ((Status.OPEN, Status.IN_PROGRESS, Status.CLOSED), (2, 1, 7)),
    Status.CLOSED: ((Status.OPEN,), (1,)),
}
ACTS = ("status", "assignee", "labels", "priority", "description", "title", "due_date", "type")
OFTEN = (36, 20, 15, 10, 7, 5, 4, 3)


class Cast:
    """Who acts in one project, and the dice. Ids, not indices."""

    def __init__(self, project: ProjectPlan, first_user: int, label_ids: list[int], texts: Texts) -> None:
        self.rng = random.Random(f"{texts.seed} stories {project.index}")
        self.texts, self.label_ids, self.index = texts, label_ids, project.index
        self.everyone = [first_user + user for user, _ in project.members]
        self.leads = [first_user + user for user, role in project.members if role == Role.LEAD]
        self.workers = [first_user + user for user, role in project.members if role in ASSIGNABLE]


class Story:
    """One issue as it is now. Texts are kept as the number that they are made from."""

    __slots__ = (
        "assignee", "change", "closed_at", "created_at", "deleted_at", "deleted_by", "description", "due_date", "id",
        "labels", "left", "number", "priority", "reporter", "status", "title", "top_comment", "type", "updated_at",
        "version",
    )  # fmt: skip

    def __init__(self, cast: Cast, pk: int, number: int, left: int, moment: int, change: int) -> None:
        rng = cast.rng
        self.id, self.number, self.left, self.version, self.change = pk, number, left, 1, change
        self.title = self.description = mixed(cast.index, number)
        self.type = rng.choices(Type.values, (40, 20, 30, 10))[0]
        self.priority = rng.choices(Priority.values, (25, 50, 20, 5))[0]
        self.status: str = Status.OPEN.value
        self.reporter = rng.choice(cast.everyone)
        self.assignee: int | None = None
        if rng.random() < 0.4:
            # A Lead names anyone, a Developer only themself, a Viewer nobody.
            if self.reporter in cast.leads:
                self.assignee = rng.choice(cast.workers)
            elif self.reporter in cast.workers:
                self.assignee = self.reporter
        self.due_date = stamp(moment + rng.randrange(7, 90) * DAY)[:10] if rng.random() < 0.2 else None
        self.labels = sorted(
            rng.sample(cast.label_ids, min(len(cast.label_ids), rng.choices(range(5), (1, 2, 4, 2, 1))[0]))
        )
        self.created_at = self.updated_at = stamp(moment)
        self.closed_at: str | None = None
        self.deleted_at: str | None = None
        self.deleted_by: int | None = None
        self.top_comment = 0

    def act(self, cast: Cast, moment: int, change: int, *, may_die: bool) -> tuple[int, str, str]:
        """Goes one version on. Returns who acted, the verb and the mark of the history row."""
        rng = cast.rng
        actor = self.assignee if self.assignee and rng.random() < 0.5 else rng.choice(cast.leads)
        self.version, self.change, self.updated_at = self.version + 1, change, stamp(moment)
        if may_die and self.left == 0 and rng.random() < 0.01:
            self.deleted_at, self.deleted_by = self.updated_at, rng.choice(cast.leads)
            return self.deleted_by, "issue.delete", "-"
        act = rng.choices(ACTS, OFTEN)[0]
        if act == "status" and (self.status != Status.CLOSED or rng.random() < 0.2):
            choices, often = NEXT[Status(self.status)]
            self.status = rng.choices(choices, often)[0].value
            self.closed_at = self.updated_at if self.status == Status.CLOSED else None
            return actor, "issue.transition", "~"
        if act == "assignee" and (actor in cast.leads or self.assignee == actor):
            return actor, self._assign(cast, actor), "~"
        self._edit(cast, act, moment)
        return actor, "issue.edit", "~"

    def _assign(self, cast: Cast, actor: int) -> str:
        others = [user for user in cast.workers if user != self.assignee]
        if actor not in cast.leads or not others or (self.assignee and cast.rng.random() < 0.2):
            self.assignee = None if self.assignee else others[0]
        else:
            self.assignee = cast.rng.choice(others)
        return "issue.assign" if self.assignee else "issue.unassign"

    def _edit(self, cast: Cast, act: str, moment: int) -> None:
        rng = cast.rng
        match act:
            case "labels":
                # About two stay: the more there are, the sooner one is taken off.
                off = rng.random() < len(self.labels) / 4
                pool = self.labels if off else [pk for pk in cast.label_ids if pk not in self.labels]
                self.labels = sorted(set(self.labels) ^ {rng.choice(pool)})
            case "priority":
                self.priority = rng.choice([value for value in Priority.values if value != self.priority])
            case "type":
                self.type = rng.choice([value for value in Type.values if value != self.type])
            case "title":
                self.title = self._other(cast.texts.title, self.title)
            case "due_date" if self.due_date is None:
                self.due_date = stamp(moment + rng.randrange(7, 90) * DAY)[:10]
            case "due_date":
                self.due_date = None
            case _:
                self.description = self._other(cast.texts.description, self.description)

    def _other(self, text: Callable[[int], str], key: int) -> int:
        """The next number whose text is another one."""
        new = mixed(key)
        while text(new) == text(key):
            new = mixed(new)
        return new

    def row(self, texts: Texts, project: int) -> tuple[object, ...]:
        """In the order of ISSUE_COLUMNS."""
        return (
            self.id, self.change, self.version, project, self.number, texts.title(self.title),
            texts.description(self.description), self.type, self.status, self.priority,
            PRIORITY_RANK[Priority(self.priority)], int(self.status in OPEN_STATUSES), self.reporter, self.assignee,
            self.due_date, self.created_at, self.updated_at, self.closed_at, self.deleted_at, self.deleted_by,
        )  # fmt: skip


ISSUE_COLUMNS = (
    "id", "change_id", "version", "project_id", "number", "title", "description", "type", "status", "priority",
    "priority_rank", "is_open", "reporter_id", "assignee_id", "due_date", "created_at", "updated_at", "closed_at",
    "deleted_at", "deleted_by_id",
)  # fmt: skip

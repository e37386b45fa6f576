"""What bulk data is made of, decided before anything is written: the same sizes and seed give the same plan.

Issues are spread over the projects by Zipf's law, but one project has exactly a tenth of them. In that project
every fiftieth issue belongs to the detail set: exactly 20 comments and 15 changes each."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from projects.roles import Role

BEGIN = datetime(2023, 1, 1, tzinfo=UTC)
SPAN = 3 * 365 * 86_400 * 1_000_000  # three years in microseconds
HOUR = 3_600 * 1_000_000
DAY = 24 * HOUR
DETAIL_STEP, DETAIL_COMMENTS, DETAIL_CHANGES = 50, 20, 15
EVERYWHERE = 20
CREATE, COMMENT, CHANGE = 0, 1, 2


@dataclass(frozen=True)
class Sizes:
    """comments, changes: in all, over all issues; changes without the creations. Raises ValueError."""

    projects: int
    users: int
    issues: int
    comments: int
    changes: int
    seed: int

    def __post_init__(self) -> None:
        for name, least in (("projects", 1), ("users", 1), ("issues", self.projects), ("comments", 0), ("changes", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; write at least {least}.")


@dataclass
class ProjectPlan:
    """members   (index of the user, role); the first is the Lead that creates the project
    comments, changes   how many each issue gets, by number - 1
    detail    the numbers of its detail set"""

    index: int
    key: str
    name: str
    description: str
    is_public: bool
    members: list[tuple[int, str]]
    comments: array[int]
    changes: array[int]
    detail: range = field(default_factory=lambda: range(0))

    @property
    def issues(self) -> int:
        return len(self.comments)

    @property
    def acts(self) -> int:
        """Changes on issues and comments, creations included."""
        return self.issues + sum(self.comments) + sum(self.changes)


def plan(sizes: Sizes, words: dict[str, Any]) -> list[ProjectPlan]:
    rng = random.Random(f"{sizes.seed} plan")
    counts, tenth = _issues_of_projects(sizes)
    detail = _detail(sizes, counts[tenth])
    drawn = [
        _drawn(sizes.comments - len(detail) * DETAIL_COMMENTS, sizes.issues - len(detail), rng),
        _drawn(sizes.changes - len(detail) * DETAIL_CHANGES, sizes.issues - len(detail), rng),
    ]
    plans, begin = [], 0
    for index, count in enumerate(counts):
        own = detail if index == tenth else range(0)
        end = begin + count - len(own)
        comments, changes = (
            _with_detail(column[begin:end], own, exact)
            for column, exact in zip(drawn, (DETAIL_COMMENTS, DETAIL_CHANGES), strict=True)
        )
        begin = end
        name, round_ = words["projects"][index % len(words["projects"])], index // len(words["projects"])
        plans.append(
            ProjectPlan(
                index=index,
                key=f"{name.upper()}{round_ + 1 if round_ else ''}",
                name=f"{name} {round_ + 1}" if round_ else name,
                description=f"Everything about {words['purposes'][index % len(words['purposes'])]}.",
                is_public=index % 4 != 3,
                members=_members(sizes.users, rng),
                comments=comments,
                changes=changes,
                detail=own,
            )
        )
    return plans


def _issues_of_projects(sizes: Sizes) -> tuple[list[int], int]:
    """How many issues each project gets, and the position of the one with exactly a tenth (the third, if there is
    one: its natural place)."""
    if sizes.projects == 1:
        return [sizes.issues], 0
    tenth = min(2, sizes.projects - 1)
    exact = max(1, sizes.issues // 10)
    others = sizes.projects - 1
    weights = [1 / rank for rank in range(1, sizes.projects + 1) if rank != tenth + 1]
    free = sizes.issues - exact - others
    if free < 0:
        return [sizes.issues - others, *[1] * others], 1
    counts = [1 + int(free * weight / sum(weights)) for weight in weights]
    counts[0] += sizes.issues - exact - sum(counts)
    return [*counts[:tenth], exact, *counts[tenth:]], tenth


def _detail(sizes: Sizes, count: int) -> range:
    """At most half of all comments and changes may go into the set, so that the others have some as well."""
    most = min(sizes.comments // (2 * DETAIL_COMMENTS), sizes.changes // (2 * DETAIL_CHANGES), count // DETAIL_STEP)
    return range(DETAIL_STEP, most * DETAIL_STEP + 1, DETAIL_STEP)


def _drawn(total: int, issues: int, rng: random.Random) -> array[int]:
    """`issues` numbers that sum up to `total`, many small, few large."""
    if issues == 0 or total == 0:
        return array("H", [0] * issues)
    mean = total / issues
    numbers = array("H", (min(round(rng.expovariate(1 / mean)), 12 * round(mean + 1)) for _ in range(issues)))
    left = total - sum(numbers)
    while left:
        at = rng.randrange(issues)
        step = 1 if left > 0 else -1
        if numbers[at] + step >= 0:
            numbers[at] += step
            left -= step
    return numbers


def _with_detail(others: array[int], detail: range, exact: int) -> array[int]:
    numbers = array("H", others)
    for number in detail:
        numbers.insert(number - 1, exact)
    return numbers


def _members(users: int, rng: random.Random) -> list[tuple[int, str]]:
    """The first 20 users are members everywhere, in the same role; of the others some here, some there."""
    members = []
    for user in range(min(users, EVERYWHERE)):
        members.append(
            (user, Role.LEAD.value if user < 2 else Role.DEVELOPER.value if user < 14 else Role.VIEWER.value)
        )
    rest = range(len(members), users)
    for user in sorted(rng.sample(rest, min(len(rest), rng.randint(10, 40)))):
        members.append((user, rng.choices((Role.LEAD, Role.DEVELOPER, Role.VIEWER), (1, 13, 6))[0].value))
    return members


def events(project: ProjectPlan, seed: int) -> Iterator[tuple[int, int, int]]:
    """All acts on the issues of the project in the order of time: (microseconds since BEGIN, number - 1, kind)."""
    rng = random.Random(f"{seed} events {project.index}")
    count = project.issues
    # Three numbers in one integer: millions of them are sorted, and a tuple would take five times the memory.
    packed: list[int] = []
    births = sorted(rng.randrange(HOUR, SPAN - DAY) for _ in range(count))
    for issue, moment in enumerate(births):
        kinds = [COMMENT] * project.comments[issue] + [CHANGE] * project.changes[issue]
        rng.shuffle(kinds)
        packed.append((moment * count + issue) * 4 + CREATE)
        for kind in kinds:
            following = moment + 60_000_000 + int(rng.expovariate(1 / (6 * DAY)))
            moment = following if following < SPAN else moment + 1 + int(rng.random() * max(0, SPAN - moment))
            packed.append((moment * count + issue) * 4 + kind)
    packed.sort()
    for number in packed:
        rest, kind = divmod(number, 4)
        moment, issue = divmod(rest, count)
        yield moment, issue, kind


def stamp(moment: int) -> str:
    """The moment as Django stores it on all three engines: UTC without a zone, microseconds where there are any."""
    return str((BEGIN + timedelta(microseconds=moment)).replace(tzinfo=None))

"""Changes of a project as lines of a stream: sentence, what it is about, where it leads."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from issues.history.activity import Activity
from itms_site.addresses import reverse
from projects.models import Project

# Between a member or label and the issues that the same Change wrote.
_JOINTS = {
    "label.delete": ", which was on",
    "label.merge": ", which was on",
    "member.remove": "and unassigned",
    "member.role": "and unassigned",
    "member.leave": "and was unassigned from",
    "comment.add": "on",
    "comment.edit": "on",
    "comment.delete": "on",
}
_ICONS = {
    "issue.create": "circle-plus",
    "issue.import": "circle-plus",
    "issue.delete": "trash-2",
    "issue.restore": "undo-2",
    "comment": "message-square",
    "label": "tag",
    "member": "user-round",
    "project": "folder",
    "issue": "pencil",
}


@dataclass(frozen=True)
class Line:
    """`before` · `what` · `joint` · issues · `after`. issues: (key, title, address)."""

    seq: int
    at: datetime.datetime
    actor: Any
    icon: str
    before: str
    what: str
    joint: str
    after: str
    issues: list[tuple[str, str, str]]
    more: int


def lines_of(activities: Iterable[Activity]) -> list[Line]:
    return [_line(activity) for activity in activities]


def by_day(lines: Iterable[Line]) -> list[tuple[datetime.date, list[Line]]]:
    """Grouped by day in the reader's time zone, in the order given."""
    grouped = itertools.groupby(lines, key=lambda line: timezone.localtime(line.at).date())
    return [(day, list(group)) for day, group in grouped]


def activity_url(project: Project) -> str:
    return reverse("project_activity", key=project.key)


def _line(activity: Activity) -> Line:
    change = activity.change
    before, after = activity.words
    noun = change.verb.partition(".")[0]
    anchor = f"#c{activity.comment_id}" if activity.comment_id and noun == "comment" else ""
    return Line(
        seq=change.seq or 0,
        at=change.at,
        actor=change.actor,
        icon=_ICONS.get(change.verb) or _ICONS.get(noun, "circle-dot"),
        before=before,
        what=activity.what,
        joint=_JOINTS.get(change.verb, "") if activity.issues else "",
        after=after,
        issues=[(key, title, reverse("issue_detail", key) + anchor) for key, title in activity.issues],
        more=activity.more,
    )

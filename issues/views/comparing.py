"""Two versions of an issue side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.posting import actor_of
from issues.history.as_of import issue_at
from issues.models import Issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.conflict import NAMES, readable
from issues.views.diffs import DiffLine, diff_lines
from issues.views.reverting import may_restore, restorable
from itms_site.addresses import reverse
from itms_site.web import page


@dataclass(frozen=True)
class FieldShown:
    """One field of both versions, as people read it. `lines` of a text that differs; `restore` leads to the page that
    brings back the value of the first version."""

    name: str
    old: str
    new: str
    lines: Sequence[DiffLine]
    restore: str | None

    @property
    def differs(self) -> bool:
        return self.old != self.new


def compare(request: HttpRequest, issue: Issue, first: int, second: int) -> HttpResponse:
    """Whatever the order they are asked for in, the older one stands left. Raises NotFound."""
    older, newer = sorted((first, second))
    (row, before), (other, after) = issue_at(issue, older), issue_at(issue, newer)
    offered = restorable(actor_of(request), issue) if may_restore(actor_of(request), issue) else ()
    back = reverse("issue_reversion", issue.key)
    fields = [
        _field(name, before, after, f"{back}?to={older}&field={name}" if name in offered else None) for name in NAMES
    ]
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "sides": [(older, row), (newer, other)],
        "changed": [field for field in fields if field.differs],
        "same": [field for field in fields if not field.differs and field.old],
        "restore_all": f"{back}?to={older}" if offered and older < issue.version else None,
    }
    return page(request, "issues/comparison.html", context)


def _field(name: str, before: Mapping[str, Any], after: Mapping[str, Any], restore: str | None) -> FieldShown:
    old, new = readable(name, before[name]), readable(name, after[name])
    lines = diff_lines(old, new) if name in ("title", "description") and old != new else ()
    return FieldShown(NAMES[name], old, new, lines, restore)

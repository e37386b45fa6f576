"""The reports of a project: what comes and goes each week, and of what kind it is. Each number leads to its list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.models.issue import Priority, Type
from issues.selectors.reports import ASSIGNEE, Counts, counts_by, weeks_of
from issues.views.addresses import list_url
from itms_site.web import page
from projects.models import Project
from projects.selectors import get_project
from projects.views.tabs import project_page

NAMED = 50
Number = tuple[int, str]  # and the list that it counts
Line = tuple[str, Number, Number]


@require_safe
def project_reports(request: HttpRequest, key: str) -> HttpResponse:
    actor = actor_of(request)
    project = get_project(actor, key)
    types, priorities = counts_by(project, "type", "priority")
    (people,) = counts_by(project, ASSIGNEE)
    context = {
        **project_page(actor, project, "reports"),
        "weeks": _weeks(project),
        "tables": [
            ("Type", _lines(project, types, "type", [(value, str(label)) for value, label in Type.choices])),
            ("Priority", _lines(project, priorities, "priority", [(v, str(label)) for v, label in Priority.choices])),
            ("Assignee", _lines(project, people, "assignee", None)),
        ],
    }
    return page(request, "projects/reports.html", context)


def _weeks(project: Project) -> list[tuple[str, Number, Number]]:
    lines = []
    for week in weeks_of(project, timezone.localdate()):
        days = f"{week.first}..{week.last}"
        created, closed = list_url(project, f"created:{days}"), list_url(project, f"closed:{days}")
        lines.append((f"{week.first:%d %b %Y}", (week.created, created), (week.closed, closed)))
    return lines


def _lines(project: Project, counts: Counts, key: str, values: list[tuple[str, str]] | None) -> list[Line]:
    """Every value in its own order; without `values` those that occur, with the most open issues first."""
    if values is None:
        names = sorted(counts, key=lambda name: (-counts[name][0], -counts[name][1], (name or "").casefold()))
        values = [(name or "none", name or "Nobody") for name in names[:NAMED]]
    lines = []
    for value, label in values:
        still, over = counts.get(None if (key, value) == ("assignee", "none") else value, (0, 0))
        query = f"{key}:{value.lower()}"
        lines.append(
            (
                label,
                (still, list_url(project, f"is:open {query}")),
                (over, list_url(project, f"is:closed {query}")),
            )
        )
    return lines

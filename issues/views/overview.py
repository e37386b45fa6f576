"""The overview of a project: what it is for, how its issues stand, who is in it, what happened last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.history.activity import activity_of
from issues.models import Status
from issues.selectors.projects import overview_of
from issues.selectors.references import resolver
from issues.views.addresses import list_url
from issues.views.ledger_lines import activity_url, lines_of
from issues.views.project_then import project_then
from itms_site.web import page
from projects.selectors import get_project
from projects.views.tabs import project_page

RECENT = 5
NAMED = 12


@require_safe
def project_detail(request: HttpRequest, key: str) -> HttpResponse:
    if request.GET.get("as_of"):
        return project_then(request, key)
    actor = actor_of(request)
    project = get_project(actor, key)
    found = overview_of(project, today=timezone.localdate())
    members, labels = found.members, found.labels
    context = {
        **project_page(actor, project, "overview"),
        "counts": [
            *[
                (str(status.label), found.counts[status], list_url(project, f"status:{status.value}"))
                for status in Status
            ],
            ("Overdue", found.overdue, list_url(project, "is:overdue sort:due")),
        ],
        "total": sum(found.counts.values()),
        "lines": lines_of(activity_of(project, limit=RECENT)),
        "activity_url": activity_url(project),
        "members": members[:NAMED],
        "more_members": max(0, len(members) - NAMED),
        "labels": [(label, list_url(project, f'is:open label:"{label.name}"')) for label in labels[: NAMED * 2]],
        "more_labels": max(0, len(labels) - NAMED * 2),
        "resolve": resolver(actor, [project.description]),
    }
    return page(request, "projects/detail.html", context)

"""The activity of a project: its ledger by day. For whoever may restore it, a deleted project's too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.history.activity import activity_of
from issues.views.ledger_lines import activity_url, by_day, lines_of
from itms_site.moments import parse_moment
from itms_site.web import page
from projects.selectors import get_project, seq_at
from projects.views.tabs import project_page

SHOWN = 50


@require_safe
def project_activity(request: HttpRequest, key: str) -> HttpResponse:
    """`before` is the seq that the page ends before; with `as_of` it ends at that moment."""
    actor = actor_of(request)
    project = get_project(actor, key, deleted_ok=True)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 18 else None
    if before is None and (moment := request.GET.get("as_of")):
        before = seq_at(project, parse_moment(moment)) + 1
    lines = lines_of(activity_of(project, before_seq=before, limit=SHOWN))
    # Seqs have no gap, so seq 1 is the first Change that there is.
    older = lines[-1].seq if lines and lines[-1].seq > 1 else None
    here = activity_url(project)
    context = {
        **project_page(actor, project, "activity"),
        "days": by_day(lines),
        "older": f"{here}?before={older}" if older else None,
        "newest": here if before is not None else None,
    }
    return page(request, "projects/activity.html", context)

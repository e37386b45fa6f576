"""What is open already and looks like the title that one writes: a part of the form of a new issue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.selectors.similar import similar_issues
from issues.views.addresses import issue_url
from itms_site.web import page
from projects.selectors import get_project

LONGEST = 200


@require_safe
def issue_similar(request: HttpRequest, key: str) -> HttpResponse:
    project = get_project(actor_of(request), key)
    found = similar_issues(project, request.GET.get("title", "")[:LONGEST])
    context = {"project": project, "similar": [(issue, issue_url(issue)) for issue in found]}
    return page(request, "issues/similar.html", context, block="similar")

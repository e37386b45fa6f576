"""Bringing a deleted issue back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import act_once, actor_of
from issues.selectors.detail import get_issue
from issues.services.deleting import restore_issue
from issues.views.addresses import issue_url
from issues.views.way_back import way_back
from itms_site.web import redirect


@require_POST
def issue_restoration(request: HttpRequest, issue_key: str) -> HttpResponse:
    actor = actor_of(request)
    issue = get_issue(actor, issue_key, restoring=True)
    to = act_once(request, lambda: restore_issue(actor, issue), to=lambda back: way_back(request) or issue_url(back))
    messages.success(request, f"{issue.key} is back as it was.")
    return redirect(request, to)

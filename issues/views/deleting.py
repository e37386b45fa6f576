"""Deleting an issue: a tombstone stays."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.posting import act_once, actor_of
from issues.forms.quick import Versioned
from issues.history.wording import entry_words
from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.services.deleting import delete_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.undo import restoration_of
from issues.views.way_back import way_back
from itms_site.errors import Stale
from itms_site.undoing import say
from itms_site.web import page, redirect
from projects.roles import Perm
from projects.rules import require, require_writable


@require_http_methods(["GET", "HEAD", "POST"])
def issue_removal(request: HttpRequest, issue_key: str) -> HttpResponse:
    """Asks first. Changed since it was asked, it asks again and says by what."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    require(actor, Perm.DELETE_ISSUE, issue.project)
    require_writable(issue.project)
    if request.method != "POST":
        return _page(request, issue)
    version = Versioned(request.POST).checked()["version"]
    back = way_back(request)
    try:
        to = act_once(
            request, lambda: delete_issue(actor, issue, version=version), to=lambda gone: back or list_url(gone.project)
        )
    except Stale as stale:
        words = entry_words("issue.edit", stale.changes) if stale.changes else stale.detail
        return _page(request, get_issue(actor, issue.key), changed=words, status=stale.status)
    say(request, f"{issue.key} was deleted.", undo=restoration_of(actor, issue))
    return redirect(request, to)


def _page(request: HttpRequest, issue: Issue, *, changed: str = "", status: int = 200) -> HttpResponse:
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "changed": changed,
    }
    return page(request, "issues/removal.html", context, status=status)

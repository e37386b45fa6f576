"""Ticking the task list of a description or of a comment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.posting import act_once, actor_of
from issues.forms.quick import TaskForm
from issues.rules import may_edit_comment, require_edit
from issues.selectors.detail import get_comment, get_issue
from issues.services.ticking import tick_comment, tick_issue
from issues.views.addresses import comment_url
from issues.views.comments import comment_conflict
from issues.views.quick import act_and_show
from itms_site.errors import Forbidden, Stale
from itms_site.web import redirect
from projects.rules import require_writable


@require_POST
def issue_tasks(request: HttpRequest, issue_key: str) -> HttpResponse:
    """One item, done or not; `task` is what its button sends."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    form = TaskForm(request.POST)
    require_edit(actor, issue, ["description"])
    require_writable(issue.project)
    version, tick = form.asked()
    return act_and_show(request, issue, version, lambda: tick_issue(actor, issue, version=version, tick=tick), said="")


@require_POST
def comment_tasks(request: HttpRequest, comment_id: int) -> HttpResponse:
    """One item of its task list, done or not; `task` is what its button sends."""
    actor = actor_of(request)
    comment = get_comment(actor, comment_id)
    form = TaskForm(request.POST)
    if not may_edit_comment(actor, comment):
        raise Forbidden("Only its author may change a comment.")
    require_writable(comment.issue.project)
    version, tick = form.asked()
    try:
        to = act_once(
            request,
            lambda: tick_comment(actor, comment, version=version, tick=tick),
            to=lambda edited: comment_url(comment.issue, edited),
        )
    except Stale as stale:
        return comment_conflict(request, stale, next((str(change.new) for change in stale.mine), ""))
    return redirect(request, to)

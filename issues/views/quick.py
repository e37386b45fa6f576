"""What the small forms of the issue page have in common: one act, then the page again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.posting import act_once, actor_of
from issues.models import Issue
from issues.services.editing import edit_issue
from issues.views.addresses import issue_url
from issues.views.conflict import conflict_page
from issues.views.detail import show_issue
from issues.views.meanwhile import say_saved
from issues.views.undo import way_back_of
from issues.views.way_back import way_back
from itms_site.errors import Invalid, Stale
from itms_site.web import is_htmx, redirect


def change_fields(
    request: HttpRequest, issue: Issue, version: int | None, fields: Mapping[str, Any], *, said: str
) -> HttpResponse:
    """Writes these fields, merged with what others changed elsewhere in the issue."""
    actor = actor_of(request)
    return act_and_show(
        request,
        issue,
        version,
        lambda: edit_issue(actor, issue, version=version, fields=fields, merge=True),
        said=said,
        labels="labels" in fields,
    )


def act_and_show(
    request: HttpRequest,
    issue: Issue,
    version: int | None,
    act: Callable[[], Issue],
    *,
    said: str,
    action: str | None = None,
    labels: bool = False,
) -> HttpResponse:
    """303 to the issue, or to where the form asks to go on to; 422 with the issue's page when a value or transition
    does not fit; 412 with the conflict page, whose answer goes to `action`. A script gets the refusals as a toast.
    `labels`: the act may change them."""
    done: list[Issue] = []

    def once() -> Issue:
        done[:] = [act()]
        return done[0]

    try:
        to = act_once(request, once, to=lambda changed: way_back(request) or issue_url(changed))
    except Stale as stale:
        if is_htmx(request):
            raise
        return conflict_page(request, issue, stale, action=action)
    except Invalid as error:
        if is_htmx(request):
            raise
        return show_issue(request, issue, status=422, problem=error.detail)
    if done and done[0].version != version:
        undo = way_back_of(actor_of(request), done[0], None if labels else issue)
        say_saved(request, actor_of(request), done[0], version, said, undo=undo)
    return redirect(request, to)

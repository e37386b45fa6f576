"""The directory, and the page of one person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.selectors.listing import decorate
from issues.selectors.people import get_person, issues_seen, list_people, memberships_seen
from issues.views.shown import row_of
from itms_site.errors import Moved
from itms_site.web import page


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:200]
    found = list_people(actor_of(request), words=words, after=request.GET.get("after") or None)
    return page(request, "people/list.html", {"people": found.items, "next": found.next, "words": words})


@require_safe
def person(request: HttpRequest, username: str) -> HttpResponse:
    actor, somebody = actor_of(request), get_person(username)
    if somebody.username != username:
        raise Moved(username, somebody.username)
    issues = issues_seen(actor, somebody)
    decorate(issues)
    context = {
        "person": somebody,
        "memberships": memberships_seen(actor, somebody),
        "issues": [row_of(issue) for issue in issues],
        "is_me": actor.user_id == somebody.pk,
    }
    return page(request, "people/detail.html", context)

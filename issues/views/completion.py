"""What may stand at the caret of the box that filters issues: a fragment for its listbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.posting import actor_of
from issues.search.place import place_at
from issues.selectors.completing import offers
from itms_site.web import page
from projects.selectors import get_project


@require_GET
def completion(request: HttpRequest) -> HttpResponse:
    """`?q=` the text, `?at=` the characters before the caret (without it: all), `?project=` the list's project."""
    actor = actor_of(request)
    project = get_project(actor, request.GET["project"]) if request.GET.get("project") else None
    text, asked = request.GET.get("q", ""), request.GET.get("at", "")
    at = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 6 else len(text)
    place = place_at(text, at)
    found = offers(actor, place, project) if place else []
    return page(request, "issues/completion.html", {"offers": found, "span": place.span if place else (0, 0)})

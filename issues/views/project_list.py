"""The list of projects: open for work, archived, and those deleted ones that one may restore."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.selectors.projects import project_rows, summed
from issues.views.project_then import projects_then
from issues.views.sparkline import sparkline
from itms_site.addresses import reverse
from itms_site.paging import Key, page_of
from itms_site.web import page
from projects.selectors import deleted_projects, named, projects_for

SHOWN = 50
ORDER = (Key("name"), Key("id"))


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """`show` is active, archived or deleted; `q` are words of name or key; `after` continues a page; `as_of`."""
    if request.GET.get("as_of"):
        return projects_then(request)
    actor = actor_of(request)
    show = request.GET.get("show", "")
    show = show if show in {"archived", "deleted"} else "active"
    words = request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    deleted = deleted_projects(actor)
    found = deleted if show == "deleted" else projects_for(actor, archived=show == "archived")
    batch = page_of(summed(named(found, words)), ORDER, limit=SHOWN, after=request.GET.get("after"))
    has_deleted = show == "deleted" or deleted.exists()
    rows = project_rows(actor, batch.items, today=timezone.localdate())
    context = {
        "projects": [(row, sparkline(row.weeks)) for row in rows],
        "show": show,
        "words": words,
        "tabs": _tabs(show, words, has_deleted=has_deleted),
        "older": _url(show, words, after=batch.next) if batch.next else None,
        "first": _url(show, words) if request.GET.get("after") else None,
        "clear": _url(show, ""),
    }
    return page(request, "projects/list.html", context, block="project_list")


def _tabs(show: str, words: str, *, has_deleted: bool) -> list[tuple[str, str, bool, int | None]]:
    names = [("Active", "active"), ("Archived", "archived")] + ([("Deleted", "deleted")] if has_deleted else [])
    return [(text, _url(name, words), name == show, None) for text, name in names]


def _url(show: str, words: str, **more: str) -> str:
    asked = {"show": show if show != "active" else "", "q": words, **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("project_list") + (f"?{query}" if query else "")

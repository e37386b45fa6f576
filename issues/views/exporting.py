"""The issues of a list as a file."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues import search
from issues.selectors.exporting import export_issues
from issues.transfer.files import csv_lines, json_lines
from itms_site.errors import Invalid
from projects.models import Project
from projects.selectors import get_project


@require_safe
def export(request: HttpRequest, form: str, key: str | None = None) -> StreamingHttpResponse:
    """`form` csv or json; `?q=` as in the list. Without it the list's own default."""
    actor = actor_of(request)
    project = get_project(actor, key) if key is not None else None
    parsed = search.parse(request.GET.get("q", search.DEFAULT_QUERY))
    query = search.compile(parsed, actor, today=timezone.localdate(), project=project)
    if query.as_of is not None or request.GET.get("as_of"):
        raise Invalid.one("as_of", "A file shows the present: leave out as-of: and try again.", "as_of")
    pieces = export_issues(actor, query, project=project)
    if form == "csv":
        lines, kind = csv_lines(pieces, site=request.build_absolute_uri("/").rstrip("/")), "text/csv; charset=utf-8"
    else:
        lines, kind = json_lines(pieces), "application/json"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_name(project)}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _name(project: Project | None) -> str:
    return f"{project.key + '-' if project else ''}issues-{timezone.localdate():%Y-%m-%d}"

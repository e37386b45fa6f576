"""The history of a tracked row: its versions, who wrote them, through which door, what each changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from issues.admin.wording import shown
from issues.history.versions import versions_of
from itms_site.errors import NotFound
from projects.admin.within import WithinProject

SHOWN = 50


class HistoryTab(WithinProject):
    """`/history/`, newest first; `?before=` continues. Reading alone: what was is not to be brought back here."""

    show_history = True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise NotFound("There is no such page.")
        asked = request.GET.get("before", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 18 else None
        versions = versions_of(obj, before=before, limit=SHOWN)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {obj}",
            "opts": self.opts,
            "original": obj,
            "object": obj,
            "versions": [(version, shown(version.changes)) for version in versions],
            "older": versions[-1].number if versions and versions[-1].number > 1 else None,
        }
        return TemplateResponse(request, "admin/itms/history.html", context)

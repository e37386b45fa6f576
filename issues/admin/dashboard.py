"""The admin's first page. For operators: does it run, who comes, what waits. For Leads: their projects."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.http import HttpRequest
from django.urls import reverse

from accounts.posting import actor_of
from issues.selectors.standing import last_verification, tallies, visits
from itms_site.health import findings
from projects.selectors import projects_managed_by

OFFERED = 30


def context(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    actor = actor_of(request)
    mine = [
        {"key": project.key, "name": project.name, "state": _state(project), "url": _url(project)}
        for project in projects_managed_by(actor)[:OFFERED]
    ]
    if not actor.is_operator:
        return {**given, "projects": mine}
    found = checks.run_checks(tags=["database", "security"], databases=["default"])
    return {
        **given,
        "health": list(findings().items()),
        "warnings": [(each.id, each.msg, each.hint or "") for each in found],
        "tallies": tallies(),
        "visits": visits(),
        "verified": last_verification(),
    }


def _url(project: Any) -> str:
    return reverse("admin:projects_project_change", args=[project.pk])


def _state(project: Any) -> str:
    if project.deleted_at:
        return "deleted"
    return "archived" if project.archived_at else ("public" if project.is_public else "private")

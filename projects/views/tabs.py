"""The tabs of a project, the same on all its pages in both apps, and what those pages have in common."""

from __future__ import annotations

from typing import Any

from django.utils.http import urlencode

from accounts.actor import Actor
from itms_site.addresses import reverse
from projects.models import Project
from projects.roles import Perm
from projects.rules import may

Tab = tuple[str, str, bool, int | None]


def project_tabs(actor: Actor, project: Project, current: str, *, q: str | None = None) -> list[Tab]:
    """(text, address, whether it is `current`, no count) for each tab. `current`: overview, issues, board,
    activity, reports, members, labels, settings. `q`: the query that list and board take along, None for their own."""
    base = reverse("project_detail", key=project.key)
    query = "" if q is None else f"?{urlencode({'q': q})}"
    tabs = [
        ("Overview", base, "overview"),
        ("Issues", f"{base}issues/{query}", "issues"),
        ("Board", f"{base}board/{query}", "board"),
        ("Activity", f"{base}activity/", "activity"),
        ("Reports", f"{base}reports/", "reports"),
        ("Members", f"{base}members/", "members"),
        ("Labels", f"{base}labels/", "labels"),
    ]
    if may(actor, Perm.MANAGE_PROJECT, project):
        tabs.append(("Settings", f"{base}settings/", "settings"))
    return [(text, href, name == current, None) for text, href, name in tabs]


def project_page(actor: Actor, project: Project, current: str, *, q: str | None = None) -> dict[str, Any]:
    """What templates/projects/frame.html needs, for the page that belongs to the tab `current`."""
    base = reverse("project_detail", key=project.key)
    may_create = not project.is_archived and may(actor, Perm.CREATE_ISSUE, project)
    return {
        "project": project,
        "project_url": base,
        "tabs": project_tabs(actor, project, current, q=q),
        "may_manage": may(actor, Perm.MANAGE_PROJECT, project),
        "new_issue_url": f"{base}issues/new/" if may_create else None,
    }

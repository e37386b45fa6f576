"""Where the pages of an issue are."""

from __future__ import annotations

from urllib.parse import urlencode

from issues.models import Comment, Issue, Layout, SavedQuery
from issues.selectors.saved_views import RailView
from itms_site.addresses import reverse
from projects.models import Project


def issue_url(issue: Issue) -> str:
    return f"/issues/{issue.key}/"


def comment_url(issue: Issue, comment: Comment) -> str:
    return f"{issue_url(issue)}#c{comment.pk}"


def project_url(project: Project) -> str:
    return f"/projects/{project.key}/"


def list_url(project: Project | None, q: str | None = None, **more: str) -> str:
    """The list of one project, or of all; without `q` it shows its default query."""
    base = reverse("issue_list", project.key) if project else reverse("issue_list_all")
    asked = {name: value for name, value in (("q", q), *more.items()) if value is not None}
    return f"{base}?{urlencode(asked)}" if asked else base


def export_url(project: Project | None, q: str, form: str) -> str:
    """The same list as a file, `form` csv or json."""
    place = reverse(f"issue_export_{form}", project.key) if project else reverse(f"issue_export_all_{form}")
    return f"{place}?{urlencode({'q': q})}"


def view_url(view: RailView) -> str:
    """The list or board that a saved view shows."""
    return _view_url(view.id, view.project, view.layout, view.grouping)


def saved_url(view: SavedQuery) -> str:
    return _view_url(view.pk, view.project.key if view.project else "", view.layout, view.grouping)


def _view_url(pk: int, project: str, layout: str, grouping: str) -> str:
    if layout == Layout.BOARD:
        base, more = reverse("issue_board", project), {"by": grouping} if grouping != "status" else {}
    else:
        base = reverse("issue_list", project) if project else reverse("issue_list_all")
        more = {"group": grouping} if grouping else {}
    return f"{base}?{urlencode({**more, 'view': pk})}"

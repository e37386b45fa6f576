"""Where the pages of an issue are."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from issues.models import Comment, Issue
from projects.models import Project


def issue_url(issue: Issue) -> str:
    return reverse("issue_detail", args=[issue.key])


def comment_url(issue: Issue, comment: Comment) -> str:
    return f"{issue_url(issue)}#c{comment.pk}"


def project_url(project: Project) -> str:
    return f"/projects/{project.key}/"


def list_url(project: Project | None, q: str | None = None, **more: str) -> str:
    """The list of one project, or of all; without `q` it shows its default query."""
    base = reverse("issue_list", args=[project.key]) if project else reverse("issue_list_all")
    asked = {name: value for name, value in (("q", q), *more.items()) if value is not None}
    return f"{base}?{urlencode(asked)}" if asked else base

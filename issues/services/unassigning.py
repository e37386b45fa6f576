"""Taking somebody's issues away from them when they stop working in a project."""

from __future__ import annotations

from accounts.services.ledger import Record
from issues.models import Issue
from issues.services.writing import update_issue
from projects.models import Project


def unassign_all(record: Record, project: Project, user_id: int) -> int:
    """Every issue of the project that is assigned to the user, deleted ones too, each with its history row.

    Returns how many."""
    issues = list(Issue.objects.filter(project=project, assignee_id=user_id).select_related("project").order_by("pk"))
    for issue in issues:
        update_issue(record, issue, assignee=None)
    return len(issues)

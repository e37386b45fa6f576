"""Deleting a label: each issue that bore it gets one new version, all in one Change."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.services.ledger import Record
from issues.models import Issue
from issues.services.writing import label_ids_of, update_issue
from itms_site.retry import transactional
from projects.models import Label
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.labels import end, living_label


@transactional
def delete_label(actor: Actor, project_id: int, label_id: int, *, reason: str = "") -> int:
    """Returns how many issues bore it. Raises NotFound, Forbidden, Archived."""
    with acting(actor, "label.delete", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_LABELS, project)
        label = living_label(project, label_id)
        require_writable(project)
        touched = replace_on_all(record, label, None)
        end(record, label)
    return touched


def replace_on_all(record: Record, label: Label, other: Label | None) -> int:
    """Takes the label off every issue, deleted ones too, and puts `other` there instead."""
    issues = list(Issue.objects.filter(issue_labels__label=label).select_related("project").order_by("pk"))
    for issue in issues:
        wanted = set(label_ids_of(issue)) - {label.pk} | ({other.pk} if other else set())
        update_issue(record, issue, label_ids=wanted)
    return len(issues)

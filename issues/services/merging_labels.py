"""Merging a label into another of the same project."""

from __future__ import annotations

from accounts.actor import Actor
from issues.services.deleting_label import replace_on_all
from itms_site.errors import Invalid
from itms_site.retry import transactional
from projects.models import Label
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.services.acting import acting
from projects.services.labels import end, living_label


@transactional
def merge_labels(actor: Actor, project_id: int, label_id: int, into_id: int, *, reason: str = "") -> Label:
    """Every issue with the one bears the other afterwards, one new version each. Returns the other.

    Raises NotFound, Forbidden, Archived, Invalid."""
    with acting(actor, "label.merge", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_LABELS, project)
        label, into = living_label(project, label_id), living_label(project, into_id)
        require_writable(project)
        if label.pk == into.pk:
            raise Invalid.one("into", "A label cannot be merged into itself.", "same")
        replace_on_all(record, label, into)
        end(record, label)
    return into

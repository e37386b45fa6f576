"""Merging a label into another of the same project."""

from __future__ import annotations

from accounts.actor import Actor
from issues.services.deleting_label import replace_on_all
from itms_site.errors import Invalid, NotFound
from itms_site.retry import transactional
from projects.models import Label
from projects.roles import Perm
from projects.rules import require, require_writable
from projects.selectors import get_label
from projects.services.acting import acting
from projects.services.labels import end, living_label


@transactional
def merge_labels(actor: Actor, project_id: int, label_id: int, into: int | str, *, reason: str = "") -> Label:
    """Every issue with the one bears the other afterwards, one new version each. Returns the other.

    `into` is the other's id or name. Raises NotFound, Forbidden, Archived, Invalid."""
    with acting(actor, "label.merge", project_id, reason=reason) as (record, project):
        require(record.actor, Perm.MANAGE_LABELS, project)
        label = living_label(project, label_id)
        require_writable(project)
        try:
            other = get_label(project, into) if isinstance(into, str) else living_label(project, into)
        except NotFound as error:
            raise Invalid.one("into", error.detail, "no_such_label") from None
        if label.pk == other.pk:
            raise Invalid.one("into", "A label cannot be merged into itself.", "same")
        replace_on_all(record, label, other)
        end(record, label)
    return other

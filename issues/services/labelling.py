"""Putting one label on an issue or taking it off. Needs no version: such acts commute."""

from __future__ import annotations

from accounts.actor import Actor
from issues.models import Issue
from issues.rules import require_edit
from issues.services.acting import acting_on
from issues.services.writing import label_ids_of, update_issue
from itms_site.db.text import canonical
from itms_site.errors import NotFound
from itms_site.retry import transactional
from projects.models import Label
from projects.rules import require_writable


@transactional
def put_label(actor: Actor, issue: Issue, name: str) -> Issue:
    """Raises NotFound when the project has no such label, Forbidden, Archived."""
    return _set(actor, issue, name, on=True)


@transactional
def take_off_label(actor: Actor, issue: Issue, name: str) -> Issue:
    """Raises NotFound when the project has no such label, Forbidden, Archived."""
    return _set(actor, issue, name, on=False)


def _set(actor: Actor, issue: Issue, name: str, *, on: bool) -> Issue:
    with acting_on(actor, "issue.label" if on else "issue.unlabel", issue) as (record, locked):
        label = Label.objects.filter(
            project_id=locked.project_id, slot=0, name_canonical=canonical(name.strip())
        ).first()
        if label is None:
            raise NotFound(f"{locked.project.key} has no label “{name}”.")
        require_edit(record.actor, locked, ["labels"])
        have = set(label_ids_of(locked))
        wanted = have | {label.pk} if on else have - {label.pk}
        if wanted == have:
            return locked
        require_writable(locked.project)
        return update_issue(record, locked, label_ids=wanted)

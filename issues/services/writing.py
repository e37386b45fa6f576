"""Putting a new state of an issue into the tables: its row, its history row with the labels, its label rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.services.ledger import Record
from issues.models import Issue, IssueLabel, Status
from issues.services.indexing import index_again, index_new
from itms_site.db.prepared import Prepared


def label_ids_of(issue: Issue) -> list[int]:
    return sorted(_labels_of.fetch(given=[issue.pk]))


_labels_of = Prepared(lambda pk: IssueLabel.objects.filter(issue_id=pk).values_list("label_id", flat=True))


def insert_issue(record: Record, issue: Issue, label_ids: Iterable[int]) -> Issue:
    """A new issue under the next number, with its labels."""
    wanted = sorted(set(label_ids))
    issue.number = record.take_number()
    issue.created_at = issue.updated_at = record.at
    if issue.status == Status.CLOSED:
        issue.closed_at = record.at
    record.insert(issue)
    record.write_history([issue], "+", label_ids=wanted)
    IssueLabel.objects.bulk_create(IssueLabel(issue=issue, label_id=pk) for pk in wanted)
    index_new(issue)
    return issue


def update_issue(
    record: Record, issue: Issue, *, label_ids: Iterable[int] | None = None, history_type: str = "~", **fields: Any
) -> Issue:
    """The next version. `label_ids` None: the labels stay. Keeps `closed_at` and `updated_at`."""
    have = label_ids_of(issue)
    wanted = have if label_ids is None else sorted(set(label_ids))
    status = fields.get("status", issue.status)
    if status != issue.status:
        fields["closed_at"] = record.at if status == Status.CLOSED else None
    record.update(issue, history_type=history_type, history={"label_ids": wanted}, updated_at=record.at, **fields)
    if gone := set(have) - set(wanted):
        IssueLabel.objects.filter(issue=issue, label_id__in=gone).delete()
    if new := sorted(set(wanted) - set(have)):
        IssueLabel.objects.bulk_create(IssueLabel(issue=issue, label_id=pk) for pk in new)
    if "title" in fields or "description" in fields:
        index_again(issue)
    return issue

"""H1 and its like: histories of issues and comments, the ledger of a project. Oldest first."""

from __future__ import annotations

import datetime

from django.http import HttpRequest
from ninja import Router

from accounts.api.schemas import person
from issues.api.schemas import (
    EntryOut,
    EntryPage,
    FieldChangeOut,
    LedgerEntryOut,
    LedgerPage,
    entry_out,
)
from issues.history.comments import comment_entries
from issues.history.entries import entries_of
from issues.rules import require_comment_history
from issues.selectors.detail import get_comment, get_issue
from itms_site.api import Cursor, Limit, Moment, RowId, moment, refusals
from itms_site.errors import Invalid
from itms_site.moments import parse_moment
from projects.api.projects import actor_in
from projects.selectors import get_project, ledger_from

router = Router(tags=["history"])
READING = refusals(401, 403, 404, 410, 422)


@router.get("/issues/{issue_key}/history", response={200: EntryPage, **READING})
def history_of_issue(
    request: HttpRequest, issue_key: str, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None
) -> EntryPage:
    """Every version, or until `as_of`; `changes` are what people set. Leads read that of deleted issues too."""
    issue = get_issue(actor_in(request), issue_key, deleted_ok=True)
    entries = entries_of(issue, after_version=after(cursor), limit=limit + 1, until=until(as_of))
    page = entries[:limit]
    return EntryPage(
        items=[entry_out(entry) for entry in page],
        next=str(page[-1].version) if len(entries) > limit else None,
    )


@router.get("/comments/{comment_id}/history", response={200: EntryPage, **READING})
def history_of_comment(request: HttpRequest, comment_id: RowId, limit: Limit = 50, cursor: Cursor = None) -> EntryPage:
    """Its edits, for its author and Leads."""
    actor = actor_in(request)
    comment = get_comment(actor, comment_id)
    require_comment_history(actor, comment)
    entries = comment_entries(comment, after_version=after(cursor), limit=limit + 1)
    items = [
        EntryOut(
            version=version,
            at=moment(change.at),
            actor=person(change.actor),
            verb=change.verb,
            via=change.via,
            changes=[FieldChangeOut(field=c.field, old=c.old, new=c.new) for c in changes],
        )
        for version, change, changes in entries[:limit]
    ]
    return EntryPage(items=items, next=str(items[-1].version) if len(entries) > limit else None)


@router.get("/projects/{key}/history", response={200: LedgerPage, **READING})
def history_of_project(
    request: HttpRequest, key: str, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None
) -> LedgerPage:
    """The project's ledger, by seq, all of it or until `as_of`. Leads read that of a deleted project too."""
    project = get_project(actor_in(request), key, deleted_ok=True)
    changes = ledger_from(project, after_seq=after(cursor), limit=limit + 1, until=until(as_of))
    items = [
        LedgerEntryOut(
            seq=change.seq or 0,
            at=moment(change.at),
            actor=person(change.actor),
            verb=change.verb,
            via=change.via,
            request_id=change.request_id,
            reason=change.reason,
        )
        for change in changes[:limit]
    ]
    return LedgerPage(items=items, next=str(items[-1].seq) if len(changes) > limit else None)


def until(as_of: str | None) -> datetime.datetime | None:
    return None if as_of is None else parse_moment(as_of)


def after(cursor: str | None) -> int:
    """The last version or seq that the page before showed."""
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Invalid.one("cursor", "This cursor does not belong to this list; begin at its first page.", "cursor")
    return int(cursor)

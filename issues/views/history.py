"""Every version of an issue: who wrote it, when, and what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.history.entries import Entry, entries_of
from issues.history.wording import entry_words
from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.comparing import compare
from issues.views.conflict import NAMES, readable
from issues.views.diffs import DiffLine, diff_lines
from issues.views.reverting import may_restore
from itms_site.web import page

PER_PAGE = 50


@dataclass(frozen=True)
class VersionShown:
    """changes  of all fields but the description, as people read them
    lines    the description's difference, [] when it did not change"""

    version: int
    entry: Entry
    words: str
    changes: list[dict[str, str]]
    lines: Sequence[DiffLine]


@require_safe
def issue_history(request: HttpRequest, issue_key: str) -> HttpResponse:
    """Newest first; `?before=V` shows the versions before V, `?order=oldest` begins with the first one,
    there `?after=V` goes on; `?from=3&to=7` shows those two side by side. Leads and operators read that of a deleted
    issue too."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key, deleted_ok=True)
    chosen = _number(request.GET.get("from", "")), _number(request.GET.get("to", ""))
    if chosen[0] and chosen[1]:
        return compare(request, issue, *chosen)
    oldest_first = request.GET.get("order") == "oldest"
    entries, newer, older = _oldest(request, issue) if oldest_first else _newest(request, issue)
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "versions": [_shown(entry) for entry in entries],
        "several": issue.version > 1,
        "picked": _picked(entries),
        "may_restore": may_restore(actor, issue),
        "oldest_first": oldest_first,
        "newer": newer,
        "older": older,
        "deleted": issue.deleted_at is not None,
    }
    return page(request, "issues/history.html", context)


def _newest(request: HttpRequest, issue: Issue) -> tuple[list[Entry], str | None, str | None]:
    end = min(_number(request.GET.get("before", "")) or issue.version + 1, issue.version + 1) - 1
    start = max(end - PER_PAGE, 0)
    entries = entries_of(issue, after_version=start, limit=end - start) if end > start else []
    newer = f"?before={min(end + PER_PAGE, issue.version) + 1}" if end < issue.version else None
    return entries[::-1], newer, f"?before={start + 1}" if start else None


def _oldest(request: HttpRequest, issue: Issue) -> tuple[list[Entry], str | None, str | None]:
    start = min(_number(request.GET.get("after", "")) or 0, issue.version)
    entries = entries_of(issue, after_version=start, limit=PER_PAGE)
    before = f"?order=oldest&after={max(start - PER_PAGE, 0)}" if start else None
    end = start + len(entries)
    return entries, before, f"?order=oldest&after={end}" if end < issue.version else None


def _picked(entries: list[Entry]) -> tuple[int, int]:
    """The two versions that are marked at first: the newest two of the page."""
    versions = sorted((entry.version for entry in entries), reverse=True)
    return (versions[1], versions[0]) if len(versions) > 1 else (0, 0)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _shown(entry: Entry) -> VersionShown:
    plain: list[dict[str, str]] = []
    lines: Sequence[DiffLine] = ()
    for change in entry.changes:
        if change.field == "description":
            lines = diff_lines(change.old or "", change.new or "")
        else:
            old, new = readable(change.field, change.old), readable(change.field, change.new)
            plain.append({"field": NAMES[change.field], "old": old, "new": new})
    return VersionShown(entry.version, entry, entry_words(entry.change.verb, entry.changes), plain, lines)

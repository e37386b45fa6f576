"""Every version of an issue: who wrote it, when, and what it changed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.posting import actor_of
from issues.history.entries import Entry, entries_of
from issues.history.wording import entry_words
from issues.models import Issue
from issues.selectors.detail import get_issue
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.conflict import NAMES, readable
from itms_site.web import page

PER_PAGE = 50
CONTEXT = 2  # unchanged lines shown around a changed one
MAX_LINES = 400


@dataclass(frozen=True)
class VersionShown:
    """changes  of all fields but the description, as people read them
    lines    the description's difference as (kind, text), [] when it did not change"""

    version: int
    entry: Entry
    words: str
    changes: list[dict[str, str]]
    lines: list[tuple[str, str]]


@require_safe
def issue_history(request: HttpRequest, issue_key: str) -> HttpResponse:
    """Newest first; `?before=V` shows the versions before V, `?order=oldest` begins with the first one,
    there `?after=V` goes on. Leads and operators read that of a deleted issue too."""
    issue = get_issue(actor_of(request), issue_key, deleted_ok=True)
    oldest_first = request.GET.get("order") == "oldest"
    entries, newer, older = _oldest(request, issue) if oldest_first else _newest(request, issue)
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "versions": [_shown(entry) for entry in entries],
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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _shown(entry: Entry) -> VersionShown:
    plain: list[dict[str, str]] = []
    lines: list[tuple[str, str]] = []
    for change in entry.changes:
        if change.field == "description":
            lines = diff_lines(change.old or "", change.new or "")
        else:
            old, new = readable(change.field, change.old), readable(change.field, change.new)
            plain.append({"field": NAMES[change.field], "old": old, "new": new})
    return VersionShown(entry.version, entry, entry_words(entry.change.verb, entry.changes), plain, lines)


def diff_lines(old: str, new: str) -> list[tuple[str, str]]:
    """(kind, text) with kind same | add | del | skip; long unchanged parts are skipped, long differences cut."""
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    found: list[tuple[str, str]] = []
    # Without junk heuristics two long texts compare in quadratic time.
    matcher: difflib.SequenceMatcher[Any] = difflib.SequenceMatcher(None, before, after, autojunk=True)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if found or group[0][1] > 0:
            found.append(("skip", "…"))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [("same", line) for line in before[a:b]]
                continue
            found += [("del", line) for line in before[a:b]]
            found += [("add", line) for line in after[c:d]]
    if len(found) > MAX_LINES:
        return [*found[:MAX_LINES], ("skip", f"… {len(found) - MAX_LINES} more lines")]
    return found

"""An issue as it was: at a moment, or in one of its versions. Read-only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.posting import actor_of
from issues.history.as_of import issue_at, version_at
from issues.history.comments_as_of import threads_at
from issues.history.timeline import Event, Thread, events_of
from issues.selectors.detail import get_issue
from issues.selectors.listed import LabelShown
from issues.selectors.references import resolver
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.entries import comments_in, items_of
from issues.views.shown import is_overdue, moment_words
from itms_site.errors import NotFound
from itms_site.moments import parse_moment
from itms_site.web import page


def issue_then(request: HttpRequest, issue_key: str) -> HttpResponse:
    """`?version=3`, or `?as_of=2026-01-31T12:00Z`. Today's rights decide who may look.

    Comments read as they did then; one that was deleted since shows its words in no view."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key, deleted_ok=True)
    asked = request.GET.get("version", "")
    if asked:
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            raise NotFound(f"{issue.key} has no version {asked}.")
        version = int(asked)
        moment = None
    else:
        moment = parse_moment(request.GET["as_of"])
        version = version_at(issue, moment)
    row, state = issue_at(issue, version)
    until = moment or row.history_date
    events = [event for event in events_of(issue, until=until) if event.version <= version]
    timeline: list[Event | Thread] = [*events, *threads_at(issue, until)]
    timeline.sort(key=lambda item: item.at)
    comments = comments_in(timeline)
    context = {
        "issue": issue,
        "row": row,
        "state": state,
        "version": version,
        "newest": issue.version,
        "moment": moment,
        "when": moment_words(until),
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
        "labels": [LabelShown(name, "") for name in state["labels"]],
        "is_overdue": is_overdue(row, until.date()),
        "was_deleted": row.deleted_at is not None,
        "items": items_of(timeline, everything="all" in request.GET),
        "resolve": resolver(actor, [row.description, *(comment.body for comment in comments)]),
        "comment_count": sum(comment.deleted_at is None for comment in comments),
    }
    return page(request, "issues/past.html", context)

"""One issue: its text, its properties, what happened to it, and the place to comment."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.posting import actor_of
from issues.history.timeline import timeline_of
from issues.models import Issue, Priority, Type
from issues.rules import OWN_REPORT_FIELDS, TRANSITIONS, may_assign, may_edit, may_edit_comment
from issues.selectors.choices import Choices, choices_of
from issues.selectors.detail import get_issue
from issues.selectors.references import resolver
from issues.views.addresses import issue_url, list_url, project_url
from issues.views.composing import Draft, draft_asked, move_offered
from issues.views.entries import MayWithComments, comments_in, items_of, part_of, parts_of
from issues.views.past import issue_then
from issues.views.shown import is_overdue
from itms_site.addresses import reverse
from itms_site.task_lists import progress
from itms_site.web import page
from projects.roles import Perm
from projects.rules import may


@require_safe
def issue_detail(request: HttpRequest, issue_key: str) -> HttpResponse:
    """`?as_of=` and `?version=` show it as it was; `?reply=` opens the composer below that comment, `&quote=` with the
    words of another; `?show=comments` and `?show=changes` leave the rest of the timeline out."""
    if request.GET.get("as_of") or request.GET.get("version"):
        return issue_then(request, issue_key)
    return show_issue(request, get_issue(actor_of(request), issue_key))


def show_issue(
    request: HttpRequest, issue: Issue, *, status: int = 200, problem: str = "", draft: Draft | None = None
) -> HttpResponse:
    """The page. `problem` is said at its top; `draft` are words that come back into the composer."""
    actor = actor_of(request)
    choices = choices_of(issue.project, issue=issue, people=may(actor, Perm.ASSIGN_ISSUE, issue.project), beside=issue)
    writable = not issue.project.is_archived
    timeline = timeline_of(issue)
    comments = comments_in(timeline)
    draft = draft or draft_asked(request, comments)
    show, here = request.GET.get("show", ""), issue_url(issue)
    context = {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "is_overdue": is_overdue(issue),
        "labels": choices.borne,
        "items": items_of(
            part_of(timeline, show),
            everything="all" in request.GET,
            reply_to=draft.parent,
            may=_may_with_comments(actor, issue, writable),
        ),
        "parts": parts_of(timeline, show, here),
        "all_url": f"{here}?{urlencode({'show': show, 'all': 1})}#activity",
        "comment_count": sum(comment.deleted_at is None for comment in comments),
        "resolve": resolver(actor, [issue.description, *(comment.body for comment in comments)]),
        "progress": progress(issue.description),
        "problem": problem,
        "draft": draft,
        "archived": not writable,
        "may_comment": writable,
        "may_delete": writable and may(actor, Perm.DELETE_ISSUE, issue.project),
        "before": f"{issue.project.key}-{choices.before}" if choices.before else None,
        "after": f"{issue.project.key}-{choices.after}" if choices.after else None,
        **_permitted(actor, issue, choices, writable),
    }
    return page(request, "issues/detail.html", context, status=status)


def _may_with_comments(actor: Actor, issue: Issue, writable: bool) -> MayWithComments:
    return MayWithComments(
        writable, may(actor, Perm.MODERATE, issue.project), lambda comment: may_edit_comment(actor, comment)
    )


def _permitted(actor: Actor, issue: Issue, choices: Choices, writable: bool) -> dict[str, Any]:
    """What the side panel offers to this reader."""
    edits = writable and may_edit(actor, issue)
    mine = actor.user_id is not None and issue.assignee_id == actor.user_id
    says = writable and may_edit(actor, issue, OWN_REPORT_FIELDS)
    assigns = writable and may(actor, Perm.ASSIGN_ISSUE, issue.project)
    return {
        "may_edit": edits,
        "edit_url": reverse("issue_edit", issue.key) if says else None,
        "may_tick": says,
        "move": move_offered(issue) if edits else None,
        "statuses": [issue.status, *TRANSITIONS[issue.status]] if edits else [],
        "priorities": list(reversed(Priority.values)),
        "types": Type.values,
        "label_choices": choices.labels,
        "people": choices.people if assigns else [],
        "may_assign": assigns,
        "may_take": writable and not assigns and issue.assignee_id is None and may_assign(actor, issue, actor.user_id),
        "may_hand_back": writable and not assigns and mine and may_assign(actor, issue, None),
        "is_mine": mine,
        "me": actor.user,
        "issue_url": issue_url(issue),
        "branch": f"{issue.key.lower()}-{slugify(issue.title)}"[:60].rstrip("-"),
    }

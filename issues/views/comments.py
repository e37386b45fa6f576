"""Comments and replies: writing, changing, removing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.posting import act_once, actor_of
from issues.forms.comment import CommentForm
from issues.forms.quick import Versioned
from issues.forms.refusals import put_refusal
from issues.models import Comment, Issue
from issues.rules import may_delete_comment, may_edit_comment
from issues.selectors.detail import get_comment, get_issue
from issues.selectors.references import resolver
from issues.services.closing import comment_and_move
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.views.addresses import comment_url, issue_url, list_url, project_url
from issues.views.composing import Draft
from issues.views.detail import show_issue
from issues.views.diffs import diff_lines, put_together
from issues.views.preview import rendered, wants_preview
from itms_site.errors import Forbidden, Invalid, Stale
from itms_site.web import page, redirect
from projects.rules import require_writable


@require_POST
def comment_new(request: HttpRequest, issue_key: str) -> HttpResponse:
    """With `move` the issue gets that status in the same transaction, or nothing happens.

    Refused, the issue's page comes back with the words in its composer."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    form = CommentForm(request.POST)
    if wants_preview(request):
        require_writable(issue.project)
        return _composed(request, issue, form, preview=True)
    if not form.is_valid():
        require_writable(issue.project)
        return _composed(request, issue, form, status=422)
    try:
        to = act_once(
            request, lambda: _say(actor, issue, form.cleaned_data), to=lambda comment: comment_url(issue, comment)
        )
        return redirect(request, to)
    except Stale as stale:
        said = "Somebody changed the status meanwhile: look at it again, then choose. Nothing was saved."
        return _composed(request, get_issue(actor, issue_key), form, status=stale.status, problem=said)
    except Invalid as error:
        put_refusal(form, error)
    return _composed(request, issue, form, status=422)


def _say(actor: Actor, issue: Issue, said: dict[str, Any]) -> Comment:
    if said["move"]:
        return comment_and_move(
            actor, issue, body=said["body"], status=said["move"], version=said["version"], parent=said["parent"]
        )
    return add_comment(actor, issue, body=said["body"], parent=said["parent"])


def _composed(
    request: HttpRequest,
    issue: Issue,
    form: CommentForm,
    *,
    status: int = 200,
    preview: bool = False,
    problem: str = "",
) -> HttpResponse:
    """The issue's page with the words in the composer, or in the reply form that they came from."""
    parent = request.POST.get("parent", "")
    wrong = [] if preview else [str(m) for name in ("body", "parent", "__all__") for m in form.errors.get(name, [])]
    moving = [] if preview else [str(m) for name in ("move", "version") for m in form.errors.get(name, [])]
    text = request.POST.get("body", "")
    known = "parent" not in form.errors and parent.isascii() and parent.isdigit()
    draft = Draft(
        text,
        error=" ".join(wrong),
        parent=int(parent) if known else None,
        shown=rendered(actor_of(request), text) if preview else None,
    )
    return show_issue(request, issue, status=status, problem=problem or " ".join(moving), draft=draft)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    actor = actor_of(request)
    comment = get_comment(actor, comment_id)
    if not may_edit_comment(actor, comment):
        raise Forbidden("Only its author may change a comment.")
    require_writable(comment.issue.project)
    if request.method != "POST":
        return _edit_page(request, comment, CommentForm(initial={"body": comment.body, "version": comment.version}))
    form = CommentForm(request.POST)
    if wants_preview(request):
        return _edit_page(request, comment, form, shown=rendered(actor, request.POST.get("body", "")))
    if form.is_valid():
        body, version = form.cleaned_data["body"], form.cleaned_data["version"]
        try:
            to = act_once(
                request,
                lambda: edit_comment(actor, comment, version=version, body=body, merge=True),
                to=lambda edited: comment_url(comment.issue, edited),
            )
            return redirect(request, to)
        except Stale as stale:
            return comment_conflict(request, stale, body)
        except Invalid as error:
            put_refusal(form, error)
    return _edit_page(request, comment, form, status=422)


def comment_conflict(request: HttpRequest, stale: Stale, body: str) -> HttpResponse:
    """Both texts, and one put together of them to go on with; 412."""
    comment: Comment = stale.current
    base = next((change.old for change in stale.mine if change.field == "body"), "")
    text, clean = put_together(base or "", comment.body, body)
    form = CommentForm(initial={"body": text if base else body, "version": comment.version})
    more = {"lines": diff_lines(comment.body, body, context=None), "together": clean and bool(base)}
    return _edit_page(request, comment, form, conflict=more, status=stale.status)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_removal(request: HttpRequest, comment_id: int) -> HttpResponse:
    actor = actor_of(request)
    comment = get_comment(actor, comment_id)
    if not may_delete_comment(actor, comment):
        raise Forbidden("Only its author and the project's Leads may delete a comment.")
    require_writable(comment.issue.project)
    if request.method != "POST":
        return _removal_page(request, comment)
    version = Versioned(request.POST).checked()["version"]
    try:
        to = act_once(
            request, lambda: delete_comment(actor, comment, version=version), to=lambda _gone: issue_url(comment.issue)
        )
    except Stale as stale:
        return _removal_page(request, get_comment(actor, comment_id), changed=True, status=stale.status)
    messages.success(request, "The comment was deleted.")
    return redirect(request, to)


def _edit_page(
    request: HttpRequest,
    comment: Comment,
    form: CommentForm,
    *,
    conflict: dict[str, Any] | None = None,
    shown: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """`conflict`: how the words that were saved since differ from those just sent."""
    more = {
        "form": form,
        "comment": comment,
        "conflict": conflict,
        "shown": shown,
        "back": comment_url(comment.issue, comment),
    }
    return page(request, "issues/comment_edit.html", {**comment_frame(comment), **more}, status=status)


def _removal_page(request: HttpRequest, comment: Comment, *, changed: bool = False, status: int = 200) -> HttpResponse:
    more = {
        "comment": comment,
        "changed": changed,
        "resolve": resolver(actor_of(request), [comment.body]),
        "back": comment_url(comment.issue, comment),
    }
    return page(request, "issues/comment_removal.html", {**comment_frame(comment), **more}, status=status)


def comment_frame(comment: Comment) -> dict[str, Any]:
    issue = comment.issue
    return {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
    }

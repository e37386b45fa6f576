"""Comments and replies: writing, changing, removing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.posting import act_once, actor_of
from issues.forms.comment import CommentForm
from issues.forms.quick import Versioned
from issues.forms.refusals import put_refusal
from issues.models import Comment
from issues.rules import may_delete_comment, may_edit_comment
from issues.selectors.detail import get_comment, get_issue
from issues.selectors.references import resolver
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.views.addresses import comment_url, issue_url, list_url, project_url
from issues.views.detail import show_issue
from itms_site.errors import Forbidden, Invalid, Stale
from itms_site.web import page, redirect
from projects.rules import require_writable


@require_POST
def comment_new(request: HttpRequest, issue_key: str) -> HttpResponse:
    """Refused, the issue's page comes back with the words in its composer."""
    actor = actor_of(request)
    issue = get_issue(actor, issue_key)
    form = CommentForm(request.POST)
    if form.is_valid():
        body, parent = form.cleaned_data["body"], form.cleaned_data["parent"]
        try:
            to = act_once(
                request,
                lambda: add_comment(actor, issue, body=body, parent=parent),
                to=lambda comment: comment_url(issue, comment),
            )
            return redirect(request, to)
        except Invalid as error:
            put_refusal(form, error)
    require_writable(issue.project)
    said = [str(message) for name in ("body", "parent", "__all__") for message in form.errors.get(name, [])]
    return show_issue(
        request,
        issue,
        status=422,
        draft=request.POST.get("body", ""),
        draft_error=" ".join(said),
        draft_parent=form.cleaned_data.get("parent") if "parent" not in form.errors else None,
    )


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
            kept = CommentForm(initial={"body": body, "version": stale.current.version})
            return _edit_page(request, comment, kept, theirs=stale.current.body, mine=body, status=stale.status)
        except Invalid as error:
            put_refusal(form, error)
    return _edit_page(request, comment, form, status=422)


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
    theirs: str | None = None,
    mine: str = "",
    status: int = 200,
) -> HttpResponse:
    """`theirs`: the words that were saved since the form was opened."""
    more = {"form": form, "theirs": theirs, "mine": mine, "back": comment_url(comment.issue, comment)}
    return page(request, "issues/comment_edit.html", {**_frame(comment), **more}, status=status)


def _removal_page(request: HttpRequest, comment: Comment, *, changed: bool = False, status: int = 200) -> HttpResponse:
    more = {
        "comment": comment,
        "changed": changed,
        "resolve": resolver(actor_of(request), [comment.body]),
        "back": comment_url(comment.issue, comment),
    }
    return page(request, "issues/comment_removal.html", {**_frame(comment), **more}, status=status)


def _frame(comment: Comment) -> dict[str, Any]:
    issue = comment.issue
    return {
        "issue": issue,
        "project": issue.project,
        "project_url": project_url(issue.project),
        "issues_url": list_url(issue.project),
        "issue_url": issue_url(issue),
    }

"""C1 to C4: comments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.api.once import post_once
from issues.api.schemas import CommentOut, CommentPage, EditComment, NewComment, comment_out
from issues.history.comments import comment_in
from issues.history.comments_as_of import put_back
from issues.models import Comment
from issues.selectors.comments import comments_of
from issues.selectors.detail import get_comment, get_issue
from issues.services.commenting import add_comment, delete_comment, edit_comment
from itms_site.api import READING, VERSIONED, WRITING, Cursor, Limit, Moment, RowId, Versioned, based_on, etag
from itms_site.moments import parse_moment
from itms_site.paging import Key, page_of
from projects.api.projects import actor_in

router = Router(tags=["comments"])
ORDER = (Key("created_at"), Key("id"))


@router.get("/issues/{issue_key}/comments", response={200: CommentPage, **READING})
def list_comments(
    request: HttpRequest, issue_key: str, limit: Limit = 50, cursor: Cursor = None, as_of: Moment = None
) -> CommentPage:
    """Oldest first; a deleted one keeps its place, its body is null. With `as_of`, what was written until then, in
    the words of then; what was deleted since has none."""
    issue = get_issue(actor_in(request), issue_key)
    then = parse_moment(as_of) if as_of is not None else None
    found = comments_of(issue) if then is None else comments_of(issue).filter(created_at__lte=then)
    page = page_of(found, ORDER, limit=limit, after=cursor)
    if then is not None:
        put_back(page.items, then)
    return CommentPage(items=[comment_out(comment, issue.key) for comment in page.items], next=page.next)


@router.post("/issues/{issue_key}/comments", response={201: CommentOut, **WRITING})
def new_comment(request: HttpRequest, response: HttpResponse, issue_key: str, body: NewComment) -> Status[CommentOut]:
    """Needs no version: it commutes. `parent` is a top-level comment of the same issue."""
    actor = actor_in(request)
    issue = get_issue(actor, issue_key)
    comment = post_once(
        request,
        actor,
        lambda: add_comment(actor, issue, body=body.body, parent=body.parent),
        remember=lambda made: {"comment": made.pk, "version": made.version},
        recall=lambda kept: comment_in(get_comment(actor, kept["comment"]), kept.get("version", 1)),
    )
    return Status(201, answer(comment, response))


@router.get("/comments/{comment_id}", response={200: CommentOut, **READING})
def show_comment(request: HttpRequest, response: HttpResponse, comment_id: RowId) -> CommentOut:
    return answer(get_comment(actor_in(request), comment_id), response)


@router.patch("/comments/{comment_id}", response={200: CommentOut, **VERSIONED})
def change_comment(request: HttpRequest, response: HttpResponse, comment_id: RowId, body: EditComment) -> CommentOut:
    """Its author only. Needs If-Match or `version`."""
    comment = get_comment(actor_in(request), comment_id)
    return answer(edit_comment(actor_in(request), comment, version=based_on(request, body), body=body.body), response)


@router.delete("/comments/{comment_id}", response={204: None, **VERSIONED})
def remove_comment(request: HttpRequest, comment_id: RowId, body: Versioned | None = None) -> Status[None]:
    """Its author, Leads and operators. Its place in the thread stays. Needs If-Match or `version`."""
    comment = get_comment(actor_in(request), comment_id)
    delete_comment(actor_in(request), comment, version=based_on(request, body))
    return Status(204, None)


def answer(comment: Comment, response: HttpResponse) -> CommentOut:
    etag(response, comment.version)
    return comment_out(comment, comment.issue.key)

"""Builds the NinjaAPI: who calls, how bodies are read, how refusals are answered."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from accounts.api import accounts
from accounts.api.auth import BearerDescription, Caller, within_scope
from issues.api import comments, history, issues
from issues.api import projects as project_routes_of_issues
from issues.api.openapi import DescribedAPI
from issues.api.schemas import comment_out, issue_out
from issues.history.states import present_state
from issues.models import Comment, Issue
from issues.selectors.detail import get_comment, get_issue
from itms_site.api import StrictParser, Unreadable, invalid_from
from itms_site.errors import ItmsError, NotFound, NotSignedIn, Stale
from itms_site.middleware import ServerFault, TooLarge, answer, problem, problem_response, refusal_of
from projects.api import labels
from projects.api import projects as project_routes
from projects.api.schemas import project_out
from projects.models import Project
from projects.selectors import get_label, get_member, get_project, my_roles

log = logging.getLogger(__name__)

api = DescribedAPI(
    title="ITMS",
    version="1",
    description="Projects, issues, comments and their history. Refusals are application/problem+json (RFC 9457).",
    urls_namespace="api",
    auth=[Caller(), BearerDescription()],
    parser=StrictParser(),
)


def _look_up(request: HttpRequest) -> None:
    """Raises what the address itself is refused with, if it is."""
    actor = getattr(request, "actor", None)
    names: dict[str, Any] = request.resolver_match.kwargs if request.resolver_match else {}
    if actor is None:
        return
    # These are for Leads when their object is deleted, too.
    deleted_ok, restoring = request.path.endswith("/history"), request.path.endswith("/restore")
    if "key" in names:
        project = get_project(actor, names["key"], deleted_ok=deleted_ok, restoring=restoring)
        if "username" in names:
            get_member(project, names["username"])
        if "name" in names:
            get_label(project, names["name"])
    elif "issue_key" in names:
        issue = get_issue(actor, names["issue_key"], deleted_ok=deleted_ok, restoring=restoring)
        if "name" in names:
            get_label(issue.project, names["name"])
    elif "comment_id" in names and str(names["comment_id"]).isdecimal():
        get_comment(actor, int(names["comment_id"]))


api.add_decorator(within_scope(_look_up))
for router in (
    accounts.router,
    project_routes.router,
    project_routes_of_issues.members,
    labels.router,
    issues.router,
    comments.router,
    history.router,
):
    api.add_router("", router)


@api.exception_handler(ItmsError)
def refused(request: HttpRequest, error: ItmsError) -> HttpResponse:
    if isinstance(error, Stale):
        return problem_response(error, {**problem(error), **_what_changed(request, error)})
    return answer(request, error)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The shape of the body comes after 404 and 410: what the address names is looked up first."""
    try:
        _look_up(request)
    except ItmsError as missing:
        return refused(request, missing)
    if any(complaint["loc"][:1] == ("path",) for complaint in error.errors):
        return answer(request, NotFound())
    return answer(request, invalid_from(error.errors))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja's word for a body that its parser refused; ours says why."""
    cause = error.__cause__
    return unreadable_query(request, cause) if isinstance(cause, Unreadable) else failed(request, error)


@api.exception_handler(Unreadable)
def unreadable_query(request: HttpRequest, error: Unreadable) -> HttpResponse:
    try:
        _look_up(request)
    except ItmsError as missing:
        return refused(request, missing)
    return answer(request, error.refusal)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(request, NotSignedIn())


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(request, NotFound())


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Never a trace to the caller, with DEBUG on either; the log has it under the request's id."""
    refusal = refusal_of(error)
    if isinstance(refusal, TooLarge):  # a body, and those come after the address
        try:
            _look_up(request)
        except ItmsError as missing:
            return refused(request, missing)
    if refusal is not None:
        return answer(request, refusal)
    log.exception("unexpected error at %s %s", request.method, request.path)
    return answer(request, ServerFault("Something went wrong on the server; the log has the details."))


def _what_changed(request: HttpRequest, error: Stale) -> dict[str, Any]:
    """`current`, `changes_since` and `mergeable` of a 412."""
    return {
        "current": _current(request, error.current),
        "changes_since": [{"field": c.field, "old": c.old, "new": c.new} for c in error.changes],
        # What a version that never was would collide with is not known.
        "mergeable": error.mergeable and 1 <= error.base < error.current.version,
    }


def _current(request: HttpRequest, row: Any) -> dict[str, Any]:
    if isinstance(row, Issue):
        return issue_out(row, present_state(row)["labels"]).model_dump()
    if isinstance(row, Comment):
        return comment_out(row, row.issue.key).model_dump()
    assert isinstance(row, Project)
    actor = request.actor  # type: ignore[attr-defined]
    return project_out(row, my_roles(actor, [row]).get(row.pk)).model_dump()

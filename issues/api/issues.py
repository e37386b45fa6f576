"""I1 to I5, L5, L6 and restoring: issues."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from accounts.actor import Actor
from accounts.api.once import post_once
from accounts.api.schemas import person
from accounts.selectors import get_user
from issues import search
from issues.api.schemas import Assign, EditIssue, IssueOut, IssuePage, NewIssue, issue_out
from issues.history.as_of import issue_at, version_at
from issues.models import Issue
from issues.selectors.detail import get_issue, get_issue_by_id
from issues.selectors.listing import labels_by_name, list_issues
from issues.selectors.listing_as_of import AsOf
from issues.services.assigning import assign_issue
from issues.services.deleting import delete_issue, restore_issue
from issues.services.editing import edit_issue
from issues.services.labelling import put_label, take_off_label
from issues.services.opening import open_issue
from itms_site.api import (
    READING,
    VERSIONED,
    WRITING,
    Cursor,
    Limit,
    Moment,
    Text,
    Version,
    Versioned,
    based_on,
    etag,
    moment,
    optional_moment,
    refusals,
)
from itms_site.errors import FieldError, Invalid
from itms_site.moments import parse_moment
from projects.api.projects import actor_in
from projects.models import Project
from projects.roles import Perm
from projects.rules import require
from projects.selectors import get_project

router = Router(tags=["issues"])


@router.get("/issues", response={200: IssuePage, **refusals(401, 422)})
def list_all(
    request: HttpRequest,
    q: Text = "",
    limit: Limit = 50,
    cursor: Cursor = None,
    strict: bool = False,
    as_of: Moment = None,
) -> IssuePage:
    """Issues of every project that you can see; `q` as in the list's search box, most recently updated first."""
    return _page(actor_in(request), None, q, limit, cursor, strict, as_of)


@router.get("/projects/{key}/issues", response={200: IssuePage, **READING})
def list_of_project(
    request: HttpRequest,
    key: str,
    q: Text = "",
    limit: Limit = 50,
    cursor: Cursor = None,
    strict: bool = False,
    as_of: Moment = None,
) -> IssuePage:
    actor = actor_in(request)
    return _page(actor, get_project(actor, key), q, limit, cursor, strict, as_of)


@router.post("/projects/{key}/issues", response={201: IssueOut, **WRITING})
def new_issue(request: HttpRequest, response: HttpResponse, key: str, body: NewIssue) -> Status[IssueOut]:
    """The next number of the project. A Lead names any assignee, a Developer only themself."""
    actor = actor_in(request)
    project = get_project(actor, key)
    made = post_once(
        request,
        actor,
        lambda: _now(open_issue(actor, project.pk, **body.model_dump())),
        remember=_kept,
        recall=lambda kept: _made(actor, Perm.CREATE_ISSUE, kept),
    )
    return Status(201, _as_first(made, response))


@router.get("/issues/{issue_key}", response={200: IssueOut, **READING})
def show_issue(
    request: HttpRequest,
    response: HttpResponse,
    issue_key: str,
    as_of: Moment = None,
    version: Version = None,
) -> IssueOut:
    actor = actor_in(request)
    issue = get_issue(actor, issue_key)
    if as_of is None and version is None:
        return answer(issue, response)
    if as_of is not None and version is not None:
        raise Invalid.one("version", "Ask for `as_of` or for `version`, not for both.", "both")
    then = version if version is not None else version_at(issue, parse_moment(as_of or ""))
    return _as_it_was(issue, then, response)


@router.patch("/issues/{issue_key}", response={200: IssueOut, **VERSIONED})
def change_issue(request: HttpRequest, response: HttpResponse, issue_key: str, body: EditIssue) -> IssueOut:
    """Changes any of title, description, type, priority, status, due_date, labels. Needs If-Match or `version`."""
    issue = get_issue(actor_in(request), issue_key)
    fields: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"version"})
    return answer(edit_issue(actor_in(request), issue, version=based_on(request, body), fields=fields), response)


@router.delete("/issues/{issue_key}", response={204: None, **VERSIONED})
def remove_issue(request: HttpRequest, issue_key: str, body: Versioned | None = None) -> Status[None]:
    """Leaves a tombstone; the number is not used again. Needs If-Match or `version`."""
    issue = get_issue(actor_in(request), issue_key)
    delete_issue(actor_in(request), issue, version=based_on(request, body))
    return Status(204, None)


@router.post("/issues/{issue_key}/restore", response={200: IssueOut, **WRITING})
def bring_back(request: HttpRequest, response: HttpResponse, issue_key: str) -> IssueOut:
    """Brings a deleted issue back as it was."""
    actor = actor_in(request)
    issue = get_issue(actor, issue_key, restoring=True)
    restored = post_once(
        request,
        actor,
        lambda: _now(restore_issue(actor, issue)),
        remember=_kept,
        recall=lambda kept: _made(actor, Perm.DELETE_ISSUE, kept),
    )
    return _as_first(restored, response)


@router.put("/issues/{issue_key}/assignee", response={200: IssueOut, **VERSIONED})
def set_assignee(request: HttpRequest, response: HttpResponse, issue_key: str, body: Assign) -> IssueOut:
    """A user name, or null for nobody. Needs If-Match or `version`."""
    issue = get_issue(actor_in(request), issue_key)
    changed = assign_issue(actor_in(request), issue, version=based_on(request, body), assignee=body.assignee)
    return answer(changed, response)


@router.put("/issues/{issue_key}/labels/{name}", response={200: IssueOut, **WRITING})
def add_label(request: HttpRequest, response: HttpResponse, issue_key: str, name: str) -> IssueOut:
    """Puts the label on. Needs no version: it commutes."""
    return answer(put_label(actor_in(request), get_issue(actor_in(request), issue_key), name), response)


@router.delete("/issues/{issue_key}/labels/{name}", response={200: IssueOut, **WRITING})
def remove_label(request: HttpRequest, response: HttpResponse, issue_key: str, name: str) -> IssueOut:
    """Takes the label off. Needs no version: it commutes."""
    return answer(take_off_label(actor_in(request), get_issue(actor_in(request), issue_key), name), response)


def answer(issue: Issue, response: HttpResponse) -> IssueOut:
    etag(response, issue.version)
    return issue_out(issue, [label.name for label in labels_by_name(issue)])


def _page(
    actor: Actor,
    project: Project | None,
    q: str,
    limit: int,
    cursor: str | None,
    strict: bool,
    as_of: str | None,
) -> IssuePage:
    parsed = search.parse(q)
    query = search.compile(parsed, actor, today=_today(actor), project=project)
    if strict and (wrong := search.strict_errors(query)):
        raise Invalid(*[FieldError("q", "query", f"{message} (characters {a} to {b})") for message, (a, b) in wrong])
    then = parse_moment(as_of) if as_of is not None else query.as_of
    if then is None:
        page = list_issues(actor, query, project=project, after=cursor, limit=limit, whole=True)
    else:
        past = AsOf(actor, parsed, query, then, project=project, today=_today(actor))
        if past.unasked:
            # Answered without that part it would be a wrong answer that looks right.
            raise Invalid(*[FieldError("q", "as_of", f"{part} cannot be asked of the past.") for part in past.unasked])
        page = past.page(after=cursor, limit=limit, whole=True)
    items = [issue_out(issue, [label.name for label in issue.label_list]) for issue in page.items]
    return IssuePage(items=items, next=page.next)


def _today(actor: Actor) -> datetime.date:
    """The actor's day, by session and by token alike."""
    try:
        zone = zoneinfo.ZoneInfo(actor.user.time_zone if actor.user else "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = zoneinfo.ZoneInfo("UTC")
    return timezone.localdate(timezone=zone)


Made = tuple[Issue, int]  # and the version that it had when the request came first


def _now(issue: Issue) -> Made:
    return issue, issue.version


def _kept(made: Made) -> dict[str, Any]:
    return {"issue": made[0].pk, "version": made[1]}


def _made(actor: Actor, perm: Perm, kept: dict[str, Any]) -> Made:
    """What a repeated request made before, for whom it would be permitted today."""
    issue = get_issue_by_id(actor, kept["issue"])
    require(actor, perm, issue.project)
    return issue, kept.get("version", issue.version)


def _as_first(made: Made, response: HttpResponse) -> IssueOut:
    issue, version = made
    return answer(issue, response) if issue.version == version else _as_it_was(issue, version, response)


def _as_it_was(issue: Issue, version: int, response: HttpResponse) -> IssueOut:
    """The issue in that version: people and key as they are called today, label names as they were then."""
    row, state = issue_at(issue, version)
    out = answer(issue, response)
    for name, value in state.items():
        if name != "assignee":
            setattr(out, name, value)
    out.assignee = person(get_user(row.assignee_id)) if row.assignee_id else None
    out.updated_at, out.closed_at = moment(row.updated_at), optional_moment(row.closed_at)
    out.version = version
    etag(response, version)
    return out

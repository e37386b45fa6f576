"""The only door to one issue and to one comment."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.models import User
from issues.models import Comment, Issue, IssueOldKey
from itms_site.db.prepared import Prepared
from itms_site.errors import Conflict, Forbidden, Gone, ItmsError, Moved, NotFound
from projects.models import ProjectKey
from projects.roles import Perm
from projects.rules import may, visible_projects
from projects.selectors import get_project

_KEY = re.compile(r"\A([A-Za-z][A-Za-z0-9]{1,15})-([1-9][0-9]{0,17})\Z", re.ASCII)


def get_issue(
    actor: Actor, key: str, *, deleted_ok: bool = False, restoring: bool = False, follow: bool = False
) -> Issue:
    """The issue of that key, with project, reporter and assignee loaded (of people what is shown and asked of them).

    Raises NotFound, Gone (with `deleted_ok`, only for those who could not restore it; `restoring`, these get
    Forbidden), Moved when another key or spelling leads to it (unless `follow`)."""
    issue = _by_number(actor, key) or _by_old_key(actor, key)
    if issue is None:
        raise NotFound(f"There is no issue {key} that you can see.")
    if issue.project.deleted_at is not None:
        get_project(actor, issue.project.key, deleted_ok=deleted_ok or restoring)
    if issue.deleted_at is not None:
        can_restore = may(actor, Perm.DELETE_ISSUE, issue.project)
        if restoring and not can_restore:
            raise Forbidden(f"Leads of {issue.project.key} and operators restore issues.")
        if not ((deleted_ok or restoring) and can_restore):
            by = issue.deleted_by.username if issue.deleted_by else None
            raise Gone(issue.key, by, issue.deleted_at, can_restore=can_restore)
    if issue.key != key and not follow:
        raise Moved(key, issue.key)
    return issue


def get_issue_by_id(actor: Actor, issue_id: int) -> Issue:
    """For what a repeated request made before. Raises NotFound, Gone."""
    issue = _issues(actor).filter(pk=issue_id).first()
    if issue is None:
        raise NotFound("What this request made is not there any more, or you may no longer see it.")
    return get_issue(actor, issue.key)


def lock_issue(actor: Actor, issue_id: int, *, deleted_ok: bool = False) -> Issue:
    """The same issue read again, with its project, under the project's lock.

    Raises NotFound when the actor may no longer see it, Conflict when its project was deleted meanwhile, Gone when it
    was itself."""
    found: list[Issue] = _seen_again.fetch(actor.is_operator, given=(actor.user_id or 0, issue_id))
    issue = found[0] if found else None
    if issue is None:
        raise NotFound("This issue is not there any more, or you may no longer see it.")
    if issue.project.deleted_at is not None:
        raise Conflict(f"{issue.project.key} was deleted meanwhile.")
    if issue.deleted_at is not None and not deleted_ok:
        by = issue.deleted_by.username if issue.deleted_by else None
        raise Gone(issue.key, by, issue.deleted_at, can_restore=may(actor, Perm.DELETE_ISSUE, issue.project))
    return issue


def _visible_again(is_operator: bool, user_id: int, issue_id: int) -> QuerySet[Issue]:
    seen = visible_projects(Actor.stand_in(user_id, is_operator), "project__")
    return Issue.objects.filter(seen, pk=issue_id).select_related("project")


_seen_again = Prepared(_visible_again)


def get_comment(actor: Actor, comment_id: int) -> Comment:
    """Raises NotFound; Gone when it, its issue or its project was deleted."""
    comment = (
        Comment.objects.filter(visible_projects(actor, "project__"), pk=comment_id)
        .select_related("issue__project", "author", "change__actor")
        .first()
    )
    if comment is None:
        raise NotFound("There is no such comment that you can see.")
    get_issue(actor, comment.issue.key, follow=True)
    if comment.deleted_at is not None:
        by = comment.change.actor.username if comment.change.actor else None
        raise Gone("The comment", by, comment.deleted_at)
    return comment


def issue_exists(actor: Actor, key: str) -> bool:
    """For references in text: whether the key leads to something that may be seen."""
    try:
        get_issue(actor, key, follow=True)
    except ItmsError:
        return False
    return True


_PEOPLE = ("reporter", "assignee", "deleted_by")
_OF_PEOPLE = {"id", "username", "username_canonical", "first_name", "last_name", "is_active"}
_NOT_OF_PEOPLE = [f"{who}__{f.name}" for who in _PEOPLE for f in User._meta.concrete_fields if f.name not in _OF_PEOPLE]


def _issues(actor: Actor) -> QuerySet[Issue]:
    seen = Issue.objects.filter(visible_projects(actor, "project__"))
    return seen.select_related("project", *_PEOPLE).defer(*_NOT_OF_PEOPLE)


def _by_number(actor: Actor, key: str) -> Issue | None:
    match = _KEY.match(key)
    if not match:
        return None
    found = _numbered.fetch(actor.is_operator, given=(actor.user_id or 0, match[1].upper(), int(match[2])))
    return found[0] if found else None


def _issues_numbered(is_operator: bool, user_id: int, key: str, number: int) -> QuerySet[Issue]:
    heads = ProjectKey.objects.filter(key=key).values("head_id")
    return _issues(Actor.stand_in(user_id, is_operator)).filter(project_id__in=heads, number=number)


_numbered = Prepared(_issues_numbered)


def _by_old_key(actor: Actor, key: str) -> Issue | None:
    if len(key) > 64:
        return None
    rows = IssueOldKey.objects.filter(key=key.upper()).values("issue_id")
    return _issues(actor).filter(pk__in=rows).order_by("pk").first()

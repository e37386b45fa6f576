"""Which issues a query finds among those that may be seen, and in which order they stand."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from issues.models import Comment, Issue
from issues.rules import visible
from issues.search import Compiled
from itms_site.paging import Key
from projects.models import Membership, Project
from projects.roles import PERMISSIONS, Perm
from projects.rules import may, visible_projects

FAR = datetime.date(9999, 12, 31)
# Where a list cannot be ranked (issues/selectors/ranking.py), relevance is what changed last.
COLUMNS = {
    "updated": "updated_at",
    "relevance": "updated_at",
    "created": "created_at",
    "due": "due_sort",
    "priority": "priority_rank",
    "key": "number",
    "comments": "comments_sort",
}


def order_of(sorts: Sequence[tuple[str, bool]]) -> list[Key]:
    """From (field, descending) to columns; the id at the end makes the order total."""
    keys = [Key(COLUMNS[field], descending) for field, descending in sorts]
    return [*keys, Key("id", keys[0].descending)]


def matching(actor: Actor, query: Compiled, *, project: Project | None = None) -> QuerySet[Issue]:
    """All issues that the query finds and the actor may see. Deleted ones only when asked for, and only for those
    who may restore them."""
    rows = with_deleted(actor, project) if query.wants_deleted else Issue.objects.filter(visible(actor))
    if project is not None:
        rows = rows.filter(project=project)
    rows = rows.filter(query.where)
    if any(field == "due" for field, _descending in query.order):
        rows = rows.annotate(due_sort=Coalesce("due_date", Value(FAR)))
    if any(field == "comments" for field, _descending in query.order):
        rows = rows.annotate(comments_sort=comments_of("pk"))
    return rows


def with_deleted(actor: Actor, project: Project | None = None) -> QuerySet[Issue]:
    """All issues that the actor may see, and those that they may restore."""
    rows = Issue.objects.filter(visible_projects(actor, "project__"), project__deleted_at=None)
    return rows.filter(Q(deleted_at=None) | Q(project_id__in=restorable_in(actor, project)))


def comments_of(issue_id: str, **only: Any) -> Coalesce:
    """How many comments that are not deleted the issue has whose id stands in that column of the outer query."""
    comments = Comment.objects.filter(issue_id=OuterRef(issue_id), deleted_at=None, **only)
    count = comments.order_by().values("issue_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count), Value(0), output_field=IntegerField())


def restorable_in(actor: Actor, project: Project | None = None) -> QuerySet[Project] | list[int]:
    """The projects, or that one, whose deleted issues the actor may read and restore."""
    if project is not None:
        return [project.pk] if may(actor, Perm.DELETE_ISSUE, project) else []
    if actor.is_operator:
        return Project.objects.all()
    roles = [role for role, perms in PERMISSIONS.items() if Perm.DELETE_ISSUE in perms]
    mine = Membership.objects.filter(user=actor.user, slot=0, role__in=roles)
    return Project.objects.filter(pk__in=mine.values("project_id"))

"""Lists of issues: visible, filtered, in a stable order, one keyset page at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from issues.models import Comment, Issue, IssueLabel
from issues.rules import visible
from issues.search import Compiled
from itms_site.paging import Key, Page, page_of
from projects.models import Label, Membership, Project
from projects.roles import PERMISSIONS, Perm
from projects.rules import may, visible_projects

FAR = datetime.date(9999, 12, 31)
COLUMNS = {
    "updated": "updated_at",
    "created": "created_at",
    "due": "due_sort",
    "priority": "priority_rank",
    "key": "number",
}


def order_of(sorts: Sequence[tuple[str, bool]]) -> list[Key]:
    """From (field, descending) to columns; the id at the end makes the order total."""
    keys = [Key(COLUMNS[field], descending) for field, descending in sorts]
    return [*keys, Key("id", keys[0].descending)]


def list_issues(
    actor: Actor, query: Compiled, *, project: Project | None = None, after: str | None = None, limit: int = 50
) -> Page[Issue]:
    """One page, each issue with `label_list` and `comment_count`. Three queries, whatever the number of rows.

    Raises Invalid for a cursor of another list."""
    rows = matching(actor, query, project=project)
    rows = rows.select_related("project", "assignee", "reporter").defer("description")
    page = page_of(rows, order_of(query.order), limit=limit, after=after)
    decorate(page.items)
    return page


def matching(actor: Actor, query: Compiled, *, project: Project | None = None) -> QuerySet[Issue]:
    """All issues that the query finds and the actor may see. Deleted ones only when asked for, and only for those
    who may restore them."""
    if query.wants_deleted:
        rows = Issue.objects.filter(visible_projects(actor, "project__"), deleted_at__isnull=False)
        rows = rows.filter(project_id__in=_may_restore_in(actor, project))
    else:
        rows = Issue.objects.filter(visible(actor))
    if project is not None:
        rows = rows.filter(project=project)
    rows = rows.filter(query.where)
    if any(field == "due" for field, _descending in query.order):
        rows = rows.annotate(due_sort=Coalesce("due_date", Value(FAR)))
    return rows


def decorate(issues: Iterable[Issue]) -> None:
    """Gives each issue `label_list` (by name) and `comment_count`. Two queries."""
    by_id = {issue.pk: issue for issue in issues}
    for issue in by_id.values():
        issue.label_list, issue.comment_count = [], 0  # type: ignore[attr-defined]
    if not by_id:
        return
    rows = IssueLabel.objects.filter(issue_id__in=by_id).select_related("label").order_by("label__name_canonical")
    for row in rows:
        by_id[row.issue_id].label_list.append(row.label)  # type: ignore[attr-defined]
    counts = Comment.objects.filter(issue_id__in=by_id, deleted_at=None).values("issue_id").annotate(n=Count("pk"))
    for issue_id, n in counts.values_list("issue_id", "n"):
        by_id[issue_id].comment_count = n  # type: ignore[attr-defined]


def count_up_to(rows: QuerySet[Issue], limit: int = 1000) -> tuple[int, bool]:
    """(number, whether there are more): counting stops at `limit`, so that it stays cheap."""
    n = len(rows.order_by().values_list("pk", flat=True)[: limit + 1])
    return min(n, limit), n > limit


def labels_by_name(issue: Issue) -> list[Label]:
    return list(Label.objects.filter(issue_labels__issue_id=issue.pk).order_by("name_canonical"))


def _may_restore_in(actor: Actor, project: Project | None) -> QuerySet[Project] | list[int]:
    if project is not None:
        return [project.pk] if may(actor, Perm.DELETE_ISSUE, project) else []
    if actor.is_operator:
        return Project.objects.all()
    roles = [role for role, perms in PERMISSIONS.items() if Perm.DELETE_ISSUE in perms]
    mine = Membership.objects.filter(user_id=actor.user_id, slot=0, role__in=roles)
    return Project.objects.filter(pk__in=mine.values("project_id"))

"""Lists of issues: visible, filtered, in a stable order, one keyset page at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from issues.models import Comment, Issue, IssueLabel
from issues.rules import visible
from issues.search import Compiled
from issues.selectors.grouping import group_order, in_groups
from issues.selectors.reading import index_for, read_page
from itms_site.db.text import canonical
from itms_site.db.walking import walking
from itms_site.paging import Key, Page, page_of
from projects.models import Label, Membership, Project
from projects.roles import PERMISSIONS, Perm
from projects.rules import may, visible_projects

COUNTED = 1000  # beyond this, lists say "1,000+"
FAR = datetime.date(9999, 12, 31)
COLUMNS = {
    "updated": "updated_at",
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


class LabelShown(NamedTuple):
    """A label as lists show it; colour is #rrggbb or ''."""

    name: str
    colour: str


def list_issues(
    actor: Actor,
    query: Compiled,
    *,
    project: Project | None = None,
    after: str | None = None,
    limit: int = 50,
    whole: bool = False,
    group: str | None = None,
) -> Page[Issue]:
    """One page, each issue with `label_list` and `comment_count`. Two queries, whatever the number of rows.

    `whole` loads descriptions and reporters too, by a third; `group` (one of LIST_GROUPS) comes first in the order.
    Raises Invalid for a cursor of another list."""
    rows = matching(actor, query, project=project)
    rows = rows.select_related("project", "assignee")
    # A join with the reporters, of whom each issue has one, is where MariaDB likes to begin: it then sorts every issue.
    rows = rows.prefetch_related("reporter") if whole else rows.defer("description")
    order = order_of(query.order)
    if group:
        page = page_of(in_groups(rows, group), [group_order(group), *order], limit=limit, after=after)
    else:
        page = read_page(rows, query, order, project=project, limit=limit, after=after)
    decorate(page.items)
    return page


def page_of_ids(actor: Actor, query: Compiled, *, project: Project | None, limit: int) -> Page[Issue]:
    """The first page, nothing loaded but what the order needs."""
    order = order_of(query.order)
    rows = matching(actor, query, project=project).only("pk", "updated_at")
    return read_page(rows, query, order, project=project, limit=limit)


def countable(actor: Actor, query: Compiled, *, project: Project | None = None) -> QuerySet[Issue]:
    """What `matching` gives, to be counted up to some number: read as the list is."""
    index = index_for(query.frame, order_of(query.order), project)
    rows = matching(actor, query, project=project)
    return walking(rows, index) if index else rows


def one_listed(actor: Actor, query: Compiled, key: str, *, project: Project | None = None) -> Issue | None:
    """That issue as `list_issues` gives it; None where the query does not find it."""
    name, _, number = key.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    rows = matching(actor, query, project=project).filter(project__key=name, number=int(number))
    issue = rows.select_related("project", "assignee").defer("description").first()
    if issue is not None:
        decorate([issue])
    return issue


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


def decorate(issues: Iterable[Issue]) -> None:
    """Gives each issue `label_list` (of LabelShown, by name) and `comment_count`. One query."""
    by_id = {issue.pk: issue for issue in issues}
    for issue in by_id.values():
        issue.label_list, issue.comment_count = [], 0  # type: ignore[attr-defined]
    if not by_id:
        return
    labels = IssueLabel.objects.filter(issue_id__in=by_id).annotate(n=Value(0))
    comments = Comment.objects.filter(issue_id__in=by_id, deleted_at=None).values("issue_id").annotate(n=Count("pk"))
    facts = labels.values_list("issue_id", "n", "label__name", "label__colour").union(
        comments.annotate(no_name=Value(""), no_colour=Value("")).values_list("issue_id", "n", "no_name", "no_colour"),
        all=True,
    )
    for issue_id, n, name, colour in facts:
        if name:
            by_id[issue_id].label_list.append(LabelShown(name, colour))  # type: ignore[attr-defined]
        else:
            by_id[issue_id].comment_count = n  # type: ignore[attr-defined]
    for issue in by_id.values():
        issue.label_list.sort(key=lambda label: canonical(label.name))  # type: ignore[attr-defined]


def count_up_to(rows: QuerySet[Issue], limit: int = COUNTED) -> tuple[int, bool]:
    """(number, whether there are more): counting stops at `limit`, so that it stays cheap."""
    n = rows.order_by()[: limit + 1].count()
    return min(n, limit), n > limit


def labels_by_name(issue: Issue) -> list[Label]:
    return list(Label.objects.filter(issue_labels__issue_id=issue.pk).order_by("name_canonical"))


def restorable_in(actor: Actor, project: Project | None = None) -> QuerySet[Project] | list[int]:
    """The projects, or that one, whose deleted issues the actor may read and restore."""
    if project is not None:
        return [project.pk] if may(actor, Perm.DELETE_ISSUE, project) else []
    if actor.is_operator:
        return Project.objects.all()
    roles = [role for role, perms in PERMISSIONS.items() if Perm.DELETE_ISSUE in perms]
    mine = Membership.objects.filter(user=actor.user, slot=0, role__in=roles)
    return Project.objects.filter(pk__in=mine.values("project_id"))

"""Lists in groups: by which property, in which order, how many each has. The group comes first in the order of the
rows, so that a page goes on in the group where the one before ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from issues.models import Issue, Status, Type
from itms_site.paging import Key

_COLUMNS = {"assignee": "assignee__username", "project": "project__key"}


def in_groups(rows: QuerySet[Issue], by: str) -> QuerySet[Issue]:
    """With the column that `group_order` sorts by: statuses and types in their order, people by name behind nobody."""
    return rows.annotate(group_rank=_rank(by))


def group_order(by: str) -> Key:
    return Key("group_rank", descending=by == "priority")


def group_of(issue: Any, by: str) -> str:
    """The value that the issue's group is of; '' for nobody."""
    if by == "assignee":
        return issue.assignee.username if issue.assignee else ""
    return str(issue.project.key if by == "project" else getattr(issue, by))


def group_sizes(rows: QuerySet[Issue], by: str) -> QuerySet[Issue, Any]:
    """("size", value, "", how many of the rows are in that group), a part of what `choices_of` asks."""
    value = Coalesce(_COLUMNS.get(by, by), Value(""), output_field=CharField())
    named = rows.order_by().annotate(kind=Value("size"), of=value, no_more=Value("")).values("kind", "of", "no_more")
    return named.annotate(n=Count("pk")).values_list("kind", "of", "no_more", "n")


def _rank(by: str) -> Any:
    if by in ("status", "type"):
        values = Status.values if by == "status" else Type.values
        ranks = [When(**{by: value}, then=Value(rank)) for rank, value in enumerate(values)]
        return Case(*ranks, default=Value(len(values)), output_field=IntegerField())
    if by == "priority":
        return F("priority_rank")
    if by == "project":
        return F("project__key")
    return Coalesce("assignee__username_canonical", Value(""), output_field=CharField())

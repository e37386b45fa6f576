"""Lists in groups: by which property, in which order, how many each has. The group comes first in the order of the
rows, so that a page goes on in the group where the one before ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from issues.models import OPEN_STATUSES, PRIORITY_RANK, Issue, Status, Type
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


def in_group(rows: QuerySet[Issue], by: str, *values: str) -> QuerySet[Issue]:
    """Those of one of these groups, named as `group_of` does."""
    column = _COLUMNS.get(by, by)
    nobody = Q(**{f"{column}__isnull": True}) if "" in values else Q(pk__in=[])
    return rows.filter(Q(**{f"{column}__in": [value for value in values if value]}) | nobody)


def places_of(by: str, is_open: bool | None) -> list[tuple[Any, Q]]:
    """The groups in their order, where they are the same for everybody; else none: the `group_rank` of each, and which
    issues are in it. `is_open`: what the statuses have to be, None for any."""
    if by == "priority":
        ranks = sorted(PRIORITY_RANK.values(), reverse=True)
        return [(rank, Q(priority_rank=rank)) for rank in ranks]
    values = {"status": Status.values, "type": Type.values}.get(by, [])
    places = [(rank, Q(**{by: value})) for rank, value in enumerate(values)]
    if by == "status" and is_open is not None:
        return [(rank, where) for rank, where in places if (Status.values[rank] in OPEN_STATUSES) == is_open]
    return places


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

"""The ledger for those who look into it: which Changes there are, and which rows each of them wrote.

Operators read all of it, Leads that of the projects that they manage; acts on accounts belong to no project."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from accounts.actor import Actor
from accounts.models import Change, Tracked
from accounts.selectors import usernames
from issues.history.versions import KINDS, changes_of_rows
from issues.models import Comment, Issue
from itms_site.db.text import canonical
from itms_site.db.walking import IDS, by_ids, not_by
from itms_site.errors import FieldChange
from itms_site.paging import Key, Page, beyond, first_of, in_order, read_cursor
from projects.models import Membership, Project
from projects.rules import managed_projects

# Ids ascend as Changes are written; `at` does not, an import takes the moments of its source.
ORDER = (Key("id", descending=True),)


@dataclass(frozen=True)
class Question:
    """What is looked for; '' and None ask nothing.

    verb   `issue.edit`, or `issue.` for all that begins so
    since  inclusive, `until` exclusive"""

    project: str = ""
    actor: str = ""
    verb: str = ""
    via: str = ""
    request_id: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


@dataclass(frozen=True)
class Written:
    """One row that a Change wrote. `name` as people call it: `ABC-12`, a user name, a label."""

    kind: str
    pk: int
    name: str
    version: int
    type: str
    changes: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True)
class Summary:
    """The first row that a Change wrote, and how many there were besides."""

    first: Written
    more: int


def ledger_page(actor: Actor, question: Question, *, limit: int, after: str | None = None) -> Page[Change]:
    """The newest Changes of those first. Two queries. Raises Invalid for a cursor of another list."""
    rows = ledger_for(actor, question)
    if after:
        rows = beyond(rows, ORDER, read_cursor(rows, ORDER, after))
    if question.actor:
        rows = not_by(rows, "change_seq_unique", "change_head_at")  # that of the actor's is in the order of the ids
    walks = None if question.project or question.actor or question.request_id else IDS
    changes, found = by_ids(in_order(rows, ORDER)[: limit + 1], walks=walks)
    return first_of(changes, ORDER, limit, found=found)


def ledger_for(actor: Actor, question: Question) -> QuerySet[Change]:
    """The Changes that the actor may read and the question asks for, in no order."""
    found = Change.objects.select_related("actor", "head__project")
    if not actor.is_operator:
        mine = Project.objects.filter(managed_projects(actor)).values_list("pk", flat=True)
        found = found.filter(head_id__in=list(mine))
    if question.project:
        found = found.filter(head__keys__key=question.project.upper())
    if question.actor:
        who = canonical(question.actor)
        found = found.filter(actor=None) if who == "system" else found.filter(actor__username_canonical=who)
    if question.verb:
        exact = Q(verb=question.verb)
        found = found.filter(Q(verb__startswith=question.verb) if question.verb.endswith(".") else exact)
    if question.via:
        found = found.filter(via=question.via)
    if question.request_id:
        found = found.filter(request_id=question.request_id)
    if question.since:
        found = found.filter(at__gte=question.since)
    if question.until:
        found = found.filter(at__lt=question.until)
    return found


def summaries(changes: Sequence[Change]) -> dict[int, Summary]:
    """Change id → what it wrote, for those that wrote a tracked row. At most 13 queries, however many rows."""
    counts: dict[int, int] = {}
    rows: dict[int, Written] = {}
    ids = [change.pk for change in changes]
    for model in KINDS:
        history = model.history.filter(change_id__in=ids)  # type: ignore[attr-defined]
        firsts = list(history.values("change_id").annotate(first=Min("history_id"), many=Count("pk")).order_by())
        for found in firsts:
            counts[found["change_id"]] = counts.get(found["change_id"], 0) + found["many"]
        some = list(model.history.filter(history_id__in=[f["first"] for f in firsts]))  # type: ignore[attr-defined]
        for row, written in zip(some, _written(model, some), strict=True):
            rows.setdefault(row.change_id, written)
    return {pk: Summary(written, counts[pk] - 1) for pk, written in rows.items()}


def written_by(change_ids: Sequence[int], *, limit: int | None = None) -> dict[int, list[Written]]:
    """Change id → its rows with what they changed, at most `limit` of each kind in all."""
    found: dict[int, list[Written]] = {pk: [] for pk in change_ids}
    for model in KINDS:
        rows = list(model.history.filter(change_id__in=change_ids).order_by("history_id")[:limit])  # type: ignore[attr-defined]
        for row, written in zip(rows, _written(model, rows, changes=True), strict=True):
            found[row.change_id].append(written)
    return found


def count_written(change: Change) -> int:
    return sum(model.history.filter(change_id=change.pk).count() for model in KINDS)  # type: ignore[attr-defined]


def _written(model: type[Tracked], rows: Sequence[Any], *, changes: bool = False) -> Iterator[Written]:
    names = _names(model, rows)
    told = changes_of_rows(model, rows) if changes else [[] for _ in rows]
    for row, name, fields in zip(rows, names, told, strict=True):
        yield Written(KINDS[model], row.id, name, row.version, row.history_type, fields)


def _names(model: type[Tracked], rows: Sequence[Any]) -> list[str]:
    if model is Membership:
        people = usernames({row.user_id for row in rows})
        return [people[row.user_id] for row in rows]
    if model in (Issue, Comment):
        ids = {row.issue_id if model is Comment else row.id for row in rows}
        found = Issue.objects.filter(pk__in=ids).values_list("pk", "project__key", "number")
        keys = {pk: f"{key}-{number}" for pk, key, number in found}
        return [f"#{row.id} on {keys[row.issue_id]}" if model is Comment else keys[row.id] for row in rows]
    return [row.key if model is Project else row.name for row in rows]

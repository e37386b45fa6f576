"""All issues that a query finds, for files: in the list's order, each one once, in pieces that fit into memory.

The order is taken at once, as bare numbers; what stands in the issues is read piece by piece, with the reader's rights
asked again. So an issue that changes meanwhile comes neither twice nor not at all."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import CharField, Func, QuerySet

from accounts.actor import Actor
from issues.models import Issue, IssueLabel
from issues.rules import visible
from issues.search import Compiled
from issues.selectors.matching import matching, order_of
from issues.selectors.narrowing import narrowed
from issues.selectors.ranking import RANKED, in_rank, is_ranked
from itms_site.db.prepared import Prepared, filled_up
from itms_site.db.walking import IDS, walking
from projects.models import Project

PIECE = 500


class Exported(NamedTuple):
    """A row of the file; `labels` by name, moments as the API writes them. Read as columns: ten thousand model
    instances take seconds, and their thirty thousand moments a third of one."""

    pk: int
    project: str
    number: int
    title: str
    type: str
    status: str
    priority: str
    reporter: str
    reporter_first: str
    reporter_last: str
    assignee: str | None
    assignee_first: str | None
    assignee_last: str | None
    due_date: datetime.date | None
    created_at: str
    updated_at: str
    closed_at: str | None
    version: int
    description: str
    labels: list[str]

    @property
    def key(self) -> str:
        return f"{self.project}-{self.number}"


COLUMNS = (
    "pk", "project__key", "number", "title", "type", "status", "priority",
    "reporter__username", "reporter__first_name", "reporter__last_name",
    "assignee__username", "assignee__first_name", "assignee__last_name",
    "due_date", "created_text", "updated_text", "closed_text", "version", "description",
)  # fmt: skip


def export_issues(actor: Actor, query: Compiled, *, project: Project | None = None) -> Iterator[list[Exported]]:
    """Pieces of PIECE issues, two queries each, nothing deleted. What is found is settled when this returns.

    By relevance: what the list shows, and behind it what else the query finds, which the list does not."""
    order = [f"-{key.column}" if key.descending else key.column for key in order_of(query.order)]
    rows = narrowed(matching(actor, query, project=project), query.frame).filter(deleted_at=None).order_by(*order)
    found = array("q", (pk for (pk,) in rows.values_list("pk").iterator(chunk_size=10_000)))
    if is_ranked(query):
        found[:RANKED] = array("q", in_rank(query, found[:RANKED].tolist()))
    return (_piece(actor, found[at : at + PIECE].tolist()) for at in range(0, len(found), PIECE))


def _piece(actor: Actor, ids: list[int]) -> list[Exported]:
    labels: dict[int, list[str]] = {}
    filled = filled_up(ids, PIECE)
    for pk, name in _labels.fetch(given=filled):
        labels.setdefault(pk, []).append(name)
    rows = _rows.fetch(actor.is_operator, given=[actor.user_id or 0, *filled])
    read = {row[0]: Exported._make((*row, labels.get(row[0], []))) for row in rows}
    return [read[pk] for pk in ids if pk in read]


def _labels_of(*ids: int) -> QuerySet[IssueLabel, Any]:
    borne = IssueLabel.objects.filter(issue_id__in=ids).order_by("label__name_canonical")
    return borne.values_list("issue_id", "label__name")


def _rows_of(is_operator: bool, user_id: int, *ids: int) -> QuerySet[Issue, Any]:
    rows = walking(Issue.objects.filter(visible(Actor.stand_in(user_id, is_operator)), pk__in=ids), IDS)
    return rows.annotate(
        created_text=_Written("created_at"), updated_text=_Written("updated_at"), closed_text=_Written("closed_at")
    ).values_list(*COLUMNS)


class _Written(Func):
    """A moment, put into words by the database as `itms_site.api.moment` does it: RFC 3339, UTC, microseconds."""

    output_field = CharField()
    template = "DATE_FORMAT(%(expressions)s, '%%%%Y-%%%%m-%%%%dT%%%%T.%%%%fZ')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Where it is text: 2026-01-31 12:00:00, and behind it six digits, unless all of them are 0.
        end = "CASE LENGTH(%(expressions)s) WHEN 19 THEN '.000000Z' ELSE 'Z' END"
        return self.as_sql(compiler, connection, template=f"REPLACE(%(expressions)s, ' ', 'T') || {end}")


_labels, _rows = Prepared(_labels_of), Prepared(_rows_of)

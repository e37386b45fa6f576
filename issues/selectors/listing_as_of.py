"""Lists of issues as they were at a past moment, read from the history: each issue's newest version until then.

Who may look is asked today. What other tables held then (comments, who was mentioned) is not searched; `left_out`
says so for each part of a query."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from accounts.actor import Actor
from issues import search
from issues.history.states import LabelNames
from issues.models import Comment, Issue
from issues.search.context import Context
from issues.search.fields import FIELDS
from issues.search.fulltext import description_q, title_q
from issues.search.keys import number_q
from issues.search.nodes import And, Node, Not, Or, Term, Word
from issues.search.spelling import plain
from issues.selectors.listed import LabelShown
from issues.selectors.matching import FAR, comments_of, order_of, restorable_in
from issues.selectors.ranking import is_ranked
from itms_site.db.text import canonical
from itms_site.db.walking import by_ids
from itms_site.paging import Key, Page, beyond, first_of, in_order, page_of, read_cursor
from projects.models import Label, Project
from projects.rules import visible_projects

# Keys whose question is about columns that the history has too.
_COLUMNS = {
    "status", "type", "priority", "assignee", "author", "project", "created", "updated", "closed", "due",
}  # fmt: skip
_STATES = {"open", "closed", "overdue", "mine"}
_NAMED_LABELS = 200


class _LeftOutError(Exception):
    """This part of the query cannot be asked of the past."""


class AsOf:
    """rows      all versions that the query finds, one for each issue
    unasked   the parts of the query that are not applied
    left_out  a sentence about each of them"""

    def __init__(
        self,
        actor: Actor,
        parsed: search.Parsed,
        query: search.Compiled,
        moment: datetime.datetime,
        *,
        project: Project | None = None,
        today: datetime.date,
    ) -> None:
        self.moment, self.query = moment, query
        self.unasked: list[str] = []
        if is_ranked(query):
            self.unasked.append("“sort:relevance”")
        self._context = Context(actor, min(moment.date(), today), project)
        self._project = project
        self.rows = self._rows(actor, self._where(parsed.terms))

    @property
    def left_out(self) -> list[str]:
        return [f"{part} cannot be asked of the past; that part is left out." for part in self.unasked]

    def page(self, *, after: str | None = None, limit: int = 50, whole: bool = False) -> Page[Any]:
        """One page, each row with `key`, `label_list` and `comment_count`. At most six queries.

        `whole` loads the descriptions too. Raises Invalid for a cursor of another list."""
        rows = self.rows.select_related("project", "assignee", "reporter")
        if not whole:
            rows = rows.defer("description")
        if [field for field, _descending in self.query.order] == ["updated"]:
            return self._latest(rows, limit=limit, after=after)
        if any(field == "due" for field, _descending in self.query.order):
            rows = rows.annotate(due_sort=Coalesce("due_date", Value(FAR)))
        if any(field == "comments" for field, _descending in self.query.order):
            rows = rows.annotate(comments_sort=comments_of("id", created_at__lte=self.moment))
        page = page_of(rows, order_of(self.query.order), limit=limit, after=after)
        self._decorate(page.items)
        return page

    def _latest(self, rows: QuerySet[Any], *, limit: int, after: str | None) -> Page[Any]:
        """By when they were changed last, walking through the versions in the order in which they were written. One
        query for the ids, so that what is joined to show them is not where the database begins."""
        descending = self.query.order[0][1]
        order = [Key("history_date", descending), Key("history_id", descending)]
        if after:
            rows = beyond(rows, order, read_cursor(rows, order, after))
        by = "issue_at" if self._project is not None else "issue_at_all"
        versions, found = by_ids(in_order(rows, order)[: limit + 1], walks=by)
        page = first_of(versions, order, limit, found=found)
        self._decorate(page.items)
        return page

    def _rows(self, actor: Actor, where: Q) -> QuerySet[Any]:
        versions = Issue.history.model._base_manager
        newest = versions.filter(id=OuterRef("id"), history_date__lte=self.moment).order_by("-version")
        readable = Issue.objects.filter(pk=OuterRef("id")).filter(
            Q(deleted_at=None) | Q(project_id__in=restorable_in(actor, self._project))
        )
        rows = versions.filter(
            visible_projects(actor, "project__"),
            Exists(readable),
            project__deleted_at=None,
            history_date__lte=self.moment,
            deleted_at=None,
            version=Subquery(newest.values("version")[:1]),
        )
        if self._project is not None:
            rows = rows.filter(project=self._project)
        return rows.annotate(labels_then=Cast("label_ids", TextField())).filter(where)  # type: ignore[no-any-return]

    def _where(self, terms: tuple[Node, ...]) -> Q:
        found = Q()
        for node in terms:
            try:
                found &= self._q(node)
            except _LeftOutError as error:
                self.unasked.append(str(error))
        return found

    def _q(self, node: Node) -> Q:
        match node:
            case Word():
                return self._word(node)
            case Not():
                return ~self._q(node.child)
            case And():
                return Q(*[self._q(child) for child in node.children])
            case Or():
                return Q(*[self._q(child) for child in node.children], _connector=Q.OR)
            case Term():
                return Q(*[self._term(node.key, value) for value in node.values], _connector=Q.OR)

    def _word(self, word: Word) -> Q:
        number = None if word.quoted else number_q(self._context, word.text)
        return number if number is not None else title_q(word.text) | description_q(word.text)

    def _term(self, key: str, value: Any) -> Q:
        said = plain(value.text)
        if key == "label":
            return self._label(value.text)
        if key == "title":
            return title_q(value.text)
        if key in ("has", "no") and said.removesuffix("s") in ("assignee", "due"):
            return FIELDS[key].q(self._context, value)
        if key in _COLUMNS or (key == "is" and said in _STATES):
            return FIELDS[key].q(self._context, value)
        raise _LeftOutError(f"“{key}:{value.text}”")

    def _label(self, name: str) -> Q:
        """Issues that bore a label which is called so today, or was when it was deleted."""
        labels = Label.objects.filter(name_canonical=canonical(name.strip()))
        if self._project is not None:
            labels = labels.filter(project=self._project)
        ids = list(labels.values_list("pk", flat=True)[:_NAMED_LABELS])
        if not ids:
            return Q(pk__in=[])
        return Q(labels_then__regex=rf"(\[|,| )({'|'.join(str(pk) for pk in ids)})(\]|,)")

    def _decorate(self, rows: list[Any]) -> None:
        names = LabelNames({label for row in rows for label in row.label_ids})
        colours = dict(Label.objects.filter(pk__in=names.names).values_list("pk", "colour")) if names.names else {}
        comments = Comment.objects.filter(
            issue_id__in=[row.id for row in rows], deleted_at=None, created_at__lte=self.moment
        )
        counts = dict(comments.values("issue_id").annotate(n=Count("pk")).values_list("issue_id", "n")) if rows else {}
        for row in rows:
            row.key = f"{row.project.key}-{row.number}"
            row.comment_count = counts.get(row.id, 0)
            shown = zip(names.at(row.label_ids, row.change_id), row.label_ids, strict=True)
            row.label_list = sorted(
                (LabelShown(name, colours[pk]) for name, pk in shown), key=lambda label: canonical(label.name)
            )

"""Lists of issues as they were at a past moment, read from the history: each issue's newest version until then.

Who may look is asked today, and what is deleted today is not searched. What a query asks of an issue and of its
comments then is in issues/selectors/fields_as_of.py; `left_out` names each part that cannot be asked."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from accounts.actor import Actor
from issues import search
from issues.history.states import LabelNames
from issues.models import Comment, Issue
from issues.search.context import Context, any_of
from issues.search.nodes import And, Node, Not, Or, Term, Word
from issues.selectors.fields_as_of import NotOfThePastError, Then, term_then, word_then
from issues.selectors.listed import LabelShown
from issues.selectors.matching import FAR, comments_of, order_of, restorable_in
from issues.selectors.ranking import is_ranked
from issues.selectors.words_as_of import Terms, holding, may_hold
from itms_site.db.text import canonical
from itms_site.db.walking import by_ids
from itms_site.paging import Key, Page, beyond, cursor_of, first_of, in_order, read_cursor
from projects.models import Label, Project
from projects.rules import visible_projects

Holds = Callable[[Terms, bool], Q]  # whether it stands behind a `-`
PIECE, LARGER = 100, 800  # versions that may hold the words of a query are compared at a time: first, later
MOST = 5_000  # for one page


class AsOf:
    """rows         all versions that the query finds, one for each issue; where it `seeks_words` some more, of which a
                 page leaves those out that have only letters in common with them
    seeks_words  whether texts are compared word by word; then the rows are not to be counted
    unasked      the parts of the query that are not applied
    left_out     a sentence about each of them"""

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
        self._terms: list[Node] = []
        self._sought: set[Terms] = set()
        self.rows = self._rows(actor, Q(*[may for node in parsed.terms for may in self._asked(parsed.text, node)]))

    @property
    def seeks_words(self) -> bool:
        return bool(self._sought)

    @property
    def left_out(self) -> list[str]:
        return [f"{part} cannot be asked of the past; that part is left out." for part in self.unasked]

    def page(self, *, after: str | None = None, limit: int = 50, whole: bool = False) -> Page[Any]:
        """One page, each row with `key`, `label_list` and `comment_count`. At most six queries; where words are
        compared, six more for each piece, and it may have fewer rows than `limit` though others follow.

        `whole` loads the descriptions too. Raises Invalid for a cursor of another list."""
        rows = self.rows.select_related("project", "assignee", "reporter")
        if not whole and not self.seeks_words:
            rows = rows.defer("description")
        if any(field == "due" for field, _descending in self.query.order):
            rows = rows.annotate(due_sort=Coalesce("due_date", Value(FAR)))
        if any(field == "comments" for field, _descending in self.query.order):
            rows = rows.annotate(comments_sort=comments_of("id", created_at__lte=self.moment))
        order = self._order()
        if self.seeks_words:
            page = self._compared(rows, order, limit, after)
        else:
            items, found = self._read(rows, order, limit + 1, after)
            page = first_of(items, order, limit, found=found)
        self._decorate(page.items)
        return page

    def _order(self) -> list[Key]:
        """By when they were changed last: in which the versions were written."""
        if not self._is_walked:
            return order_of(self.query.order)
        descending = self.query.order[0][1]
        return [Key("history_date", descending), Key("history_id", descending)]

    @property
    def _is_walked(self) -> bool:
        return [field for field, _descending in self.query.order] == ["updated"]

    def _read(self, rows: QuerySet[Any], order: list[Key], most: int, after: str | None) -> tuple[list[Any], int]:
        """The first rows behind the cursor, and how many the database found, of which some may have gone meanwhile.
        What an index has in that order is walked through: one query for the ids, so that what is joined to show them
        is not where the database begins."""
        if after:
            rows = beyond(rows, order, read_cursor(rows, order, after))
        rows = in_order(rows, order)[:most]
        if self._is_walked:
            return by_ids(rows, walks="issue_at" if self._project is not None else "issue_at_all")
        read = list(rows)
        return read, len(read)

    def _compared(self, rows: QuerySet[Any], order: list[Key], limit: int, after: str | None) -> Page[Any]:
        """The rows whose texts have the words, piece by piece until the page is full or MOST were compared."""
        held: list[Any] = []
        size, compared = PIECE, 0
        while True:
            piece, found = self._read(rows, order, size, after)
            held += self._holding(piece)
            compared += size
            if len(held) > limit or found < size or not piece:
                return first_of(held, order, limit)
            after = cursor_of(piece[-1], order)
            if compared >= MOST:
                return Page(held, after)
            size = min(2 * size, LARGER)

    def _holding(self, piece: list[Any]) -> list[Any]:
        held = holding(piece, self._sought, self.moment)
        where = [self._q(node, lambda terms, _negated: Q(pk__in=held[terms])) for node in self._terms]
        rows = _with_labels(Issue.history.model._base_manager.filter(pk__in=[row.pk for row in piece]))
        found = set(rows.filter(*where).values_list("pk", flat=True))
        return [row for row in piece if row.pk in found]

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
        return _with_labels(rows).filter(where)

    def _asked(self, text: str, node: Node) -> list[Q]:
        """What a part of the query asks of `rows`; nothing where it cannot be asked."""
        before = set(self._sought)
        try:
            may = self._q(node, self._may_hold)
        except NotOfThePastError:
            self.unasked.append(f"“{text[slice(*node.span)]}”")
            self._sought = before
            return []
        self._terms.append(node)
        return [may]

    def _may_hold(self, terms: Terms, negated: bool) -> Q:
        """What is true of all versions that hold the terms; behind a `-`, of none that do not."""
        self._sought.add(terms)
        return Q(pk__in=[]) if negated else may_hold(self.moment, terms)

    def _q(self, node: Node, holds: Holds, negated: bool = False) -> Q:
        match node:
            case Not():
                return ~self._q(node.child, holds, not negated)
            case And():
                return Q(*[self._q(child, holds, negated) for child in node.children])
            case Or():
                return any_of([self._q(child, holds, negated) for child in node.children])
            case Word():
                return word_then(self._then(holds, negated), node)
            case Term():
                return any_of([term_then(self._then(holds, negated), node.key, value) for value in node.values])

    def _then(self, holds: Holds, negated: bool) -> Then:
        return Then(self._context, self.moment, self._project, lambda terms: holds(terms, negated))

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


def _with_labels(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`labels_then` for issues/selectors/fields_as_of.py."""
    return rows.annotate(labels_then=Cast("label_ids", TextField()))  # type: ignore[no-any-return]

"""Keeps the words by which issues are found, in the transaction of the act that changes a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction

from accounts.models import Head
from issues.models import Comment, Issue, SearchDocument
from issues.search.terms import added, document
from itms_site.db.prepared import Prepared
from itms_site.db.rows import insert_row, update_row

PIECE = 2_000


def index_new(issue: Issue) -> None:
    insert_row(SearchDocument(issue=issue, terms=document(issue.title, issue.description)))


def index_comment(comment: Comment) -> None:
    """A new one only adds words, and often none."""
    found: list[str] = _terms_of.fetch(given=[comment.issue_id])
    if not found:  # `verify` names it; what is said now is found all the same
        index_again(comment.issue)
        return
    terms = added(found[0], comment.body)
    if terms != found[0]:
        update_row(SearchDocument, {"issue_id": comment.issue_id}, {"terms": terms})


_terms_of = Prepared(lambda pk: SearchDocument.objects.filter(pk=pk).values_list("terms", flat=True))


def index_again(issue: Issue) -> None:
    """After a text was changed or taken away: what it alone said is no longer found."""
    bodies = Comment.objects.filter(issue_id=issue.pk, deleted_at=None).order_by("pk").values_list("body", flat=True)
    terms = document(issue.title, issue.description, *bodies)
    SearchDocument.objects.update_or_create(issue_id=issue.pk, defaults={"terms": terms})


def rebuild(project_id: int | None = None, tell: Callable[[int], Any] = lambda issues: None) -> None:
    """All documents anew, or those of one project; `tell` hears how many issues were done. Inside the caller's
    transaction, if there is one. Plain SQL, so that it serves a migration too."""
    only = "1 = 1" if project_id is None else f"project_id = {int(project_id)}"
    low = 0
    while True:
        issues = _rows(
            f"SELECT id, title, description FROM issues_issue WHERE id > {low} AND {only} ORDER BY id LIMIT {PIECE}"
        )
        if not issues:
            return
        low, high = issues[-1][0], issues[-1][0]
        texts = {pk: [title, description] for pk, title, description in issues}
        for pk, body in _rows(
            f"SELECT issue_id, body FROM issues_comment WHERE issue_id BETWEEN {issues[0][0]} AND {high}"
            f" AND deleted_at IS NULL AND {only} ORDER BY issue_id, id"
        ):
            texts[pk].append(body)
        _replace((pk, document(*said)) for pk, said in texts.items())
        tell(len(issues))


def rebuild_all() -> int:
    """Project by project, each under its head's lock, so that no act is lost between; how many projects."""
    heads = list(Head.objects.order_by("pk").values_list("pk", flat=True))
    for head in heads:
        with transaction.atomic():
            Head.objects.select_for_update().get(pk=head)
            rebuild(head)
    return len(heads)


def _replace(documents: Iterable[tuple[int, str]]) -> None:
    """Only those that hold other words than now: each that is written is written to the index as well."""
    wanted = dict(documents)
    kept = dict(_rows(f"SELECT issue_id, terms FROM issues_searchdocument WHERE issue_id IN ({_listed(wanted)})"))
    rows = [(pk, terms) for pk, terms in wanted.items() if set(terms.split()) != set(kept.get(pk, "-").split())]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM issues_searchdocument WHERE issue_id IN ({_listed(pk for pk, _ in rows)})")
        cursor.executemany("INSERT INTO issues_searchdocument (issue_id, terms) VALUES (%s, %s)", rows)


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(map(str, ids))


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())

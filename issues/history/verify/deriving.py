"""What is derived from issues, made anew: the words by which each is found, the tally of each project."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from issues.derived import COLUMNS, LACKING
from issues.history.verify.naming import Scope
from issues.history.verify.reading import pieces, rows
from issues.history.verify.report import Difference, Progress
from issues.search.terms import document


def documents(scope: Scope, progress: Progress) -> Iterator[Difference]:
    only = scope.only("t.project_id")
    for piece in pieces(progress, "words of issues", "issues_issue", only=only):
        texts = {
            pk: ([title, description], terms)
            for pk, title, description, terms in rows(
                "SELECT t.id, t.title, t.description, d.terms FROM issues_issue t"
                f" LEFT JOIN issues_searchdocument d ON d.issue_id = t.id WHERE {piece.holds('t.id')} AND {only}"
            )
        }
        for pk, body in rows(
            "SELECT t.issue_id, t.body FROM issues_comment t"
            f" WHERE {piece.holds('t.issue_id')} AND {only} AND t.deleted_at IS NULL ORDER BY t.issue_id, t.id"
        ):
            if pk in texts:
                texts[pk][0].append(body)
        for pk, (said, terms) in texts.items():
            if terms is None:
                yield Difference(f"{scope.name('issues_issue', pk)} words", "it cannot be found by its words")
            elif set(terms.split()) != set(document(*said).split()):
                yield Difference(
                    f"{scope.name('issues_issue', pk)} words", "the search knows others than its texts say"
                )


def index_of_words(scope: Scope, progress: Progress) -> Iterator[Difference]:
    """On MariaDB and MySQL. SQLite compares its full-text index only under the lock of a writer."""
    if connection.vendor == "sqlite":
        return
    only = scope.only("t.project_id")
    for piece in pieces(progress, "index of words", "issues_issue", only=only):
        among = f"d.issue_id IN (SELECT t.id FROM issues_issue t WHERE {piece.holds('t.id')} AND {only})"
        for pk, n in rows(f"SELECT d.issue_id, COUNT(*) {LACKING.replace('{piece}', among)} GROUP BY d.issue_id"):
            yield Difference(f"{scope.name('issues_issue', pk)} words", f"the index of words lacks {n} of them")


def tallies(scope: Scope, progress: Progress) -> Iterator[Difference]:
    progress.begin("tallies", 1)
    counted: dict[int, dict[str, int]] = {}
    for project, status, n in rows(
        "SELECT t.project_id, t.status, COUNT(*) FROM issues_issue t"
        f" WHERE {scope.only('t.project_id')} AND t.deleted_at IS NULL GROUP BY t.project_id, t.status"
    ):
        counted.setdefault(project, {})[status] = n
    names = ", ".join(f"y.{column}" for column in COLUMNS.values())
    for project, *kept in rows(
        f"SELECT t.id, {names} FROM projects_project t LEFT JOIN issues_issuetally y ON y.project_id = t.id"
        f" WHERE {scope.only('t.id')} ORDER BY t.id"
    ):
        for status, n in zip(COLUMNS, kept, strict=True):
            there = counted.get(project, {}).get(status, 0)
            if n != there:
                yield Difference(f"{scope.project(project)} tally", f"{status.value} is {n}, there are {there}")
    progress.advance(1)

"""What the full-text index is made of: the words of an issue."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TermsField(models.TextField):  # type: ignore[type-arg]
    """Letters of ASCII, compared byte for byte."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "ascii_bin"
        return parameters


class SearchDocument(models.Model):
    """terms  the distinct words of title, description and comments that are not deleted, as issues/search/terms.py
    writes them, each between spaces

    Derived: written in the transaction of the act that changes one of those texts, recomputed by `verify`. Triggers
    keep its index: SQLite's issues_search (FTS5), SearchTerm on MariaDB and MySQL. InnoDB's own full-text index is not
    used: MariaDB 10.11 ends with a failed assertion (fts0fts.cc: result != FTS_INVALID) when a row of it is written,
    that is taken back to a savepoint, and it is written again in the same transaction; and a transaction would not find
    what it has written itself."""

    issue = models.OneToOneField(
        "issues.Issue", on_delete=models.PROTECT, primary_key=True, related_name="search_document"
    )
    terms = TermsField()

    def __str__(self) -> str:
        return f"words of {self.issue_id}"

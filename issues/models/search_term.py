"""Which issues have a word: on MariaDB and MySQL, what SQLite's full-text index is there."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TermField(models.CharField):  # type: ignore[type-arg]
    """Letters of ASCII, compared byte for byte."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "ascii_bin"
        return parameters


class SearchTerm(models.Model):
    """term      one of the terms of the issue's SearchDocument
    issue_id  without a foreign key, which would want an index of its own, as large as the table

    Derived: triggers keep it in step with the documents (issues/derived.py), `verify` compares. It says which issues
    may have a word; whether they do is asked of their documents, so a row too many finds nothing. Empty on SQLite."""

    kept_by_triggers = True

    pk = models.CompositePrimaryKey("term", "issue_id")
    term = TermField(max_length=80)
    issue_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.term} in {self.issue_id}"

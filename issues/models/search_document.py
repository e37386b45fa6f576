"""What the full-text index is made of: the words of an issue."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup


class TermsField(models.TextField):  # type: ignore[type-arg]
    """Letters of ASCII, compared byte for byte."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "ascii_bin"
        return parameters


class Match(Lookup):  # type: ignore[type-arg]
    """`terms__match=["zqfire*", "zqinvoice"]`: SQLite's full-text index finds all of these terms, those that end in `*`
    as beginnings.

    InnoDB's own index is not used. MariaDB 10.11 ends with a failed assertion (fts0fts.cc: result != FTS_INVALID) when
    a row of it is written, that is taken back to a savepoint, and it is written again in the same transaction."""

    lookup_name = "match"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        table, column = self.lhs.alias, connection.ops.quote_name("issue_id")
        wanted = " ".join(f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"' for term in self.rhs)
        found = "SELECT rowid FROM issues_search WHERE issues_search MATCH %s"
        return f"{connection.ops.quote_name(table)}.{column} IN ({found})", [wanted]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        raise NotImplementedError("MariaDB and MySQL have no full-text index here.")


TermsField.register_lookup(Match)


class SearchDocument(models.Model):
    """terms  the distinct words of title, description and comments that are not deleted, as issues/search/terms.py
    writes them, each between spaces

    Derived: written in the transaction of the act that changes one of those texts, recomputed by `verify`. On SQLite
    the table issues_search (FTS5) is its index, which triggers keep."""

    issue = models.OneToOneField(
        "issues.Issue", on_delete=models.PROTECT, primary_key=True, related_name="search_document"
    )
    terms = TermsField()

    def __str__(self) -> str:
        return f"words of {self.issue_id}"

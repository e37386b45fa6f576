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
    """`terms__match=["zqfire*", "zqinvoice"]`: the full-text index finds all of these terms, those that end in `*` as
    beginnings. InnoDB's knows committed rows only."""

    lookup_name = "match"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        table, column = self.lhs.alias, connection.ops.quote_name("issue_id")
        wanted = " ".join(f'"{term[:-1]}"*' if term.endswith("*") else f'"{term}"' for term in self.rhs)
        found = "SELECT rowid FROM issues_search WHERE issues_search MATCH %s"
        return f"{connection.ops.quote_name(table)}.{column} IN ({found})", [wanted]

    def as_mysql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"MATCH ({left}) AGAINST (%s IN BOOLEAN MODE)", [*parameters, " ".join(f"+{term}" for term in self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        raise NotImplementedError("ITMS runs on SQLite, MariaDB and MySQL.")


TermsField.register_lookup(Match)


class SearchDocument(models.Model):
    """terms  the distinct words of title, description and comments that are not deleted, as issues/search/terms.py
    writes them, each between spaces

    Derived: written in the transaction of the act that changes one of those texts, recomputed by `verify`. Its index
    is a FULLTEXT one, on SQLite the table issues_search (FTS5), which triggers keep."""

    issue = models.OneToOneField(
        "issues.Issue", on_delete=models.PROTECT, primary_key=True, related_name="search_document"
    )
    terms = TermsField()

    def __str__(self) -> str:
        return f"words of {self.issue_id}"

"""The search language of lists, pages, API and exports: text → tree → Q. See docs/search.md.

    found = search.compile(search.parse(text), actor, today=day)
    Issue.objects.filter(rules.visible(actor), found.where)

Nothing here raises for anything that is typed, and nothing tells whether something exists that the reader may
not see: a name that leads nowhere finds nothing, without a warning.
"""

from __future__ import annotations

from issues.search.chips import Chip, chips, exact_key, without
from issues.search.compiler import DEFAULT_ORDER, Compiled, Order
from issues.search.compiler import compile_query as compile
from issues.search.help import KeyHelp, describe_keys
from issues.search.nodes import Parsed, SearchWarning, Sort, Span
from issues.search.parser import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse

DEFAULT_QUERY = "is:open sort:updated-desc"
default_query = DEFAULT_QUERY


def strict_errors(found: Parsed | Compiled) -> list[tuple[str, Span]]:
    """(message, span) for all that was left out, put right or has no such value; empty when all is well."""
    return [(warning.message, warning.span) for warning in found.warnings]


__all__ = [
    "DEFAULT_ORDER",
    "DEFAULT_QUERY",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_TERMS",
    "Chip",
    "Compiled",
    "KeyHelp",
    "Order",
    "Parsed",
    "SearchWarning",
    "Sort",
    "Span",
    "chips",
    "compile",
    "default_query",
    "describe_keys",
    "exact_key",
    "parse",
    "strict_errors",
    "without",
]

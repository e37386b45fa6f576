"""The texts of an imported issue: title, description, comments, as ITMS takes them, with notes on what changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from issues.services.fitting import cut_line, fit_block, fit_line, pieces_of
from issues.transfer.quoting import code_span, literal
from issues.transfer.source import Fact, Mention, Source, SourceIssue
from itms_site.db.text import clean_block, clean_line

TITLE, BLOCK, LABEL = 200, 65_535, 32


@dataclass
class Texts:
    """rest   what did not fit into the description, each piece short enough for a comment
    notes  what had to be changed"""

    title: str
    description: str
    rest: list[str]
    notes: list[str] = field(default_factory=list)


def texts_of(issue: SourceIssue, source: Source, mention: Mention, more: Iterable[Fact] = ()) -> Texts:
    """The description ends with what ITMS has no field for: the issue's facts and `more`."""
    notes = []
    whole = fit_line(issue.title)
    if whole != clean_line(issue.title):
        notes.append("characters that a title cannot hold were taken out of it")
    facts = [*issue.facts, *more]
    if not whole:
        notes.append("it has no title")
        whole = f"Untitled ({issue.key})"
    title = cut_line(whole, TITLE)
    if title != whole:
        notes.append(f"the title is longer than {TITLE} characters; the whole stands below the description")
        facts.insert(0, Fact("title", "Title", whole))
    body, changed = _block(issue.description, source, mention)
    if changed:
        notes.append("control characters were taken out of the description")
    pieces = pieces_of(_with_facts(issue.key, body, facts, source, mention), BLOCK, BLOCK)
    if len(pieces) > 1:
        notes.append(f"the description is longer than {BLOCK:,} characters and goes on in comments")
    return Texts(title, pieces[0], pieces[1:], notes)


def comment_pieces(body: str, source: Source, mention: Mention) -> tuple[list[str], list[str]]:
    """(the text in pieces that are short enough, notes); no piece when there are no words."""
    text, changed = _block(body, source, mention)
    pieces = pieces_of(text, BLOCK, BLOCK)
    notes = ["control characters were taken out of the comment"] if changed else []
    if len(pieces) > 1:
        notes.append(f"the comment is longer than {BLOCK:,} characters and goes on in the next one")
    return pieces, notes


def label_name(name: str) -> str:
    """The nearest name that a label can have: `ui/web` becomes `ui-web`; '' when there is none."""
    fitting = re.sub('[/,"]', "-", re.sub("[\u200c\u200d\ufe0f]", "", fit_line(name)))[:LABEL].strip()
    return "-" * len(fitting) if fitting in (".", "..") else fitting


def _block(text: str, source: Source, mention: Mention) -> tuple[str, bool]:
    changed = fit_block(text) != clean_block(text)
    return fit_block(source.to_markdown(fit_block(text), mention)).strip("\n"), changed


def _with_facts(key: str, body: str, facts: list[Fact], source: Source, mention: Mention) -> str:
    parts = [body] if body else []
    for fact in facts:
        if fact.markup and (text := _block(fact.value, source, mention)[0]):
            parts.append(f"**{literal(fact.label)}**\n\n{text}")
    values: dict[str, list[str]] = {}
    for fact in facts:
        if not fact.markup:
            values.setdefault(fact.label, []).append(literal(fit_line(fact.value)))
    words = [f"**{literal(label)}:** {', '.join(listed)}" for label, listed in values.items()]
    if parts:
        parts.append("---")
    # As code: the key leads to this very issue, and a link to where one is leads nowhere.
    parts.append(" · ".join([f"Imported from {code_span(key)}", *words]))
    return "\n\n".join(parts)

"""Text of other systems made to fit ours: what may not stand here taken out, what is too long cut in pieces.

Every function says what it changed by giving back another text; whoever imports reports that.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError

from itms_site.db.text import clean_block, clean_line, validate_block, validate_line

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)


def fit_line(text: str) -> str:
    """One line as `validate_line` wants it: breaks and tabs as blanks, controls and what shows nothing gone."""
    return clean_line("".join(_line_character(c) for c in text))


def fit_block(text: str) -> str:
    """Text of many lines as `validate_block` wants it; a lone surrogate becomes U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _refused(validate_block, text):
        return clean_block(text)
    return clean_block("".join(_block_character(c) for c in text))


def cut_line(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them an ellipsis when something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def pieces_of(text: str, first: int, others: int) -> list[str]:
    """The text in pieces of at most `first`, then `others` characters, cut between paragraphs, else lines, else
    words, else anywhere. A code block that is cut goes on as one in the next piece."""
    pieces: list[str] = []
    rest, limit = text.strip(), first
    while len(rest) > limit:
        end = _place_to_cut(rest, limit - 8)
        piece, rest = rest[:end].rstrip(), rest[end:].lstrip("\n")
        fence = _open_fence(piece)
        if fence and len(piece) + len(fence[0]) + 1 <= limit:
            piece, rest = f"{piece}\n{fence[0]}", f"{fence[0]}{fence[1]}\n{rest}"
        pieces.append(piece)
        limit = others
    return [*pieces, rest] if rest.strip() else pieces


def _place_to_cut(text: str, limit: int) -> int:
    for mark in ("\n\n", "\n", " "):
        place = text.rfind(mark, limit // 2, limit)
        if place > 0:
            return place
    return limit


def _open_fence(text: str) -> tuple[str, str] | None:
    """(marks, language) of the code block that `text` ends in."""
    fence: tuple[str, str] | None = None
    for match in _FENCE.finditer(text):
        marks, info = match[1], match[2].strip()
        if fence is None:
            fence = (marks, info)
        elif marks[0] == fence[0][0] and len(marks) >= len(fence[0]) and not info:
            fence = None
    return fence


def _block_character(character: str) -> str:
    if not _refused(validate_block, character):
        return character
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""


def _line_character(character: str) -> str:
    if not _refused(validate_line, character):
        return character
    return " " if character.isspace() else ""


def _refused(validate: Callable[[str], None], text: str) -> bool:
    try:
        validate(text)
    except ValidationError:
        return True
    return False

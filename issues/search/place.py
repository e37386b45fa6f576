"""Where in a query somebody is typing: what a completion is asked for, and what of the text it takes the place of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from issues.search.lexer import Token, readable, tokens
from issues.search.nodes import Span
from issues.search.parser import MAX_LENGTH

_OPERATOR = re.compile(r"[<>]=?")


@dataclass(frozen=True)
class Place:
    """key    of the term whose value is typed, in its own spelling; '' where a key or a word is
    typed  what stands there up to the caret, quotes and comparisons taken off
    span   what a choice replaces"""

    key: str
    typed: str
    span: Span


def place_at(text: str, at: int) -> Place | None:
    """None where nothing can be offered: inside of quoted words. `at` counts characters from the beginning."""
    text = readable(text[:MAX_LENGTH])
    at = max(0, min(at, len(text)))
    found, unclosed = tokens(text)
    token = next((token for token in found if token.span[0] < at <= token.span[1]), None)
    if token is None and unclosed and unclosed[0] < at:
        token = found[-1]
    if token is None or token.kind in ("(", ")", "-"):
        return Place("", "", (at, at))
    if token.kind == "quoted":
        return None
    start, colon = token.span[0], token.span[0] + len(token.key) + 1
    if token.kind == "term" and at >= colon:
        return _value(text, at, token, colon)
    end = colon if token.kind == "term" else token.span[1]
    return Place("", text[start:at].casefold(), (start, end))


def written(value: str) -> str:
    """A value as it is written after a key: in quotation marks where something in it would end it."""
    return f'"{value}"' if re.search(r"[\s(),]|\.\.|\A[<>]", value) else value


def _value(text: str, at: int, token: Token, colon: int) -> Place:
    start, quoted = colon, False
    for place in range(colon, at):
        if text[place] == '"':
            quoted = not quoted
        elif text[place] == "," and not quoted:
            start = place + 1
    end = at
    last = max(token.span[1], at)
    while end < last and (quoted or text[end] != ","):
        quoted ^= text[end] == '"'
        end += 1
    if operator := _OPERATOR.match(text, start, at):
        start = operator.end()
    elif ".." in text[start:at]:
        start = text.rindex("..", start, at) + 2
    key = token.key.lower().replace("_", "-")
    return Place({"reporter": "author"}.get(key, key), text[start:at].replace('"', "").strip(), (start, end))

"""Text → tokens, in one pass: no character is looked at more than a few times, whatever the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from issues.search.nodes import Span, Value

# Controls and lone surrogates occur in no stored text, and database drivers refuse some of them: blanks.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANK = re.compile(r"\s+")
_BARE = re.compile(r'[^\s()"]+')
_BARE_VALUE = re.compile(r'[^\s(),"]+')
_COMPARISON = re.compile(r"[<>]=?")
# `https://…` and `Error::new` are words, not filters that someone misspelt.
_KEY = re.compile(r"([A-Za-z][A-Za-z_-]*):(?!//|:|\\)")
OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True)
class Token:
    """kind    '(' | ')' | '-' | 'AND' | 'OR' | 'NOT' | 'word' | 'quoted' | 'term'
    text    of a word or quoted text, without quotes; of a term all of it, without quotes
    key     of a term, as typed
    values  of a term; empty while it is half typed"""

    kind: str
    span: Span
    text: str = ""
    key: str = ""
    values: tuple[Value, ...] = ()


def readable(text: str) -> str:
    """The same text, character for character, with blanks for what no stored text can hold."""
    return _NOT_TEXT.sub(" ", text)


def tokens(text: str) -> tuple[list[Token], Span | None]:
    """The tokens, and where a quote begins that is never closed. `text` has passed `readable`."""
    found: list[Token] = []
    at, unclosed = 0, None
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        character = text[at]
        if character in "()":
            token = Token(character, (at, at + 1))
        elif character == "-":
            token = Token("-", (at, at + 1))
        elif character == '"':
            token, closed = _quoted(text, at)
            unclosed = unclosed if closed else token.span
        elif key := _KEY.match(text, at):
            token, closed = _term(text, at, key)
            unclosed = unclosed if closed else token.span
        else:
            token = _word(text, at)
        at = token.span[1]
        if not (token.kind == "-" and (at == len(text) or text[at].isspace())):
            found.append(token)
    return found, unclosed


def _word(text: str, at: int) -> Token:
    bare = _BARE.match(text, at)
    assert bare is not None  # the caller has ruled out every character that _BARE excludes
    kind = bare[0] if bare[0] in OPERATORS else "word"
    return Token(kind, bare.span(), bare[0])


def _quoted(text: str, at: int) -> tuple[Token, bool]:
    inner, end, closed = _until_quote(text, at)
    return Token("quoted", (at, end), inner), closed


def _until_quote(text: str, at: int) -> tuple[str, int, bool]:
    """(what stands in the quotes that begin at `at`, where they end, whether they are closed)."""
    end = text.find('"', at + 1)
    if end < 0:
        inner = text[at + 1 :].rstrip()
        return inner, at + 1 + len(inner), False
    return text[at + 1 : end], end + 1, True


def _term(text: str, start: int, key: re.Match[str]) -> tuple[Token, bool]:
    values: list[Value] = []
    at, closed = key.end(), True
    while True:
        value, at, value_closed = _value(text, at)
        closed = closed and value_closed
        if value is not None:
            values.append(value)
        if text[at : at + 1] != ",":
            break
        at += 1
    return Token("term", (start, at), text[start:at].replace('"', ""), key[1], tuple(values)), closed


def _value(text: str, start: int) -> tuple[Value | None, int, bool]:
    """(the value, where it ends, whether its quote is closed); None while it is half typed."""
    comparison = _COMPARISON.match(text, start)
    op, at = (comparison[0], comparison.end()) if comparison else ("", start)
    if text[at : at + 1] == '"':
        inner, end, closed = _until_quote(text, at)
        value = Value(op + inner, (start, end), True, op, inner) if inner.strip() else None
        return value, end, closed
    bare = _BARE_VALUE.match(text, at)
    if not bare:
        return None, at, True
    low, dots, high = bare[0].partition("..")
    if dots and not op:
        return Value(bare[0], (start, bare.end()), False, "..", low, high), bare.end(), True
    return Value(op + bare[0], (start, bare.end()), False, op, bare[0]), bare.end(), True

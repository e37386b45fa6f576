"""Where in a text what a query looks for stands, found as the index finds it (issues/search/terms.py), and the text in
pieces that are marked or not. Knows nothing of issues or databases.

A word is found at the beginning of words, without case and accents; what has signs in it, a phrase, and what `title:`
and `comment:` look for, is found as it is written, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from issues.search.nodes import Span
from issues.search.sought import Sought
from issues.search.terms import Wanted, folded, is_one_word, is_unspaced, parts_in, stands_at, wanted

BEFORE, LONG = 40, 160  # characters of an excerpt: before the first match, and in all
TRIED = 50  # places of each word
LEAST = 8  # letters of a word that a term has at least, however long the word is
_TOKEN = re.compile(r"\S+")
_BLANKS = re.compile(r"\s+")


class Piece(NamedTuple):
    text: str
    marked: bool = False


Pieces = tuple[Piece, ...]


class Folded:
    """A text without case and accents, and where each of its letters stands in the text as it was written."""

    def __init__(self, text: str) -> None:
        self.text = folded(text)
        self._written = text

    def span(self, start: int, end: int) -> Span:
        starts, ends = self._places
        return starts[start], ends[end - 1]

    @cached_property
    def _places(self) -> tuple[Sequence[int], Sequence[int]]:
        if self._written.isascii():
            return range(len(self.text)), range(1, len(self.text) + 1)
        _letters, starts, ends = with_places(self._written)
        return starts, ends


def spans(text: str | Folded, sought: Iterable[Sought]) -> list[Span]:
    """In order, none touching another."""
    text = text if isinstance(text, Folded) else Folded(text)
    found = sorted(text.span(*span) for one in sought for span in _found(text.text, one))
    apart: list[Span] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def densest(each: Sequence[Sequence[Span]]) -> tuple[int, int]:
    """Of how many words an excerpt can show a match, and at which place it then begins: the first of such places.
    `each`: where each word stands. (0, 0) where none does."""
    best = (0, 0)
    for place in sorted({start for found in each for start, _end in found[:TRIED]}):
        held = sum(any(place <= start < place + LONG - BEFORE for start, _end in found) for found in each)
        if held > best[0]:
            best = (held, place)
    return best


def in_pieces(text: str, marks: Sequence[Span]) -> Pieces:
    """The whole text; `marks` as `spans` gives them."""
    return tuple(_pieces(text, marks, 0, len(text)))


def excerpt(text: str, marks: Sequence[Span], at: int, *, goes_before: bool = False, goes_on: bool = False) -> Pieces:
    """About LONG characters around the place `at`, on one line, cut between words where there are blanks.
    `goes_before`, `goes_on`: the text is itself a part of a longer one."""
    end = min(len(text), max(at - BEFORE, 0) + LONG)
    start = max(0, min(at - BEFORE, end - LONG))
    if start > 0 and not text[start - 1].isspace():
        blank = _BLANKS.search(text, start, at)
        start = blank.end() if blank else start
    if end < len(text) and not text[end].isspace():
        last = max((blank.start() for blank in _BLANKS.finditer(text, at, end)), default=end)
        end = last if last > at else end
    found = [Piece(_BLANKS.sub(" ", piece.text), piece.marked) for piece in _pieces(text, marks, start, end)]
    found[0] = Piece(found[0].text.lstrip(), found[0].marked)
    found[-1] = Piece(found[-1].text.rstrip(), found[-1].marked)
    before = [Piece("… ")] if goes_before or text[:start].strip() else []
    after = [Piece(" …")] if goes_on or text[end:].strip() else []
    return tuple(piece for piece in [*before, *found, *after] if piece.text)


def _pieces(text: str, marks: Sequence[Span], start: int, end: int) -> Iterator[Piece]:
    at = start
    for first, last in marks:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if first > at:
            yield Piece(text[at:first])
        yield Piece(text[first:last], marked=True)
        at = last
    if at < end or start == end:
        yield Piece(text[at:end])


def _found(text: str, sought: Sought) -> Iterator[Span]:
    """In the folded text."""
    word, term = _looked_for(sought)
    if word[:LEAST] not in text:
        return
    if term is None:
        yield from _everywhere(text, word)
        return
    for start, part in parts_in(text, first=word[:LEAST]):
        if stands_at(part, term):
            yield start, start + _alike(part, word)


@lru_cache(maxsize=256)
def _looked_for(sought: Sought) -> tuple[str, Wanted | None]:
    """Without case and accents; with its term, where it is to be a word or the beginning of one."""
    word = folded(sought.text)
    if sought.within or not is_one_word(sought.text) or is_unspaced(word):
        return word, None
    return word, wanted(sought.text)[0]


def _everywhere(text: str, word: str) -> Iterator[Span]:
    start = text.find(word) if word else -1
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + len(word))


def _alike(part: str, word: str) -> int:
    """How many letters they begin with in common."""
    pairs = zip(part, word, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(part), len(word)))


def with_places(text: str) -> tuple[str, list[int], list[int]]:
    """The folded text, and for each of its letters where the one that it comes from begins and ends. Where letters fold
    together otherwise than each alone, all between two blanks is one place."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def one_by_one(start: int, end: int) -> None:
        part = text[start:end]
        if part.isascii():
            letters.append(part.lower())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            return
        for at, letter in enumerate(map(folded, part), start):
            letters.append(letter)
            starts.extend([at] * len(letter))
            ends.extend([at + 1] * len(letter))
            if not letter and ends:
                ends[-1] = at + 1

    done = 0
    for token in _TOKEN.finditer(text):
        if token[0].isascii():
            continue
        one_by_one(done, token.start())
        done = token.end()
        whole = folded(token[0])
        if "".join(map(folded, token[0])) == whole:
            one_by_one(token.start(), done)
        else:
            letters.append(whole)
            starts.extend([token.start()] * len(whole))
            ends.extend([done] * len(whole))
    one_by_one(done, len(text))
    return "".join(letters), starts, ends

"""Differences of two texts as lines to draw, the words that differ marked inside them; and two edits of one text
put together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CONTEXT = 2  # unchanged lines shown around a changed one
MAX_LINES = 400
MAX_WORDS = 600  # of one line; a longer one is marked as a whole, because comparing takes quadratic time
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
Part = tuple[bool, str]


@dataclass(frozen=True)
class DiffLine:
    """kind: same | add | del | skip. parts: (differs, text) one after another."""

    kind: str
    parts: Sequence[Part]

    @property
    def text(self) -> str:
        return "".join(text for _differs, text in self.parts)


def diff_lines(old: str, new: str, *, context: int | None = CONTEXT) -> list[DiffLine]:
    """Long unchanged parts are skipped (`context` None: they are not), long differences cut."""
    before, after = _lines(old), _lines(new)
    found: list[DiffLine] = []
    matcher = _matcher(before, after)
    groups = [matcher.get_opcodes()] if context is None else matcher.get_grouped_opcodes(context)
    for group in groups:
        if found or (group and group[0][1] > 0):
            found.append(_plain("skip", "…"))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [_plain("same", line) for line in before[a:b]]
            else:
                found += _replaced(before[a:b], after[c:d])
    if len(found) > MAX_LINES:
        return [*found[:MAX_LINES], _plain("skip", f"… {len(found) - MAX_LINES} more lines")]
    return found


def put_together(base: str, theirs: str, mine: str) -> tuple[str, bool]:
    """(text, whether it is free of overlaps): both edits of `base`; where they overlap, their lines and then mine."""
    b, t, m = _lines(base), _lines(theirs), _lines(mine)
    ours, others = _edits(b, m), _edits(b, t)
    found: list[str] = []
    at, clean = 0, True
    while ours or others:
        start = min(edit[0] for edit in (ours[:1] + others[:1]))
        end, taken_ours, taken_others = start, [], []
        grew = True
        while grew:
            grew = False
            for queue, taken in ((ours, taken_ours), (others, taken_others)):
                while queue and (queue[0][0] < end or queue[0][0] == start):
                    edit = queue.pop(0)
                    taken.append(edit)
                    end = max(end, edit[1])
                    grew = True
        found += b[at:start]
        lines_theirs, lines_mine = _applied(b, start, end, taken_others), _applied(b, start, end, taken_ours)
        if not taken_ours or lines_theirs == lines_mine:
            found += lines_theirs
        elif not taken_others:
            found += lines_mine
        else:
            found += [*lines_theirs, *lines_mine]
            clean = False
        at = end
    return "\n".join([*found, *b[at:]]), clean


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _matcher(before: Sequence[str], after: Sequence[str]) -> difflib.SequenceMatcher[Any]:
    # Without junk heuristics two long texts compare in quadratic time.
    return difflib.SequenceMatcher(None, before, after, autojunk=True)


def _plain(kind: str, text: str) -> DiffLine:
    return DiffLine(kind, ((False, text),))


def _replaced(before: list[str], after: list[str]) -> list[DiffLine]:
    """Lines that stand for each other show which words differ; the rest came or went as a whole."""
    gone, come = [], []
    for old, new in zip(before, after, strict=False):
        left, right = _words(old, new)
        gone.append(DiffLine("del", left))
        come.append(DiffLine("add", right))
    both = min(len(before), len(after))
    gone += [_plain("del", line) for line in before[both:]]
    come += [_plain("add", line) for line in after[both:]]
    return [*gone, *come]


def _words(old: str, new: str) -> tuple[Sequence[Part], Sequence[Part]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    whole = ((False, old),), ((False, new),)
    if not before or not after or len(before) > MAX_WORDS or len(after) > MAX_WORDS:
        return whole
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.35:  # two lines that have little in common read better whole
        return whole
    left: list[Part] = []
    right: list[Part] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if a < b:
            left.append((tag != "equal", "".join(before[a:b])))
        if c < d:
            right.append((tag != "equal", "".join(after[c:d])))
    return left, right


def _edits(base: list[str], text: list[str]) -> list[tuple[int, int, list[str]]]:
    """(from, to, lines instead) of what `text` changed in `base`, in order."""
    return [(a, b, text[c:d]) for tag, a, b, c, d in _matcher(base, text).get_opcodes() if tag != "equal"]


def _applied(base: list[str], start: int, end: int, edits: list[tuple[int, int, list[str]]]) -> list[str]:
    found: list[str] = []
    at = start
    for a, b, lines in edits:
        found += [*base[at:a], *lines]
        at = b
    return [*found, *base[at:end]]

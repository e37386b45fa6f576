"""Words as the full-text index holds them, the same on every database.

An index of a database has its own opinion of what a word is: MariaDB and MySQL leave out words of two letters and a
list of English ones, none of them can cut Chinese into words, and each compares accents in its own way. So the words
are cut here, once, and written down in letters that all of them take for one word:

    Naïve UI in 東京都    →    zqnaive zqui zqin zq_0kfl_0fjg …

Accents and case are gone, every term begins with MARK (so none is too short and none a stop word), any other letter
than a–z and 0–9 is its number in base 36 behind a `_`. Writing without spaces between words is held in pairs of
letters, so that any part of it is found. The beginning of a word is the beginning of its term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MARK = "zq"
LONGEST = 75  # characters of a term without its mark; InnoDB keeps no word above 84
MOST = 1_000_000  # characters of a document: what is said beyond is not found, and no comment is too much to index
_PLAIN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[^\W_]+")
# Thai to Burmese, Khmer, Han, Kana and Hangul.
_FAR = re.compile("[^\x00-\x7f]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Wanted:
    """A term that is looked for: `text` with its mark; `whole`, or as the beginning of a longer one."""

    text: str
    whole: bool

    @property
    def pattern(self) -> str:
        """What a document that has the term contains."""
        return f" {self.text} " if self.whole else f" {self.text}"


def document(*texts: str) -> str:
    """The distinct terms of the texts, each between spaces; of more than fit, those that come first."""
    return _grown(" ", set(), (term for text in texts for term in _terms(text)))


def added(document: str, text: str) -> str:
    """The document with what is new in the text; the same when nothing is."""
    return _grown(document, set(document.split()), _terms(text))


def _grown(document: str, have: set[str], terms: Iterable[str]) -> str:
    new, size = [document], len(document)
    for term in terms:
        if term not in have and size + len(term) < MOST:
            have.add(term)
            new.append(f"{term} ")
            size += len(term) + 1
    return "".join(new)


def wanted(word: str) -> list[Wanted]:
    """The terms that a document must have for the word to be in one of its texts: all but the last one whole, the
    last as the beginning of a word, unless something stands behind it in `word`, or `word` is a single letter."""
    plain = folded(word)
    runs = [match[0] for match in _RUN.finditer(plain)]
    found: dict[str, bool] = {}
    for place, run in enumerate(runs):
        last = place == len(runs) - 1 and plain.endswith(run)
        parts = list(_parts(run))
        for n, part in enumerate(parts):
            if _UNSPACED.match(part):
                terms = _pairs(part) if len(part) > 1 else [_written(part)]
                whole = False
            else:
                terms = [_written(part)]
                whole = not (last and n == len(parts) - 1) or (len(plain) == 1 and part.isascii())
            for term in terms:
                # A term that was cut off stands for all that begin like it.
                found[MARK + term] = found.get(MARK + term, False) or (whole and len(term) < LONGEST - 4)
    return [Wanted(text, whole) for text, whole in found.items()]


def is_one_word(word: str) -> bool:
    """Whether its terms say all of the word: nothing but letters and digits, or of a writing without spaces two."""
    plain = folded(word)
    run = _RUN.fullmatch(plain)
    if run is None:
        return False
    parts = list(_parts(plain))
    return len(parts) == 1 and (_UNSPACED.match(plain) is None or len(plain) <= 2)


def is_unspaced(word: str) -> bool:
    """Whether a word begins in a writing without spaces between words."""
    return _UNSPACED.match(word) is not None


def parts_in(text: str, *, first: str) -> Iterable[tuple[int, str]]:
    """(where it begins, the part) for all that terms are made of in a folded text and that begin with those letters."""
    places = [match.start() for match in re.finditer(re.escape(first), text)]
    if all(text[place - 1 : place].isascii() for place in places):
        for place in places:
            if not _RUN.match(text[place - 1 : place]) and (run := _RUN.match(text, place)):
                yield place, run[0] if run[0].isascii() else next(iter(_parts(run[0])))
        return
    for run in _RUN.finditer(text):
        at = run.start()
        for part in _parts(run[0]):
            if part.startswith(first):
                yield at, part
            at += len(part)


def stands_at(part: str, wanted: Wanted) -> bool:
    """Whether the part of a folded text, of a writing with spaces, is a word that the term finds."""
    return wanted.pattern in f" {MARK}{_written(part)} "


def _terms(text: str) -> Iterable[str]:
    if text.isascii():
        for run in _PLAIN.findall(text.lower()):
            yield MARK + run[:LONGEST]
        return
    for run in _RUN.findall(folded(text)):
        if run.isascii():
            yield MARK + run[:LONGEST]
            continue
        for part in _parts(run):
            if _UNSPACED.match(part):
                for pair in _pairs(part):
                    yield MARK + pair
                yield MARK + _written(part[-1])
            else:
                yield MARK + _written(part)


def folded(text: str) -> str:
    """Without case, accents and forms of the same letter."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _FAR.sub(_without_accents, bare))


def _without_accents(far: re.Match[str]) -> str:
    return "".join(c for c in far[0] if unicodedata.category(c) != "Mn")


def _parts(run: str) -> Iterable[str]:
    """Stretches of a writing with spaces between words, and of one without."""
    at = 0
    for match in _UNSPACED.finditer(run):
        if match.start() > at:
            yield run[at : match.start()]
        yield match[0]
        at = match.end()
    if at < len(run):
        yield run[at:]


def _pairs(part: str) -> list[str]:
    return [_written(part[n : n + 2]) for n in range(len(part) - 1)]


def _written(part: str) -> str:
    written = ""
    for character in part:
        if not (character.isascii() and character.isalnum()):
            character = f"_{_base36(ord(character))}"
        if len(written) + len(character) > LONGEST:
            break
        written += character
    return written


def _base36(number: int) -> str:
    """Four digits."""
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits

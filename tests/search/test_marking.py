"""Marks stand exactly where the index finds a word, and no letter of the text is lost or made up."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issues import search
from issues.search.marking import BEFORE, LONG, Folded, Pieces, densest, excerpt, in_pieces, spans, with_places
from issues.search.sought import COMMENT, TITLE, Sought, sought_in
from issues.search.terms import document, folded, is_one_word, wanted

SCRIPTS = "aAbBcCnNoO019 __--..++ÄäéÉßİıñÑ\u0301\u0323жЖ東京都庁のカガｶﾞ한국ㄱㅏกำﬁⅣ²①\u1100\u1161\U0001f525<&lt;\n\t"
TEXTS = st.text(st.sampled_from(SCRIPTS), max_size=60) | st.text(max_size=40)


def nfc(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """As they are stored."""
    return texts.map(lambda text: unicodedata.normalize("NFC", text))


def shown(pieces: Pieces) -> str:
    return "".join(f"[{text}]" if marked else text for text, marked in pieces)


def marked(text: str, *words: str, within: str = "") -> str:
    return shown(in_pieces(text, spans(text, [Sought(word, within) for word in words])))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Login page", ["log"], "[Log]in page"),
        ("A blog about login", ["log"], "A blog about [log]in"),
        ("log_file and my_log", ["log"], "[log]_file and my_[log]"),
        ("Naïve façade", ["naive", "FAC"], "[Naïve] [faç]ade"),
        ("x\u0323\u0301yz", ["x"], "x\u0323\u0301yz"),
        ("x\u0323\u0301yz", ["xy"], "[x\u0323\u0301y]z"),
        ("Straße", ["strasse"], "[Straße]"),
        ("Straße", ["stras"], "[Straß]e"),
        ("language R, Rust", ["r"], "language [R], Rust"),
        ("東京都庁の問題", ["京都"], "東[京都]庁の問題"),
        ("東京都庁の問題", ["東京都庁"], "[東京都庁]の問題"),
        ("東京abc", ["ab"], "東京[ab]c"),
        ("C++ and C", ["C++"], "[C++] and C"),
        ("c++ in ac++", ["C++"], "[c++] in a[c++]"),
        ("v2.0 v2.01", ["v2.0"], "[v2.0] [v2.0]1"),
        ("a data loss, a loss of data", ["data loss"], "a [data loss], a loss of data"),
        ("&lt;b&gt; <b>", ["lt"], "&[lt];b&gt; <b>"),
        ("logging logs", ["log", "logs"], "[log]ging [logs]"),
        ("one two", [""], "one two"),
        ("one two", ["\u0301"], "one two"),
        ("", ["one"], ""),
        ("ｶﾞｽ", ["ガス"], "[ｶﾞｽ]"),
    ],
)
def test_marks(text: str, words: list[str], expected: str) -> None:
    assert marked(text, *words) == expected


def test_what_the_keys_look_for_is_found_inside_of_words() -> None:
    assert marked("A blog about login", "log", within=TITLE) == "A b[log] about [log]in"


def test_what_a_query_asks_for() -> None:
    query = (
        'one -two (three OR -four) "5 6" text:seven,eight title:nine comment:ten #12 ABC-12 "#13" label:no is:open one'
    )
    anywhere = ["one", "three", "5 6", "seven", "eight", "ABC-12", "#13"]
    assert sought_in(search.parse(query).root) == (
        *(Sought(text) for text in anywhere[:5]),
        Sought("nine", TITLE),
        Sought("ten", COMMENT),
        *(Sought(text) for text in anywhere[5:]),
    )


def is_match(text: str, word: str) -> bool:
    if not is_one_word(word):
        return folded(word) in folded(text)
    return all(term.pattern in document(text) for term in wanted(word))


@given(nfc(TEXTS), nfc(TEXTS))
@settings(max_examples=400, deadline=None)
def test_pieces_are_the_text_and_marks_are_matches(text: str, word: str) -> None:
    found = spans(text, [Sought(word)])
    pieces = in_pieces(text, found)
    assert "".join(piece.text for piece in pieces) == text
    assert all(is_match(piece.text, word) for piece in pieces if piece.marked)


@given(nfc(TEXTS), st.data())
@settings(max_examples=400, deadline=None)
def test_what_the_index_finds_is_marked_and_nothing_else(text: str, data: st.DataObject) -> None:
    """A word of the text, or its beginning, or any other one."""
    words = re.findall(r"[^\W_]+", text) or ["a"]
    word = data.draw(st.sampled_from(words) | nfc(TEXTS))
    word = word[: data.draw(st.integers(1, 8))]
    if is_one_word(word):
        assert bool(spans(text, [Sought(word)])) == is_match(text, word)


@given(nfc(TEXTS))
@settings(max_examples=200, deadline=None)
def test_folding_with_places_is_folding(text: str) -> None:
    letters, starts, ends = with_places(text)
    assert letters == folded(text) == Folded(text).text
    assert len(letters) == len(starts) == len(ends)


@given(nfc(TEXTS).map(lambda text: text * 30), st.data())
@settings(max_examples=300, deadline=None)
def test_an_excerpt_is_short_and_of_the_text(text: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(text.split() or ["a"]))
    marks = spans(text, [Sought(word)])
    if marks:
        pieces = excerpt(text, marks, marks[0][0])
        line = "".join(piece.text for piece in pieces)
        assert len(line) <= LONG + 4
        assert any(piece.marked for piece in pieces)
        assert "\n" not in line
        assert line.removeprefix("… ").removesuffix(" …") in re.sub(r"\s+", " ", text)


def test_an_excerpt_is_cut_between_words() -> None:
    text = "word " * 100 + "needle " + "other " * 100
    marks = spans(text, [Sought("needle")])
    line = shown(excerpt(text, marks, marks[0][0]))
    assert line.startswith("… word word")
    assert line.endswith("other …")
    assert line.index("[needle]") <= BEFORE + 2
    assert shown(excerpt("a\n\n needle  here", [(4, 10)], 4)) == "a [needle] here"
    assert shown(excerpt("needle", [(0, 6)], 0, goes_before=True, goes_on=True)) == "… [needle] …"


def test_the_densest_place() -> None:
    assert densest([]) == densest([[], []]) == (0, 0)
    assert densest([[(5, 8)], []]) == (1, 5)
    assert densest([[(0, 3), (500, 503)], [(520, 525)]]) == (2, 500)
    assert densest([[(0, 3)], [(LONG - BEFORE, LONG)]]) == (1, 0), "an excerpt is not so long"

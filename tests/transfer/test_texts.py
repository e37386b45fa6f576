"""Texts of other systems made to fit: nothing is lost, and what was changed is said."""

from __future__ import annotations

import datetime

import pytest

from issues.services.fitting import cut_line, fit_block, fit_line, pieces_of
from issues.transfer.source import NOBODY, Fact, Source, SourceIssue
from issues.transfer.texts import BLOCK, comment_pieces, label_name, texts_of
from itms_site.db.text import validate_block, validate_line
from projects.models.label import validate_label_name

AT = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
PLAIN = Source("test", (), lambda text, mention: text)


def issue(title: str = "Title", description: str = "", facts: tuple[Fact, ...] = ()) -> SourceIssue:
    return SourceIssue(
        "AB-1", title, description, "TASK", "OPEN", "LOW", NOBODY, None, at=AT, settled_at=AT, facts=facts
    )


def nobody(name: str) -> None:
    return None


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("two\tparts\r\nand lines", "two parts  and lines"),
        ("  a  b ", "a  b"),
        ("bell\x07 zero\u200bwidth \u202eright", "bell zerowidth right"),
        ("\ud83d half", "half"),
        ("e\u0301", "é"),
    ],
)
def test_a_line(text: str, fitting: str) -> None:
    assert fit_line(text) == fitting
    validate_line(fit_line(text))


def test_a_block() -> None:
    text = "a\r\nb\rc\tbell\x07 nul\x00 \ud83d \U0001f680"
    assert fit_block(text) == "a\nb\nc\tbell nul \ufffd \U0001f680"
    validate_block(fit_block(text))


def test_a_long_line_ends_in_an_ellipsis() -> None:
    assert cut_line("x" * 200, 200) == "x" * 200
    assert cut_line("x" * 201, 200) == "x" * 199 + "…"


@pytest.mark.parametrize("between", ["\n\n", "\n", " "])
def test_long_text_is_cut_where_it_hurts_least(between: str) -> None:
    words = [f"word{number}" for number in range(300)]
    pieces = pieces_of(between.join(words), 400, 500)
    assert len(pieces) > 3
    assert len(pieces[0]) <= 400
    assert all(len(piece) <= 500 for piece in pieces)
    assert " ".join(pieces).split() == words


def test_text_without_gaps_is_cut_anywhere() -> None:
    pieces = pieces_of("x" * 1000, 100, 300)
    assert "".join(pieces) == "x" * 1000
    assert max(map(len, pieces)) <= 300


def test_a_code_block_that_is_cut_goes_on() -> None:
    text = "before\n\n```python\n" + "\n".join(f"line {number}" for number in range(100)) + "\n```\nafter"
    pieces = pieces_of(text, 300, 300)
    for piece in pieces:
        assert piece.count("```") % 2 == 0, piece
    assert all(piece.startswith("```python\n") for piece in pieces[1:])
    assert max(map(len, pieces)) <= 300


def test_what_has_no_field_stands_below() -> None:
    facts = (
        Fact("component", "Components", "a_b"),
        Fact("component", "Components", "c"),
        Fact("environment", "Environment", "two\nlines", markup=True),
    )
    texts = texts_of(issue(description="Words.", facts=facts), PLAIN, nobody, [Fact("assignee", "Assignee", "Ana")])
    assert texts.description == (
        "Words.\n\n**Environment**\n\ntwo\nlines\n\n---\n\n"
        "Imported from `AB-1` · **Components:** a\\_b, c · **Assignee:** Ana"
    )
    assert (texts.rest, texts.notes) == ([], [])


def test_a_title_that_is_too_long_stands_whole_below() -> None:
    texts = texts_of(issue(title="word " * 60), PLAIN, nobody)
    assert len(texts.title) <= 200
    assert texts.title.endswith("…")
    assert ("word " * 60).strip() in texts.description
    assert texts.notes == ["the title is longer than 200 characters; the whole stands below the description"]


def test_an_issue_without_a_title_gets_one() -> None:
    texts = texts_of(issue(title=" \u200b\n"), PLAIN, nobody)
    assert texts.title == "Untitled (AB-1)"
    assert "it has no title" in texts.notes


def test_a_description_that_is_too_long_goes_on() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(9000))
    texts = texts_of(issue(description=text), PLAIN, nobody)
    assert len(texts.description) <= BLOCK
    assert all(len(piece) <= BLOCK for piece in texts.rest)
    assert "\n\n".join([texts.description, *texts.rest]).startswith(text)
    assert texts.notes == ["the description is longer than 65,535 characters and goes on in comments"]


def test_controls_are_taken_out_and_that_is_said() -> None:
    texts = texts_of(issue(title="a\x07b", description="c\x00d"), PLAIN, nobody)
    assert texts.title == "ab"
    assert texts.description.startswith("cd")
    assert len(texts.notes) == 2


def test_comments() -> None:
    assert comment_pieces("  \r\n\t", PLAIN, nobody) == ([], [])
    assert comment_pieces("one", PLAIN, nobody) == (["one"], [])
    pieces, notes = comment_pieces("word " * 20_000, PLAIN, nobody)
    assert [len(piece) <= BLOCK for piece in pieces] == [True, True]
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("ui/web", "ui-web"),
        ('a,b"c', "a-b-c"),
        (" trimmed ", "trimmed"),
        ("x" * 40, "x" * 32),
        ("..", "--"),
        ("\u200d", ""),
        ("a\tb", "a b"),
    ],
)
def test_label_names(name: str, fitting: str) -> None:
    assert label_name(name) == fitting
    validate_label_name(label_name(name))

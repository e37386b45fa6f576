"""Where a caret stands, and what a choice there takes the place of. `|` is the caret."""

from __future__ import annotations

import pytest

from issues.search.place import Place, place_at, written


def at(text: str) -> Place | None:
    before, _, after = text.partition("|")
    return place_at(before + after, len(before))


@pytest.mark.parametrize(
    ("text", "key", "typed", "replaced"),
    [
        ("|", "", "", ""),
        ("is:open |", "", "", ""),
        ("sta|", "", "sta", "sta"),
        ("St|a x", "", "st", "Sta"),
        ("-sta|", "", "sta", "sta"),
        ("(sta|", "", "sta", "sta"),
        ("stat|us:open", "", "stat", "status:"),
        ("status:|", "status", "", ""),
        ("status:op| x", "status", "op", "op"),
        ("status:o|pen", "status", "o", "open"),
        ("-status:op|", "status", "op", "op"),
        ("Due_:x status:open,cl|", "status", "cl", "cl"),
        ("status:op|,closed", "status", "op", "op"),
        ("priority:>=hi|", "priority", "hi", "hi"),
        ("created:2026-01-01..to|", "created", "to", "to"),
        ('label:"good fi|', "label", "good fi", '"good fi'),
        ('label:"good fi|rst issue" x', "label", "good fi", '"good first issue"'),
        ('label:"a, b|"', "label", "a, b", '"a, b"'),
        ("reporter:de|", "author", "de", "de"),
        ("AS_OF:to|", "as-of", "to", "to"),
        ("nonsense:x|", "nonsense", "x", "x"),
    ],
)
def test_what_is_there(text: str, key: str, typed: str, replaced: str) -> None:
    place = at(text)
    assert place is not None
    whole = text.replace("|", "")
    assert (place.key, place.typed, whole[slice(*place.span)]) == (key, typed, replaced)


def test_nothing_is_offered_inside_of_quoted_words() -> None:
    assert at('"data lo|ss"') is None
    assert at('"data lo|') is None


@pytest.mark.parametrize("caret", [-5, 0, 3, 10**6])
@pytest.mark.parametrize("text", ["", "a", "((((", '"', "label:\x00\ud800", "x" * 5000, "status:,,,:", "é🙂:é"])
def test_any_caret_in_any_text(text: str, caret: int) -> None:
    place = place_at(text, caret)
    assert place is None or 0 <= place.span[0] <= place.span[1] <= len(text)


@pytest.mark.parametrize("name", ["bug", "good first issue", "a(b)", ">x", "a..b", "é-1"])
def test_what_is_written_is_read_again(name: str) -> None:
    from issues.search import parse

    (term,) = parse(f"label:{written(name)}").terms
    assert [value.text for value in term.values] == [name]  # type: ignore[union-attr]

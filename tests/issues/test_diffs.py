from __future__ import annotations

import random

import pytest

from issues.views.diffs import diff_lines, put_together


def said(old: str, new: str) -> list[tuple[str, str]]:
    """Each line with the words that differ in brackets."""
    return [
        (line.kind, "".join(f"[{text}]" if differs else text for differs, text in line.parts))
        for line in diff_lines(old, new)
    ]


def test_lines_and_the_words_in_them() -> None:
    old = "\n".join(str(i) for i in range(20))
    assert said(old, old.replace("10", "ten")) == [
        ("skip", "…"), ("same", "8"), ("same", "9"), ("del", "10"), ("add", "ten"), ("same", "11"), ("same", "12"),
    ]  # fmt: skip
    assert said("Pay the bill now", "Pay the big bill now") == [
        ("del", "Pay the bill now"),
        ("add", "Pay the [big ]bill now"),
    ]
    assert said("call Ana at noon", "call Bob at noon") == [
        ("del", "call [Ana] at noon"),
        ("add", "call [Bob] at noon"),
    ]
    assert said("nothing alike", "zzz") == [("del", "nothing alike"), ("add", "zzz")]
    assert said("", "a") == [("add", "a")]
    assert said("a", "") == [("del", "a")]
    assert said("a", "a") == []


def test_nothing_is_lost_in_a_difference() -> None:
    rng = random.Random(7)
    for _ in range(200):
        old, new = (
            "\n".join(
                " ".join(rng.choices(["a", "b", "c", "<", "&", "x1"], k=rng.randint(0, 5)))
                for _ in range(rng.randint(0, 6))
            )
            for _ in range(2)
        )
        lines = diff_lines(old, new, context=None)
        before = "\n".join(line.text for line in lines if line.kind in ("same", "del"))
        after = "\n".join(line.text for line in lines if line.kind in ("same", "add"))
        assert (before, after) == (old, new), (old, new)


def test_long_ones_end_somewhere() -> None:
    assert len(diff_lines("", "x\n" * 5000)) == 401
    assert diff_lines("a " * 30_000, "b " * 30_000)[0].kind == "del"


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "both", "clean"),
    [
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC", True),
        ("a\nb", "a\nb\nc", "z\na\nb", "z\na\nb\nc", True),
        ("a\nb", "a\nX", "a\nX", "a\nX", True),
        ("a\nb", "a\nX", "a\nY", "a\nX\nY", False),
        ("a", "a\nt", "a\nm", "a\nt\nm", False),
        ("", "t", "m", "t\nm", False),
        ("a\nb\nc\nd", "d", "a\nB\nc\nd", "a\nB\nc\nd", False),
        ("a", "a", "b", "b", True),
    ],
)
def test_two_edits_are_put_together(base: str, theirs: str, mine: str, both: str, clean: bool) -> None:
    assert put_together(base, theirs, mine) == (both, clean)


def test_putting_together_is_fair_to_both() -> None:
    rng = random.Random(11)
    for _ in range(300):
        base = [str(i) for i in range(rng.randint(0, 8))]
        theirs, mine = ([line for line in base if rng.random() > 0.2] for _ in range(2))
        theirs.insert(rng.randint(0, len(theirs)), "theirs")
        mine.insert(rng.randint(0, len(mine)), "mine")
        text, _clean = put_together("\n".join(base), "\n".join(theirs), "\n".join(mine))
        assert "theirs" in text.split("\n") and "mine" in text.split("\n")

"""What holds for every text: nothing raises on the engine at hand, and Boolean algebra is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issues import search
from issues.search.fields import FIELDS
from issues.search.nodes import Node, Not, Term, Word
from tests.search.asked.cast import NAMES, TODAY, Tracker

pytestmark = pytest.mark.django_db

ALL = sorted(name for name in NAMES.values() if name != "gone")

SIGNS = r"""( ) " - , .. > >= < <= AND OR NOT * % _ \ ' ` ; -- /* %s {} ? :x T12:00Z"""
WORDS = "@me none open deleted in_progress high bug ui ana ABC ABC-1 abc1 #1 #0 key-desc updated login"
DAYS = "-7d 2w 9999y today this-week 2026-01-31 2026-02-30 2026"
PIECES = [
    *(f"{name}:" for name in [*FIELDS, "sort", "as-of", "foo"]),
    *f"{SIGNS} {WORDS} {DAYS}".split(),
    *" \t\x00\x1a\x85\ud800\udfff\ufffd\U0001f389ßİſ٣\u0301\u200d\u202e",
    *[" ", " OR ", " AND "] * 4,
]
QUERIES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(
    st.characters(codec=None, exclude_categories=[]), max_size=60
)


def everything(node: Node) -> list[Node]:
    match node:
        case Word() | Term():
            return [node]
        case Not():
            return [node, *everything(node.child)]
        case _:
            return [node, *(inner for child in node.children for inner in everything(child))]


@given(QUERIES | st.text(st.sampled_from('()"-,: aORNT'), max_size=3_000))
@settings(max_examples=600, deadline=None)
def test_any_text_has_a_tree_whose_spans_lie_in_it(text: str) -> None:
    parsed = search.parse(text)
    for part in [*everything(parsed.root), *parsed.directives, *parsed.sorts]:
        assert 0 <= part.span[0] <= part.span[1] <= len(parsed.text) <= min(len(text), 2_000)
    for warning in parsed.warnings:
        assert 0 <= warning.span[0] < warning.span[1] <= len(text)
        assert len(warning.message) < 200
    assert len(parsed.warnings) <= 50
    found = search.chips(parsed)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert search.parse(parsed.text) == replace(parsed, warnings=search.parse(parsed.text).warnings)


@given(QUERIES)
@settings(max_examples=400, deadline=None)
def test_taking_a_chip_out_leaves_the_others(text: str) -> None:
    parsed = search.parse(text)
    found = search.chips(parsed)
    if any(warning.message.startswith("Only the first") for warning in parsed.warnings):
        return
    for chip in found:
        rest = search.chips(search.parse(search.without(parsed.text, chip)))
        assert [other.text for other in rest] == [other.text for other in found if other != chip]


@given(QUERIES)
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_asked_and_is_the_complement_of_its_negation(tracker: Tracker, text: str) -> None:
    parsed = search.parse(text)
    compiled = tracker.compile(text)
    found = tracker.found(compiled)
    assert len(found) == len(set(found))
    if not parsed.terms or "deleted" in text.casefold():
        return
    negated = replace(parsed, root=Not(parsed.root, parsed.root.span))
    others = tracker.found(search.compile(negated, tracker.actor("ana"), today=TODAY))
    assert sorted([*found, *others]) == ALL


@dataclass(frozen=True)
class Expression:
    text: str
    names: frozenset[str]


ATOMS = """is:open type:bug label:ui assignee:ben assignee:none due:<today closed:none login project:old commenter:carl
    priority:>=high has:label #1 ABC-2"""


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_words_and_operators_are_set_algebra(tracker: Tracker, data: st.DataObject) -> None:
    whole = frozenset(ALL)

    def atom(text: str) -> Expression:
        return Expression(text, frozenset(tracker.found(tracker.compile(text))))

    def expression(depth: int) -> Expression:
        kind = data.draw(st.sampled_from(["atom", "and", "or", "not"])) if depth else "atom"
        if kind == "atom":
            return atom(data.draw(st.sampled_from(ATOMS.split())))
        if kind == "not":
            inner = expression(depth - 1)
            return Expression(data.draw(st.sampled_from(["-({})", "NOT ({})"])).format(inner.text), whole - inner.names)
        parts = [expression(depth - 1) for _ in range(data.draw(st.integers(2, 3)))]
        if kind == "and":
            joint = data.draw(st.sampled_from([" ", " AND "]))
            return Expression(
                joint.join(f"({part.text})" for part in parts), frozenset.intersection(*[p.names for p in parts])
            )
        return Expression(" OR ".join(f"({part.text})" for part in parts), frozenset.union(*[p.names for p in parts]))

    asked = expression(3)
    compiled = tracker.compile(asked.text)
    assert compiled.warnings == ()
    assert frozenset(tracker.found(compiled)) == asked.names

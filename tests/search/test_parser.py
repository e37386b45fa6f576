"""Text → tree: shapes and spans, what is typed half, and limits. No database."""

from __future__ import annotations

import time

import pytest

from issues import search
from issues.search.lexer import readable, tokens
from issues.search.nodes import And, Node, Not, Or, Term, Value, Word

SORTED_BY = "issues are sorted by updated, created, due, priority, key, comments, relevance."


def drawn(node: Node) -> str:
    """The tree in one line, each part with its span: `word@0-4`, `{…}` all of, `[…]` any of, `!` not."""
    at = f"@{node.span[0]}-{node.span[1]}"
    match node:
        case Word():
            return (f"'{node.text}'" if node.quoted else node.text) + at
        case Term():
            return f"{node.key}:" + ",".join(value_drawn(value) for value in node.values) + at
        case Not():
            return f"!{drawn(node.child)}{at}"
        case And():
            return "{" + " ".join(drawn(child) for child in node.children) + "}" + at
        case Or():
            return "[" + " ".join(drawn(child) for child in node.children) + "]" + at


def value_drawn(value: Value) -> str:
    text = f"'{value.text}'" if value.quoted else value.text
    ends = f"<{value.low}|{value.high}>" if value.op == ".." else ""
    return f"{text}{ends}@{value.span[0]}-{value.span[1]}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "{}@0-0"),
        ("   ", "{}@0-3"),
        ("word", "word@0-4"),
        (" two  words ", "{two@1-4 words@6-11}@1-11"),
        ("a AND b", "{a@0-1 b@6-7}@0-7"),
        ("a OR b", "[a@0-1 b@5-6]@0-6"),
        ("a b OR c d", "[{a@0-1 b@2-3}@0-3 {c@7-8 d@9-10}@7-10]@0-10"),
        ("a and b or c", "{a@0-1 and@2-5 b@6-7 or@8-10 c@11-12}@0-12"),
        ("(a OR b) c", "{[a@1-2 b@6-7]@0-8 c@9-10}@0-10"),
        ("((a))", "a@0-5"),
        ("a(b)c", "{a@0-1 b@1-4 c@4-5}@0-5"),
        ("-a", "!a@1-2@0-2"),
        ("NOT a", "!a@4-5@0-5"),
        ("--a", "a@0-3"),
        ("NOT -a", "a@0-6"),
        ("- NOT --a", "!a@8-9@2-9"),
        ("-(a b)", "!{a@2-3 b@4-5}@1-6@0-6"),
        ("a-b", "a-b@0-3"),
        ("a - b", "{a@0-1 b@4-5}@0-5"),
        ("a,b", "a,b@0-3"),
        ('"a b" c', "{'a b'@0-5 c@6-7}@0-7"),
        ('"AND"', "'AND'@0-5"),
        ('a"b"', "{a@0-1 'b'@1-4}@0-4"),
        ('""', "{}@0-2"),
        ("is:open", "is:open@3-7@0-7"),
        ("IS:Open", "is:Open@3-7@0-7"),
        ("is:open,closed x", "{is:open@3-7,closed@8-14@0-14 x@15-16}@0-16"),
        ("is:open, closed", "{is:open@3-7@0-8 closed@9-15}@0-15"),
        ('label:"a b",c', "label:'a b'@6-11,c@12-13@0-13"),
        ('label:,"",a,,', "label:a@10-11@0-13"),
        ("-label:a", "!label:a@7-8@1-8@0-8"),
        ("due:-7d", "due:-7d@4-7@0-7"),
        ("due:>=2026-01-01", "due:>=2026-01-01@4-16@0-16"),
        ('due:>="2026"', "due:'>=2026'@4-12@0-12"),
        ("due:a..b", "due:a..b<a|b>@4-8@0-8"),
        ("due:..b,a..", "due:..b<|b>@4-7,a..<a|>@8-11@0-11"),
        ('due:"a..b"', "due:'a..b'@4-10@0-10"),
        ("created:2026-01-31T12:00Z", "created:2026-01-31T12:00Z@8-25@0-25"),
        ("assignee:@me,none", "assignee:@me@9-12,none@13-17@0-17"),
        ("reporter:a", "author:a@9-10@0-10"),
        ("label:(a b)", "{a@7-8 b@9-10}@6-11"),
        ("title:a:b", "title:a:b@6-9@0-9"),
        ("sort:key a as-of:today", "a@9-10"),
        ("a OR sort:key", "a@0-1"),
        ("-sort:key", "{}@0-9"),
        ("https://itms.example/x?a:b", "https://itms.example/x?a:b@0-26"),
        ("Error::new 12:30 :) C:\\x", "{Error::new@0-10 12:30@11-16 :@17-18 C:\\x@20-24}@0-24"),
        ("foo:bar,baz", "'foo:bar,baz'@0-11"),
        ('foo:"b c"', "'foo:b c'@0-9"),
        ("#12 ABC-12", "{#12@0-3 ABC-12@4-10}@0-10"),
        ("a\x00b\ud800c\x85d", "{a@0-1 b@2-3 c@4-5 d@6-7}@0-7"),
        ("a\u3000b\nc", "{a@0-1 b@2-3 c@4-5}@0-5"),
        # half typed
        ('"a b', "'a b'@0-4"),
        ('label:"a b', "label:'a b'@6-10@0-10"),
        ("(a b", "{a@1-2 b@3-4}@0-4"),
        ("(a OR (b", "[a@1-2 b@6-8]@0-8"),
        ("a OR", "a@0-1"),
        ("OR a", "a@3-4"),
        ("a OR OR b", "[a@0-1 b@8-9]@0-9"),
        ("AND a AND", "a@4-5"),
        ("a NOT", "a@0-1"),
        ("a -", "a@0-1"),
        ("a )b", "{a@0-1 b@3-4}@0-4"),
        ("()", "{}@0-2"),
        ("-() a", "a@4-5"),
        ("status: a", "a@8-9"),
        ("due:>", "{}@0-5"),
        ('label:"', "{}@0-7"),
    ],
)
def test_the_tree(text: str, tree: str) -> None:
    assert drawn(search.parse(text).root) == tree


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("asignee:x", [("`asignee:` is not a filter — did you mean `assignee:`?", (0, 8), "assignee:")]),
        ("assig:x", [("`assig:` is not a filter — did you mean `assignee:`?", (0, 6), "assignee:")]),
        ("a State:x", [("`State:` is not a filter — did you mean `status:`?", (2, 8), "status:")]),
        ("sprint:x", [("`sprint:` is not a filter; it is searched as text.", (0, 7), None)]),
        ("status: x", [("`status:` has no value yet and is left out.", (0, 7), None)]),
        ("sort:creatd-asc", [(f"`sort:creatd-asc` is left out: {SORTED_BY}", (5, 15), "created-asc")]),
        ("sort:rank", [(f"`sort:rank` is left out: {SORTED_BY}", (5, 9), None)]),
        ('a "b', [("A quote is not closed. It is read as closed at the end.", (2, 4), None)]),
        ('label:x,"b', [("A quote is not closed. It is read as closed at the end.", (0, 10), None)]),
        ("a ((b", [("A parenthesis is not closed. It is read as closed at the end.", (3, 4), None)]),
        ("a) b)", [("A parenthesis closes nothing and is left out.", (1, 2), None)]),
        ("is:open https://x.example a::b", []),
        ("sort:key-desc sort:due as-of:whenever", []),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(text: str, warnings: list[tuple[str, tuple[int, int], str | None]]) -> None:
    parsed = search.parse(text)
    assert list(parsed.warnings) == [search.SearchWarning(*warning) for warning in warnings]
    assert search.strict_errors(parsed) == [(message, span) for message, span, _suggestion in warnings]


def test_a_suggestion_can_be_put_in_place_of_its_span() -> None:
    text = "is:open asignee:ben"
    (warning,) = search.parse(text).warnings
    start, end = warning.span
    mended = f"{text[:start]}{warning.suggestion}{text[end:]}"
    assert mended == "is:open assignee:ben"
    assert search.parse(mended).warnings == ()


def test_forty_terms_are_read() -> None:
    for text in (" ".join("w" * 41), " OR ".join(f"is:{n}" for n in range(41)), f"label:{','.join('abcd' * 10)} x"):
        warnings = search.parse(text).warnings
        assert [warning.message for warning in warnings] == ["Only the first 40 terms are searched for."]
        assert warnings[0].span[1] == len(text)
    root = search.parse(" ".join(f"w{n}" for n in range(60))).root
    assert isinstance(root, And)
    assert [child.text for child in root.children if isinstance(child, Word)] == [f"w{n}" for n in range(40)]


def test_parentheses_nest_five_deep() -> None:
    assert search.parse("(((((a)))))").warnings == ()
    parsed = search.parse("((((((a OR b) c)))))")
    assert [warning.span for warning in parsed.warnings] == [(5, 6)]
    assert drawn(parsed.root) == "[a@6-7 {b@11-12 c@14-15}@11-15]@0-20"


def test_two_thousand_characters_are_read() -> None:
    assert search.parse("a" * 2_000).warnings == ()
    parsed = search.parse("a" * 2_001)
    assert parsed.text == "a" * 2_000
    assert [warning.span for warning in parsed.warnings] == [(2_000, 2_001)]


HOSTILE = ["(", ")", '"', "-", "-(", "NOT ", "a:", "is:", "is:,", ",", "a OR ", "..", "a..", ">", "is:>", "\\",
           " ", "\x00", '"" ', "-a ", "()", "\U0001f389", "a-", "is:open,", "assigneee:x "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_only(piece: str) -> None:
    """A quadratic step over 100,000 characters would take minutes; the tokens alone have no limit of length."""
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    tokens(readable(text))
    assert time.process_time() - began < 4
    began = time.process_time()
    for _ in range(5):
        search.parse(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "chips"),
    [
        ("", []),
        ("is:open sort:updated-desc", ["is:open", "sort:updated-desc"]),
        ("a  -label:b,c  (d OR e)", ["a", "-label:b,c", "(d OR e)"]),
        ("NOT a AND b", ["NOT a", "b"]),
        ("a OR b c", ["a OR b c"]),
        ("a OR sort:key b", ["a OR sort:key b"]),
        ("as-of:today (a", ["as-of:today", "(a"]),
        ('x"a b', ["x", '"a b']),
        ("(a b)", ["(a b)"]),
        ("asignee:x status:", ["asignee:x"]),
    ],
)
def test_chips(text: str, chips: list[str]) -> None:
    found = search.chips(search.parse(text))
    assert [chip.text for chip in found] == chips
    assert [text[chip.start : chip.end] for chip in found] == chips
    assert {chip.kind for chip in found if chip.text.startswith(("sort", "as-of"))} <= {"sort", "as-of"}


@pytest.mark.parametrize(
    ("text", "chip", "rest"),
    [
        ("a", 0, ""),
        ("a b c", 1, "a c"),
        ("a AND b AND c", 0, "b AND c"),
        ("a AND b AND c", 1, "a AND c"),
        ("a AND b AND c", 2, "a AND b"),
        ("NOT a b", 0, "b"),
        ('"a"b"c"', 1, '"a" "c"'),
        ("is:open sort:key", 1, "is:open"),
        ("BRAND b", 1, "BRAND"),
        ("(a OR b) AND ANDY", 0, "ANDY"),
    ],
)
def test_the_text_without_a_chip(text: str, chip: int, rest: str) -> None:
    assert search.without(text, search.chips(search.parse(text))[chip]) == rest


@pytest.mark.parametrize(
    ("text", "key"),
    [("abc-12", "ABC-12"), (" ABC-12 sort:key ", "ABC-12"), ('"ABC-12"', None), ("ABC12", None), ("ABC-12 x", None),
     ("-ABC-12", None), ("ABC-0", None), ("", None), ("ABC-12 OR DEF-3", None), ("ABC-١", None)],
)  # fmt: skip
def test_a_query_that_is_one_key(text: str, key: str | None) -> None:
    assert search.exact_key(search.parse(text)) == key

"""Jira's wiki markup becomes Markdown that shows the same, and hostile text costs no more than other text."""

from __future__ import annotations

import re
import time

import pytest

from issues.transfer.wiki_markup import to_markdown
from itms_site.markdown import render

PEOPLE = {"ana": "ana", "5b10:ac8d": "jorg"}


def convert(text: str) -> str:
    return to_markdown(text, PEOPLE.get)


def shown(text: str) -> str:
    """What a reader sees of the converted text, without the tags."""
    html = render(convert(text))
    plain = re.sub(r"<[^>]+>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    return plain.strip()


def test_it_works() -> None:
    text = (
        "h2. Steps\r\n# press *once*\r\n# wait\r\n\r\n"
        "See [the log|https://e.org/log].\r\n{code:java}\r\nint a;\r\n{code}"
    )
    assert convert(text) == (
        "## Steps\n\n1. press **once**\n2. wait\n\nSee [the log](https://e.org/log).\n\n```java\nint a;\n```"
    )


@pytest.mark.parametrize(
    ("wiki", "markdown"),
    [
        ("*bold* and _slanted_ and -gone-", "**bold** and *slanted* and ~~gone~~"),
        ("{*}in{*}side {_}of{_}words", "**in**side *of*words"),
        ("??quoted?? {color:red}*red*{color}", "*quoted* **red**"),
        ("{{code}} {{a`b}} {{\\_x}}", "`code` ``a`b`` `_x`"),
        ("[https://e.org/a]", "https://e.org/a"),
        ("[https://e.org|https://e.org]", "https://e.org"),
        ("[a [b]|https://e.org]", "[a [b]|https://e.org]"),
        ("[text|https://e.org/a_(b)]", "[text](<https://e.org/a_(b)>)"),
        ("[write|mailto:a@e.org]", "[write](mailto:a@e.org)"),
        ("see https://e.org/a_b_c.", "see <https://e.org/a_b_c>."),
        ("(https://e.org/a)", "(https://e.org/a)"),
        ("[~ana] and [~accountid:5b10:ac8d]", "@ana and @jorg"),
        ("[~nobody]", "[~nobody]"),
        ("!shot.png|thumbnail! and !https://e.org/a.png!", "`shot.png` and [a.png](https://e.org/a.png)"),
        ("[^log.txt] [see|^log.txt]", "`log.txt` `see`"),
        ("h4.no heading", "h4.no heading"),
        ("bq. said", "> said"),
        ("a\n----\nb", "a\n\n---\n\nb"),
        ("first\\\\\nsecond", "first\nsecond"),
        ("* a\n** b\n**# c\n**# d\n- e", "- a\n  - b\n    1. c\n    2. d\n- e"),
        ("# a\n{code}\nx\n{code}\n# b", "1. a\n   ```\n   x\n   ```\n2. b"),
        ("* {code}\nx\n{code}\n* b", "-\n  ```\n  x\n  ```\n- b"),
        ("* - a", "- \\- a"),
        ("||h||i||\n|a|{{b|c}}|\n|d|", "| h | i |\n|---|---|\n| a | `b\\|c` |\n| d |  |"),
        ("|a|b|", "|  |  |\n|---|---|\n| a | b |"),
        ("{quote}\nsaid\n\nmore\n{quote}\nafter", "> said\n>\n> more\n\nafter"),
        (
            "{panel:title=Note *well*}\nin\n{panel}{info}\nbox\n{info}",
            "> **Note \\*well\\***\n> in\n\n> [!NOTE]\n> box",
        ),
        ("{code:title=A.java|lang=java}\n\nx\n\n{code}", "**A.java**\n\n```java\nx\n```"),
        ("{noformat}\n```\n{noformat}", "````\n```\n````"),
        ("text {code}x{code} more", "text\n\n```\nx\n```\n\nmore"),
        ("```js\n*a*\n```", "```js\n*a*\n```"),
    ],
)
def test_what_is_certain_is_translated(wiki: str, markdown: str) -> None:
    assert convert(wiki) == markdown


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4 and 2*3*4",
        "snake_case_name and __init__ and _private",
        "C:\\new\\*.txt and \\\\server\\share",
        "if (a[i] == b[j]) { return {}; }",
        "[ERROR]: it failed",
        "<div> and <ti:Window> and a < b",
        "{undefined} {quote} {code} {panel:title=x}",
        "wow! really! !important",
        "-v TEMPLATE -t, --target",
        "a ` tick",
        "~~~",
        "=====",
        "[a|b c] [link|ftp://e.org]",
        "100% #5 @ 3^2 ~5 +1",
        "x ---",
        "#",
    ],
)
def test_what_is_none_of_jiras_markup_is_shown_as_it_was_written(text: str) -> None:
    assert shown(text) == text.replace("\\*", "*")


def test_lines_do_not_become_headings_by_what_stands_below() -> None:
    assert "<h" not in render(convert("Log\n====\nmore\n---\nend"))


def test_code_keeps_every_character() -> None:
    code = 'a = {"*": [~ana]}  # h1. no\n\n\tb = "{{c}}" || -d-\n!e.png!'
    assert f"```\n{code}\n```" in convert(f"before\n{{code}}\n{code}\n{{code}}\nafter")


def test_code_inside_a_quote_stays_inside() -> None:
    html = render(convert("{quote}\nlook:\n{code}\nx\n{code}\n{quote}\nafter"))
    assert re.search(r"<blockquote>.*<code>x\n</code>.*</blockquote>.*after", html, re.DOTALL)


def test_an_escaped_macro_is_text() -> None:
    assert shown("\\{code} and \\{quote}") == "{code} and {quote}"


def test_place_holders_cannot_be_smuggled_in() -> None:
    assert "\ue000" not in convert("\ue0000\ue001 {{a}} \ue002<quote:")


BOMBS = {
    "open code": "{code:a}" * 8000,
    "code": "{code}" * 11_000,
    "empty code": "{code}" + " \n" * 30_000 + "x" + " \n" * 2_000 + "{code}",
    "open mono": "{{" * 32_000,
    "stars": "*a " * 20_000,
    "brackets": "[" * 65_000,
    "links": "[a|" * 20_000,
    "images": "!a" * 30_000,
    "quotes": "{quote}" * 9_000,
    "lists": "* a\n" * 16_000,
    "deep lists": "********* a\n" * 5_000,
    "wide table": "|a" * 30_000 + "|",
    "underscores": "_a" * 32_000,
    "ticks": "`" * 65_000,
    "backslashes": "\\" * 65_000,
    "addresses": "http://a" + ")" * 65_000,
    "fences": "```a\n" * 13_000,
    "braces": "{*}a" * 16_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_text_costs_bounded_time(name: str) -> None:
    started = time.process_time()
    convert(BOMBS[name])
    assert time.process_time() - started < 3

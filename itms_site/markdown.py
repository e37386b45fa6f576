"""Markdown → HTML that is safe to show: raw HTML is text, and an allow-list has the last word.

References (`@user`, `ABC-12`) are found here and resolved by the caller, who knows what the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name


class Reference(NamedTuple):
    """Where a token of the text leads; `state` becomes a class (`closed` strikes it through)."""

    href: str
    title: str = ""
    state: str = ""


Resolver = Callable[[frozenset[str]], Mapping[str, Reference]]

REFERENCE = re.compile(r"(?<![\w@/.&#-])(?:@[A-Za-z0-9_]{1,32}(?![\w@-])|[A-Z][A-Z0-9]{1,15}-[1-9][0-9]{0,8}(?![\w-]))")
LANGUAGES = {
    name: lexer
    for lexer, names in {
        "bash": "bash sh shell zsh console",
        "c": "c h",
        "cpp": "cpp c++ cc",
        "csharp": "csharp cs c#",
        "css": "css",
        "diff": "diff patch",
        "docker": "docker dockerfile",
        "go": "go golang",
        "html": "html xml svg",
        "ini": "ini cfg conf toml",
        "java": "java",
        "javascript": "javascript js jsx",
        "json": "json",
        "kotlin": "kotlin kt",
        "php": "php",
        "powershell": "powershell ps1",
        "python": "python py python3",
        "pytb": "pytb traceback",
        "ruby": "ruby rb",
        "rust": "rust rs",
        "sql": "sql mysql sqlite",
        "swift": "swift",
        "typescript": "typescript ts tsx",
        "yaml": "yaml yml",
    }.items()
    for name in names.split()
}
# Beyond these a text is shown as it was typed, or a code block without colours: time stays bounded.
MAX_TEXT = 200_000
MAX_HIGHLIGHT = 12_000
MAX_REFERENCES = 200
_WIDE_TABLE = re.compile(r"^(?:[^|\n]*\|){200}", re.MULTILINE)
_CACHED_TEXT = 8_000

_TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "input",
    "li", "ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"tabindex"},
    "input": {"checked", "disabled", "aria-label"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "span": {"class"},  # written by Pygments alone
}
_CLASSES = {
    "a": {"ref", "ref-closed", "mention", "image-link"},
    "div": {"table-scroll", "markdown-alert"}
    | {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")},
    "input": {"task-list-item-checkbox"},
    "li": {"task-list-item"},
    "p": {"markdown-alert-title"},
    "pre": {"code"},
    "td": {"center", "right"},
    "th": {"center", "right"},
    "ul": {"contains-task-list"},
    "ol": {"contains-task-list"},
}
_SCHEMES = {"http", "https", "mailto"}


def render(text: str | None, resolve: Resolver | None = None) -> Markup:
    """Safe HTML for a description or comment.

    `resolve` gets the tokens found outside code and links (`{"@ana", "ABC-12"}`, at most 200) and
    answers with those that the reader may follow; the others stay text.
    """
    if not text:
        return Markup("")
    if resolve is None or not (found := frozenset(REFERENCE.findall(text)[:MAX_REFERENCES])):
        return _cached(text) if len(text) <= _CACHED_TEXT else _to_html(text, {})
    references = resolve(found)
    return _to_html(text, references) if references else render(text)


@lru_cache(maxsize=512)
def _cached(text: str) -> Markup:
    return _to_html(text, {})


def _to_html(text: str, references: Mapping[str, Reference]) -> Markup:
    if len(text) > MAX_TEXT or text.count("[") > 4_000 or _WIDE_TABLE.search(text):
        return Markup('<pre class="code" tabindex="0">{}</pre>').format(text)
    tokens = parse(text)
    ranks = sorted({token.tag for token in tokens if token.type == "heading_open"})
    for token in tokens:
        _adapt(token, ranks)
        if token.children:
            token.children = list(_inline(token.children, references))
    html = _parser().renderer.render(tokens, _parser().options, {})
    return Markup(_cleaner().clean(html))


def parse(text: str) -> list[Token]:
    """The blocks of a text as they will be rendered."""
    return _parser().parse(text.replace("\0", "\ufffd"))


def _adapt(token: Token, ranks: list[str]) -> None:
    """h1 and h2 are the page's: a text's own levels begin at h3, without a gap. Alignment is a class."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(ranks.index(token.tag) + 3, 6)}"
    elif token.type in ("th_open", "td_open"):
        style = str(token.attrs.pop("style", ""))
        for side in ("center", "right"):
            if style.endswith(side):
                token.attrSet("class", side)


def _inline(tokens: Sequence[Token], references: Mapping[str, Reference]) -> Iterator[Token]:
    """Images become links (a remote image tells its server who reads what); references too."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "image":
            source = str(token.attrs.get("src", ""))
            name = token.content or source
            yield from [_text(name)] if depth else _link(name, href=source, title=source, class_="image-link")
        elif token.type == "text" and references and not depth:
            yield from _referenced(token.content, references)
        else:
            yield token


def _referenced(text: str, references: Mapping[str, Reference]) -> Iterator[Token]:
    end = 0
    for match in REFERENCE.finditer(text):
        name = match.group()
        reference = references.get(name)
        if reference is None:
            continue
        kind = "mention" if name.startswith("@") else "ref"
        class_ = f"{kind} ref-{reference.state}" if reference.state else kind
        yield _text(text[end : match.start()])
        yield from _link(name, href=reference.href, title=reference.title, class_=class_)
        end = match.end()
    yield _text(text[end:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(content: str, *, href: str, title: str, class_: str) -> list[Token]:
    attributes: dict[str, str | int | float] = {"href": href, "class": class_}
    if title:
        attributes["title"] = title
    return [Token("link_open", "a", 1, attrs=attributes), _text(content), Token("link_close", "a", -1)]


class _Renderer(RendererHTML):
    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table-scroll" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        html = super().list_item_open(tokens, idx, options, env)
        label = "Done" if 'checked=""' in html else "To do"
        return html.replace("<input ", f'<input aria-label="{label}" ')

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        words = tokens[idx].info.split(maxsplit=1)
        return _code(tokens[idx].content, words[0].lower() if words else "")

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx].content, "")


def _code(content: str, language: str) -> str:
    lexer = LANGUAGES.get(language)
    if lexer is None or len(content) > MAX_HIGHLIGHT:
        body = str(escape(content))
    else:
        body = highlight(content, get_lexer_by_name(lexer, stripnl=False), HtmlFormatter(nowrap=True))
    return f'<pre class="code" tabindex="0"><code>{body}</code></pre>\n'


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like2", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    # Only addresses with a scheme: `README.md` and `node.js` are no web sites.
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    return parser


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow ugc",
    )

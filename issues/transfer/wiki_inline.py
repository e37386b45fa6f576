"""Jira wiki markup inside a line: links, mentions, images, `{{code}}`, bold, italic, struck out.

What is certain is translated, the rest stays as it was written, with a backslash where Markdown would read
something into it that Jira did not. What is finished is put aside under a number, so that nothing looks at it twice.
"""

from __future__ import annotations

import re

from issues.transfer.quoting import code_span, literal
from issues.transfer.source import Mention

# Characters of the private use area hold the place of what is finished; a source has none of them (`without_marks`).
KEPT, KEPT_END, BOLD, ITALIC, STRUCK = "\ue000", "\ue001", "\ue003", "\ue004", "\ue005"
BLOCK = "\ue002"

_PIECES = re.compile(
    r"""\{\{(?P<mono>[^\n]{1,1000}?)\}\}(?!\})
    | (?P<tick>`[^`\n]{1,1000}`)
    | \\(?P<escaped>[*_{}\[\]+^~|!\#?-])
    | (?P<breaks>\\\\(?=\s|$))
    | !(?P<image>[^\s!|][^!|\n]{0,300})(?:\|[^!\n]{0,200})?!(?!\w)
    | \[(?P<link>[^\[\]\n]{1,2500})\](?!\()
    | (?P<dropped>\{(?:color(?:[:=][^}\n]{0,40})?|anchor:[^}\n]{0,100})\})
    | \{\*\}(?P<strong>[^\n]{1,1000}?)\{\*\}
    | \{_\}(?P<slanted>[^\n]{1,1000}?)\{_\}
    | (?P<url>https?://[^\s<>"|{}\[\]\\^`]{1,2000})""",
    re.VERBOSE,
)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|svg|webp|tiff?|ico|pdf|mov|mp4|webm|avi)$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>]+", re.IGNORECASE)
_STYLES = [
    (re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*\*(?![\w*])"), BOLD),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*(?![\w*])"), BOLD),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s_])_(?![\w_])"), ITALIC),
    (re.compile(r"\?\?(?=[^\s?])([^?\n]{1,1000}?)(?<=[^\s?])\?\?"), ITALIC),
    (re.compile(r"(?<![\w-])-(?=\w)([^\n-]{1,300}?)(?<=\w)-(?![\w-])"), STRUCK),
]
_LITERAL = [
    (re.compile(r"""\\(?=[!"$%&'(),./:;<=>?@^`|\\#*_+~\[\]{}-])"""), r"\\\\"),
    (re.compile(r"(?<=\S)\*|\*(?=\S)"), r"\\*"),
    (re.compile(r"(?<![^\W_])_|_(?![^\W_])"), r"\\_"),
    (re.compile(r"`"), r"\\`"),
    (re.compile(r"<(?=[A-Za-z][\w+.-]{1,31}:)"), r"\\<"),
]
_BRACED = {"strong": BOLD, "slanted": ITALIC}
_SIGNS = {BOLD: "**", ITALIC: "*", STRUCK: "~~"}


def without_marks(text: str) -> str:
    """The text without the characters that this module uses for itself."""
    return re.sub("[\ue000-\ue005]", "\ufffd", text)


class Inline:
    """Translates the lines of one text; keeps what is finished until `restore`."""

    def __init__(self, mention: Mention) -> None:
        self._mention = mention
        self._kept: list[str] = []

    def translate(self, line: str) -> str:
        return self.restore(self.style(self.extract(line)))

    def keep(self, markdown: str) -> str:
        """A place holder for something that is Markdown already."""
        self._kept.append(markdown)
        return f"{KEPT}{len(self._kept) - 1}{KEPT_END}"

    def restore(self, text: str) -> str:
        """Puts back what was kept, also what was kept inside of that."""
        while KEPT in text:
            text = re.sub(f"{KEPT}([0-9]+){KEPT_END}", lambda match: self._kept[int(match[1])], text)
        return text

    def extract(self, line: str) -> str:
        """Takes out everything whose inside is not text: code, links, addresses, images, escaped characters."""
        return _PIECES.sub(self._piece, line)

    def style(self, line: str) -> str:
        for pattern, sign in _STYLES:
            line = pattern.sub(rf"{sign}\1{sign}", line)
        for pattern, instead in _LITERAL:
            line = pattern.sub(instead, line)
        for sign, marks in _SIGNS.items():
            line = line.replace(sign, marks)
        return line

    def _piece(self, match: re.Match[str]) -> str:
        kind, found = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "mono":
            inside = re.sub(r"\\([*_{}\[\]+^~|!#?-])", r"\1", self.restore(found)).strip()
            return self.keep(code_span(inside)) if inside else match[0]
        if kind == "tick":
            return self.keep(found)
        if kind == "escaped":
            return self.keep(f"\\{found}")
        if kind == "breaks" or kind == "dropped":
            return ""
        if kind in _BRACED:
            return f"{_BRACED[kind]}{self.extract(found)}{_BRACED[kind]}"
        if kind == "image":
            return self._image(found, match[0])
        if kind == "link":
            return self._link(found, match[0])
        return self._url(found)

    def _image(self, source: str, whole: str) -> str:
        if _ADDRESS.fullmatch(source):
            return self._to(source.rsplit("/", 1)[-1] or source, source)
        return self.keep(code_span(source)) if _PICTURE.search(source) else whole

    def _link(self, inside: str, whole: str) -> str:
        text, _, target = inside.partition("|")
        if not target:
            text, target = "", inside
        target = target.split("|")[0].strip()
        if target.startswith("~"):
            name = self._mention(target[1:].removeprefix("accountid:"))
            return self.keep(f"@{name}") if name else whole
        if target.startswith("^"):
            return self.keep(code_span(text or target[1:]))
        if target.startswith("#") and text:
            return text
        if _ADDRESS.fullmatch(target):
            plain = text.strip() in ("", target)
            return self._url(target) if plain and target.startswith("http") else self._to(text or target, target)
        if KEPT in inside:
            # An address inside was found first: `[see http://…]` is a text with an address, not a link.
            return whole
        return self.keep(literal(whole)) if "|" in inside else whole

    def _to(self, text: str, address: str) -> str:
        label = self.style(re.sub(r"([\[\]])", r"\\\1", text.strip()))
        return self.keep(f"[{label}]({_destination(address)})")

    def _url(self, address: str) -> str:
        """A bare address; what Markdown could read something into stands in angle brackets."""
        address, after = _without_punctuation(address)
        odd = re.search(r"[*_~()]", address)
        return self.keep(f"<{address}>" if odd else address) + after


def _destination(address: str) -> str:
    return f"<{address}>" if re.search(r"[()\s]", address) else address


def _without_punctuation(address: str) -> tuple[str, str]:
    """A sentence's end is no part of an address, nor a bracket that was opened before it."""
    end = len(address)
    while end and (
        address[end - 1] in ".,;:!?'*"
        or (address[end - 1] == ")" and address.count("(", 0, end) < address.count(")", 0, end))
    ):
        end -= 1
    return address[:end], address[end:]

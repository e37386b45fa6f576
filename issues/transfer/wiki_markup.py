"""Jira wiki markup → Markdown: the blocks. What stands inside a line is in wiki_inline.py.

    h2. Title            → ## Title               {code:java} … {code}     → a fenced block
    * a, ** b, # c, - d  → lists, nested          {noformat} … {noformat}  → a fenced block
    bq. text, {quote}    → > text                 {panel:title=T}          → > **T** …
    ||a||b||, |c|d|      → a table                {info} {tip} {note} {warning} → an alert
    ----                 → a rule

A macro that is not closed, or not known, stays as it was written.
"""

from __future__ import annotations

import re

from issues.transfer.quoting import literal
from issues.transfer.source import Mention
from issues.transfer.wiki_inline import BLOCK, Inline, without_marks

_VERBATIM = re.compile(r"(?<![\\{])\{(code|noformat)(?::([^}\n]{0,300}))?\}(?!\})|^(```+)([^`\n]*)$", re.MULTILINE)
_AROUND = re.compile(r"(?<![\\{])\{(quote|panel|info|tip|note|warning)(?::([^}\n]{0,300}))?\}(?!\})")
_HEADING = re.compile(r"\s*h([1-6])\.\s+(.*)")
_ITEM = re.compile(r"\s*([*#]{1,9}|-)\s+(\S.*)")
_BARE_ITEM = re.compile(r"\s*([*#]{1,9}|-)()\s*$")
_ALERTS = {"info": "NOTE", "tip": "TIP", "note": "IMPORTANT", "warning": "WARNING"}
_LANGUAGE = re.compile(r"[A-Za-z0-9+#_-]{1,20}")
# Lines of text that Markdown would take for something else: an underline, a rule, a fence, a definition.
_NOT_TEXT = re.compile(r"(?:=+|-+|\*[* ]+|_[_ ]+|#{1,6}|~{3,}.*|\[[^\]]+\]:.*)$")


def to_markdown(text: str, mention: Mention) -> str:
    """The same text in Markdown. Takes time in proportion to its length."""
    return _Page(mention).convert(text)


class _Page:
    def __init__(self, mention: Mention) -> None:
        self._inline = Inline(mention)
        self._out: list[str] = []
        self._blocks: list[list[str]] = []
        self._depth = 0
        # The open list: for each level its marker and how many items it has.
        self._list: list[tuple[str, int]] = []

    def convert(self, text: str) -> str:
        text = without_marks(text.replace("\r\n", "\n").replace("\r", "\n"))
        lines = self._around(self._verbatim(text)).split("\n")
        position = 0
        while position < len(lines):
            position += self._line(lines, position)
        return "\n".join(self._out).strip("\n")

    # Macros first: what they hold is not looked at as lines.

    def _verbatim(self, text: str) -> str:
        """Code blocks taken out, each a line of its own that names its number."""
        done, at, unclosed = "", 0, set()
        while match := _VERBATIM.search(text, at):
            kind = match[1] or match[3]
            close = f"{{{kind}}}" if match[1] else f"\n{kind}"
            end = -1 if kind in unclosed else text.find(close, match.end())
            if end < 0:
                unclosed.add(kind)
                shown = match[0] if match[1] else f"\\{match[0]}"
                done, at = done + text[at : match.start()] + self._inline.keep(shown), match.end()
                continue
            self._blocks.append(_fence(match, text[match.end() : end]))
            before = text[at : match.start()].rstrip(" \t")
            gap = "" if not before or before.endswith("\n") else "\n"
            done += f"{before}{gap}{BLOCK}{len(self._blocks) - 1}\n"
            at = end + len(close)
            at += len(text[at:]) - len(text[at:].lstrip(" \t")) if text[at : at + 1] in (" ", "\t") else 0
            at += text[at : at + 1] == "\n"
        return done + text[at:]

    def _around(self, text: str) -> str:
        """Beginnings and ends of quotes and panels, each a line of its own; those without a partner stay text."""
        found = list(_AROUND.finditer(text))
        single = {kind for kind in _ALERTS | {"quote": "", "panel": ""} if sum(m[1] == kind for m in found) % 2}
        last = {match[1]: match.start() for match in found if match[1] in single}
        opened: set[str] = set()
        done, at = "", 0
        for match in found:
            if last.get(match[1]) == match.start():
                continue
            begins = match[1] not in opened
            opened ^= {match[1]}
            before = text[at : match.start()].rstrip(" \t")
            gap = "" if not before or before.endswith("\n") else "\n"
            done += f"{before}{gap}{BLOCK}{'<' if begins else '>'}{match[1]}:{match[2] or ''}\n"
            at = match.end() + (text[match.end() : match.end() + 1] == "\n")
        return done + text[at:]

    # Then line by line.

    def _line(self, lines: list[str], position: int) -> int:
        """Writes what begins at this line; returns how many lines that took."""
        line = lines[position]
        if line.startswith(BLOCK):
            self._macro(line[1:])
        elif not line.strip():
            self._end_list()
            self._gap()
        elif _is_row(line):
            return self._table(lines, position)
        elif match := _HEADING.match(line):
            self._alone(f"{'#' * int(match[1])} {self._inline.translate(match[2].strip())}")
        elif (match := _ITEM.match(line)) or (
            (match := _BARE_ITEM.match(line)) and any(map(_is_code, lines[position + 1 : position + 2]))
        ):
            self._item(match[1], match[2])
        elif re.fullmatch(r"\s*-{4,}\s*", line):
            self._alone("---")
        elif line.lstrip().startswith("bq. "):
            self._alone(f"> {self._inline.translate(line.lstrip()[4:].strip())}")
        else:
            self._text(line)
        return 1

    def _macro(self, what: str) -> None:
        if what[0] not in "<>":
            if not self._list:
                self._gap()
            for row in self._blocks[int(what)]:
                self._put(f"{self._indent()}{row}" if row else "")
            if not self._list:
                self._gap()
            return
        kind, _, parameters = what[1:].partition(":")
        self._end_list()
        if what[0] == ">":
            while self._out and not self._out[-1].strip("> "):
                self._out.pop()
            self._depth -= 1
            self._put("")
            return
        self._gap()
        self._depth += 1
        if kind in _ALERTS:
            self._put(f"[!{_ALERTS[kind]}]")
        if title := re.search(r"(?:^|\|)title=([^|]+)", parameters):
            self._put(f"**{literal(title[1].strip())}**")

    def _item(self, marker: str, text: str) -> None:
        level = min(len(marker), len(self._list) + 1)
        kind = marker[level - 1] if marker != "-" else "-"
        if not self._list:
            self._gap()
        self._list = self._list[:level]
        if len(self._list) == level and (self._list[-1][0] == "#") == (kind == "#"):
            self._list[-1] = (kind, self._list[-1][1] + 1)
        else:
            self._list = [*self._list[: level - 1], (kind, 1)]
        self._put(f"{self._indent(level - 1)}{_bullet(*self._list[-1])}{self._item_text(text.strip())}")

    def _item_text(self, text: str) -> str:
        """What would open a list, a heading or a quote inside of the item is text."""
        translated = self._inline.translate(text)
        return f"\\{translated}" if re.match(r"(?:[-+>]|#{1,6})(?:\s|$)", translated) else translated

    def _text(self, line: str) -> None:
        stripped = line.strip()
        if self._list:
            self._put(f"{self._indent()}{self._plain(stripped)}")
        elif line.startswith(("    ", "\t")) and self._after_gap_or_code():
            # Markdown shows this as code, which is what people indented it for.
            self._put(line.rstrip())
        else:
            self._put(self._plain(stripped))

    def _plain(self, line: str) -> str:
        return f"\\{self._inline.translate(line)}" if _NOT_TEXT.match(line) else self._inline.translate(line)

    def _table(self, lines: list[str], position: int) -> int:
        rows: list[str] = []
        while position + len(rows) < len(lines) and _is_row(lines[position + len(rows)]):
            rows.append(lines[position + len(rows)].strip())
        cells = [self._cells(row) for row in rows]
        width = max(len(row) for row in cells)
        self._end_list()
        self._gap()
        if not rows[0].startswith("||"):
            cells = [[""] * width, *cells]
        for number, row in enumerate(cells):
            self._put(f"| {' | '.join([*row, *[''] * (width - len(row))])} |")
            if number == 0:
                self._put(f"|{'---|' * width}")
        self._gap()
        return len(rows)

    def _cells(self, row: str) -> list[str]:
        parts = re.split(r"\|\|?", self._inline.extract(row).strip("|"))
        return [self._inline.restore(self._inline.style(part.strip())).replace("|", "\\|") for part in parts]

    # What is written.

    def _put(self, line: str) -> None:
        self._out.append(f"{'> ' * self._depth}{self._inline.restore(line)}".rstrip())

    def _gap(self) -> None:
        """One empty line, unless there is one."""
        if self._out and self._out[-1].strip("> "):
            self._put("")

    def _alone(self, line: str) -> None:
        self._end_list()
        self._gap()
        self._put(line)
        self._gap()

    def _end_list(self) -> None:
        self._list = []

    def _indent(self, levels: int | None = None) -> str:
        """As far in as the text of the list's items."""
        return " " * sum(len(_bullet(*level)) for level in self._list[:levels])

    def _after_gap_or_code(self) -> bool:
        last = self._out[-1][2 * self._depth :] if self._out else ""
        return not last.strip() or last.startswith(("    ", "\t"))


def _bullet(kind: str, count: int) -> str:
    return f"{count}. " if kind == "#" else "- "


def _is_code(line: str) -> bool:
    return line.startswith(BLOCK) and line[1:2].isdigit()


def _is_row(line: str) -> bool:
    line = line.strip()
    return len(line) > 2 and line.startswith("|") and line.endswith("|") and bool(line.strip("| "))


def _fence(match: re.Match[str], content: str) -> list[str]:
    """The lines of a fenced block. The language is the first parameter, or `lang=`, `language=`."""
    parameters = (match[2] or match[4] or "").strip()
    language, title = "", ""
    for part in parameters.split("|"):
        name, equals, value = part.partition("=")
        if not equals or name.strip() in ("lang", "language"):
            language = (value if equals else name).strip().lower()
        elif name.strip() == "title":
            title = value.strip()
    rows = [row.rstrip() for row in content.split("\n")]
    first = next((number for number, row in enumerate(rows) if row), 0)
    last = next((number for number, row in enumerate(reversed(rows)) if row), 0)
    rows = rows[first : len(rows) - last] if any(rows) else []
    longest = max((len(run) for run in re.findall(r"`{3,}", content)), default=2)
    ticks = "`" * (longest + 1)
    if not _LANGUAGE.fullmatch(language) or language == "none":
        language = ""
    return [*([f"**{literal(title)}**", ""] if title else []), f"{ticks}{language}", *rows, ticks]

"""Task lists in Markdown, `- [ ] buy milk`: which items a text has, the text with one of them ticked, and the
rendered text with buttons in place of its boxes.

An item is named by its place and a print of its words, so that a tick never lands on another item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s

from markupsafe import Markup

from itms_site.markdown import MAX_TEXT, parse

_LINE = re.compile(r"\A((?:[ \t]*(?:>|[-*+]|\d{1,9}[.)]))+[ \t]+\[)([ xX])(\][ \t]+)(.*)\Z", re.DOTALL)
_BOX = re.compile(r'<input [^>]*class="task-list-item-checkbox"[^>]*>')
_NAME = re.compile(r"\A(\d{1,5})-([0-9a-f]{12})-([01])\Z")
_LABEL = 120


@dataclass(frozen=True)
class Task:
    """One item. `line` counts from 0; `print_` stands for its words, whether it is done or not."""

    line: int
    done: bool
    words: str
    print_: str


@dataclass(frozen=True)
class Tick:
    """What a button asks for: the item at `index` whose words have this print shall be done, or not."""

    index: int
    print_: str
    done: bool

    @classmethod
    def read(cls, name: str) -> Tick | None:
        """From the value that a button sends; None when it is none of ours."""
        match = _NAME.match(name)
        return cls(int(match[1]), match[2], match[3] == "1") if match else None

    def __str__(self) -> str:
        return f"{self.index}-{self.print_}-{int(self.done)}"


@lru_cache(maxsize=256)
def tasks_in(text: str) -> Sequence[Task]:
    """The items in the order in which they are rendered; one whose box is not where it is expected has line -1."""
    if "[" not in text or "]" not in text or len(text) > MAX_TEXT:
        return ()
    lines = text.split("\n")
    found = []
    for token in parse(text):
        if token.type == "list_item_open" and "checked" in token.meta and token.map:
            at = token.map[0]
            match = _LINE.match(lines[at]) if at < len(lines) else None
            words = match[4].strip() if match else ""
            print_ = blake2s(words.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
            found.append(Task(at if match else -1, bool(token.meta["checked"]), words, print_))
    return tuple(found)


def progress(text: str) -> tuple[int, int] | None:
    """(done, all); None where the text has no items."""
    tasks = tasks_in(text)
    return (sum(task.done for task in tasks), len(tasks)) if tasks else None


def ticked(text: str, tick: Tick) -> str | None:
    """The text with that item done or not; None when it has no such item, or several of which none is at its place.

    An item that moved is found by its words."""
    same = [(index, task) for index, task in enumerate(tasks_in(text)) if task.line >= 0 and task.print_ == tick.print_]
    chosen = [task for index, task in same if index == tick.index] or [task for _index, task in same]
    if len(chosen) != 1:
        return None
    lines = text.split("\n")
    at = chosen[0].line
    lines[at] = _LINE.sub(lambda m: f"{m[1]}{'x' if tick.done else ' '}{m[3]}{m[4]}", lines[at])
    return "\n".join(lines)


def tickable(html: Markup, text: str, form: str) -> Markup:
    """The rendering of `text` with a button for each box, which sends the element `form` with its Tick as `task`."""
    tasks = tasks_in(text)
    if not tasks:
        return html
    parts = _BOX.split(str(html))
    if len(parts) != len(tasks) + 1:
        return html
    found = [Markup(parts[0])]
    for index, (task, rest) in enumerate(zip(tasks, parts[1:], strict=True)):
        found += [_button(index, task, form), Markup(rest)]
    return Markup("").join(found)


def _button(index: int, task: Task, form: str) -> Markup:
    if task.line < 0:
        return Markup('<input class="task-list-item-checkbox" type="checkbox" disabled{}>').format(
            Markup(" checked") if task.done else ""
        )
    return Markup(
        '<button class="task-box" id="{0}-{1}" form="{0}" name="task" value="{2}" role="checkbox"'
        ' aria-checked="{3}" aria-label="{4}"></button>'
    ).format(
        form,
        index,
        Tick(index, task.print_, not task.done),
        "true" if task.done else "false",
        task.words[:_LABEL] or "Item",
    )

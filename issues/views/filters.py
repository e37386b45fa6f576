"""The filter menus, sort menu and chips over a list: each entry is a link to the same list with another query.

A page has the heads of the menus alone; `issues/views/filtering.py` answers with what is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from issues import search
from issues.models import Priority, Status, Type
from issues.search.fields import RELEVANCE
from issues.search.sought import sought_in, words_of
from issues.selectors.choices import Choices
from issues.views.query_text import parts_of, quoted, with_term

SORTS = (
    ("Last updated", "sort:updated-desc"),
    ("Newest", "sort:created-desc"),
    ("Oldest", "sort:created-asc"),
    ("Priority", "sort:priority-desc"),
    ("Due date", "sort:due-asc"),
)
RANKED = ("Best match", "sort:relevance")  # only where words are looked for
Address = Callable[[str], str]


@dataclass(frozen=True)
class Option:
    """One entry of a menu. `glyph`: (kind, value) of what is drawn before it, or None."""

    text: str
    href: str
    current: bool
    glyph: tuple[str, str] | None = None


# A menu's name → the beginnings of the terms that it sets.
KEYS: dict[str, tuple[str, ...]] = {
    "Status": ("status:", "is:open", "is:closed"),
    "Type": ("type:",),
    "Priority": ("priority:",),
    "Assignee": ("assignee:", "no:assignee"),
    "Label": ("label:",),
    "Project": ("project:",),
}
_WORDS = {"is:open": "Not done", "is:closed": "Done", "assignee:@me": "Me", "assignee:none": "Nobody"}
_WORDS |= {"no:assignee": "Nobody", "status:in-progress": "In progress", "status:in_progress": "In progress"}


@dataclass(frozen=True)
class Menu:
    name: str
    options: list[Option]


@dataclass(frozen=True)
class Head:
    """`active`: what is chosen in the menu, None for no restriction; `anchor`: where it stands on the page of them."""

    name: str
    active: str | None

    @property
    def anchor(self) -> str:
        return f"filter-{self.name.lower()}"


def heads(parsed: search.Parsed, *, one_project: bool) -> list[Head]:
    """The menus over the list of this query, closed."""
    parts = [chip.text for chip in search.chips(parsed)]
    names = [name for name in KEYS if name != ("Project" if one_project else "Label")]
    return [Head(name, next(filter(None, (_active(part, KEYS[name]) for part in parts)), None)) for name in names]


def sorted_by(parsed: search.Parsed) -> str:
    """What the sort menu says; '' for an order that is not in it."""
    term = _sort_term(parsed)
    return next((name for name, one in (*SORTS, RANKED) if one == term), "")


def menus(text: str, choices: Choices, address: Address, *, projects: Sequence[tuple[str, str]] | None) -> list[Menu]:
    """Those of `heads`, opened. `projects`: (key, name) of each in the list over all, None in the list of one."""
    parts = parts_of(text)

    def menu(name: str, entries: Sequence[tuple[str, str, Any]]) -> Menu:
        keys = KEYS[name]
        every = Option("Any", address(with_term(text, "", keys)), not any(p.startswith(keys) for p in parts))
        rest = [
            Option(label, address(with_term(text, term, keys)), term.casefold() in parts, glyph)
            for label, term, glyph in entries
        ]
        return Menu(name, [every, *rest])

    found = [
        menu("Status", _statuses()),
        menu("Type", [(t.label, f"type:{t.value.lower()}", ("type", t.value)) for t in Type]),
        menu("Priority", _priorities()),
        menu("Assignee", _people(choices)),
    ]
    if projects is None:
        labels = [(label.name, f"label:{quoted(label.name)}", ("label", label.colour)) for label in choices.labels]
        return [*found, menu("Label", labels)]
    return [*found, menu("Project", [(name, f"project:{key}", ("project", key)) for key, name in projects])]


def sort_options(text: str, parsed: search.Parsed, address: Address) -> list[Option]:
    """The order that is in force is marked, the default one included."""
    now = _sort_term(parsed)
    offered = (RANKED, *SORTS) if words_of(sought_in(parsed.root)) else SORTS
    return [Option(name, address(with_term(text, term, ("sort:",))), term == now) for name, term in offered]


def chips(parsed: search.Parsed, address: Address) -> list[tuple[str, str]]:
    """(text, address without it) for each part that filters."""
    return [
        (chip.text, address(search.without(parsed.text, chip))) for chip in search.chips(parsed) if chip.kind != "sort"
    ]


def _active(part: str, keys: tuple[str, ...]) -> str | None:
    term = part.casefold()
    if not term.startswith(keys):
        return None
    value = part.partition(":")[2].strip('"')
    return _WORDS.get(term) or (value if keys[0] in {"assignee:", "label:", "project:"} else value.capitalize())


def _sort_term(parsed: search.Parsed) -> str:
    first = parsed.sorts[0] if parsed.sorts else None
    if first and first.field == RELEVANCE:
        return RANKED[1]
    return f"sort:{first.field}-{'desc' if first.descending else 'asc'}" if first else "sort:updated-desc"


def _statuses() -> list[tuple[str, str, Any]]:
    each = [(s.label, f"status:{s.value.lower().replace('_', '-')}", ("status", s.value)) for s in Status]
    return [("Not done", "is:open", None), ("Done", "is:closed", None), *each]


def _priorities() -> list[tuple[str, str, Any]]:
    return [(p.label, f"priority:{p.value.lower()}", ("priority", p.value)) for p in reversed(Priority)]


def _people(choices: Choices) -> list[tuple[str, str, Any]]:
    people = [(person.name, f"assignee:{person.username}", ("person", person.username)) for person in choices.people]
    return [("Me", "assignee:@me", None), ("Nobody", "assignee:none", None), *people]

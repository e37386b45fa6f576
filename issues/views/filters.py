"""The filter menus, sort menu and chips over a list: each entry is a link to the same list with another query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from issues import search
from issues.models import Priority, Status, Type
from issues.selectors.choices import Choices
from issues.views.query_text import parts_of, quoted, with_term

SORTS = (
    ("Last updated", "sort:updated-desc"),
    ("Newest", "sort:created-desc"),
    ("Oldest", "sort:created-asc"),
    ("Priority", "sort:priority-desc"),
    ("Due date", "sort:due-asc"),
)
Address = Callable[[str], str]


@dataclass(frozen=True)
class Option:
    """One entry of a menu. `glyph`: (kind, value) of what is drawn before it, or None."""

    text: str
    href: str
    current: bool
    glyph: tuple[str, str] | None = None


@dataclass(frozen=True)
class Menu:
    name: str
    options: list[Option]

    @property
    def active(self) -> str | None:
        """What is chosen; None for no restriction, the first entry."""
        return next((option.text for option in self.options[1:] if option.current), None)


def menus(text: str, choices: Choices, address: Address, *, projects: Sequence[tuple[str, str]] = ()) -> list[Menu]:
    """Status, type, priority, assignee, and label (in one project) or project (over all; (key, name) of each)."""
    parts = parts_of(text)

    def menu(name: str, keys: Sequence[str], entries: Sequence[tuple[str, str, Any]]) -> Menu:
        every = Option("Any", address(with_term(text, "", keys)), not any(p.startswith(tuple(keys)) for p in parts))
        rest = [
            Option(label, address(with_term(text, term, keys)), term.casefold() in parts, glyph)
            for label, term, glyph in entries
        ]
        return Menu(name, [every, *rest])

    found = [
        menu("Status", ("status:", "is:open", "is:closed"), _statuses()),
        menu("Type", ("type:",), [(t.label, f"type:{t.value.lower()}", ("type", t.value)) for t in Type]),
        menu("Priority", ("priority:",), _priorities()),
        menu("Assignee", ("assignee:", "no:assignee"), _people(choices)),
    ]
    if choices.labels:
        labels = [(label.name, f"label:{quoted(label.name)}", ("label", label.colour)) for label in choices.labels]
        found.append(menu("Label", ("label:",), labels))
    if projects:
        entries = [(name, f"project:{key}", ("project", key)) for key, name in projects]
        found.append(menu("Project", ("project:",), entries))
    return found


def sort_options(text: str, parsed: search.Parsed, address: Address) -> list[Option]:
    """The order that is in force is marked, the default one included."""
    first = parsed.sorts[0] if parsed.sorts else None
    now = f"sort:{first.field}-{'desc' if first.descending else 'asc'}" if first else "sort:updated-desc"
    return [Option(name, address(with_term(text, term, ("sort:",))), term == now) for name, term in SORTS]


def chips(parsed: search.Parsed, address: Address) -> list[tuple[str, str]]:
    """(text, address without it) for each part that filters."""
    return [
        (chip.text, address(search.without(parsed.text, chip))) for chip in search.chips(parsed) if chip.kind != "sort"
    ]


def _statuses() -> list[tuple[str, str, Any]]:
    each = [(s.label, f"status:{s.value.lower().replace('_', '-')}", ("status", s.value)) for s in Status]
    return [("Not done", "is:open", None), ("Done", "is:closed", None), *each]


def _priorities() -> list[tuple[str, str, Any]]:
    return [(p.label, f"priority:{p.value.lower()}", ("priority", p.value)) for p in reversed(Priority)]


def _people(choices: Choices) -> list[tuple[str, str, Any]]:
    people = [(person.name, f"assignee:{person.username}", ("person", person.username)) for person in choices.people]
    return [("Me", "assignee:@me", None), ("Nobody", "assignee:none", None), *people]

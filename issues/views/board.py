"""The board of a project: the issues that a query finds, in columns by status, assignee or priority.

A move is a POST to the issue's own address (its status, assignee or properties), which leads back here by `next`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.posting import actor_of
from issues import search
from issues.selectors.board import board_rows, first_cards, more_cards, one_card, within
from issues.selectors.choices import Choices, choices_of
from issues.selectors.ranking import is_ranked
from issues.selectors.saved_views import RailView
from issues.views.addresses import list_url
from issues.views.board_columns import (
    MOST_COLUMNS,
    MOVES,
    Card,
    Column,
    card_of,
    columns_by,
    move_of,
    values_of,
    with_cards,
    words_for,
)
from issues.views.filtering import filters_url
from issues.views.filters import Option, chips, heads, sorted_by
from issues.views.listing import NO_CURSOR, NOT_RANKED, _warning
from issues.views.view_bar import asked_view, view_bar
from itms_site.addresses import reverse
from itms_site.errors import Invalid
from itms_site.web import is_htmx, page, redirect
from projects.models import Project
from projects.selectors import get_project
from projects.views.tabs import project_page

PER_COLUMN = 30
FEW_COLUMNS, PER_NARROW_COLUMN = 6, 10  # with more columns than that, each begins with fewer cards
# A board by status shows the done ones in their columns; the others would mix them with what is to be done.
DEFAULTS = {"status": "sort:updated-desc", "assignee": search.DEFAULT_QUERY, "priority": search.DEFAULT_QUERY}
_KEY = re.compile(r"\A[A-Z0-9]+-([1-9][0-9]{0,17})\Z", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What an address of the board asks for. `text` None: the default query of that board."""

    actor: Actor
    project: Project
    by: str
    text: str | None
    view: RailView | None = None
    folded: tuple[str, ...] = ()

    @cached_property
    def parsed(self) -> search.Parsed:
        return search.parse(DEFAULTS[self.by] if self.text is None else self.text)

    @cached_property
    def query(self) -> search.Compiled:
        return search.compile(self.parsed, self.actor, today=timezone.localdate(), project=self.project)

    @property
    def writable(self) -> bool:
        return not self.project.is_archived

    def address(self, text: str | None, **more: str) -> str:
        """Relative; the board of another query, or with `more` of this one."""
        by = {"by": self.by} if self.by != "status" else {}
        view = {"view": str(self.view.id)} if self.view else {}
        fold = {"fold": ",".join(self.folded)} if self.folded else {}
        return "?" + urlencode({**({} if text is None else {"q": text}), **by, **view, **fold, **more})

    def here(self, **more: str) -> str:
        return self.address(self.text, **more)


@require_safe
def issue_board(request: HttpRequest, key: str) -> HttpResponse:
    """`?by=` status, assignee or priority; `?column=&after=` that column from there on; `?fold=` names of columns that
    show their heads alone; `?move=KEY-12` with the form that moves this card. A script asks for the next cards of a
    column, or for one `?card=`, alone."""
    actor = actor_of(request)
    if moment := request.GET.get("as_of"):  # of the past there is no card to be moved: its list
        return redirect(request, list_url(get_project(actor, key), request.GET.get("q", ""), as_of=moment))
    by = request.GET.get("by", "status")
    project, text = get_project(actor, key), request.GET.get("q")
    view = asked_view(request, actor, project)
    if text is None and view is not None:
        text = view.query
    folded = tuple(name for name in request.GET.get("fold", "").split(",")[:MOST_COLUMNS] if name)
    asked = Asked(actor, project, by if by in MOVES else "status", text, view, folded)
    if is_htmx(request) and "card" in request.GET:
        return _one(request, asked, request.GET["card"])
    if is_htmx(request) and "after" in request.GET:
        return _more(request, asked, request.GET.get("column", ""), request.GET["after"])
    return _board(request, asked)


def _board(request: HttpRequest, asked: Asked) -> HttpResponse:
    rows, by, text = board_rows(asked.actor, asked.query, asked.project), asked.by, asked.parsed.text
    choices = choices_of(
        asked.project if by == "assignee" else None,
        counted=[rows.filter(within(by, value)) for value in values_of(by)],
        by=asked.actor,
        held=rows if by == "assignee" else None,
    )
    columns, at, notes = _columns(request, asked, choices)
    wanted = request.GET.get("move", "")
    moving = _moving(wanted, columns, by)
    if wanted and moving is None:
        notes.append(f"{wanted[:40]} cannot be moved from here; it may have been moved already.")
    total = sum(n for _person, n in choices.held) if by == "assignee" else sum(choices.totals)
    kept = {
        **({"by": by} if by != "status" else {}),
        **({"view": asked.view.id} if asked.view else {}),
        **({"fold": ",".join(asked.folded)} if asked.folded else {}),
    }
    context = {
        **project_page(asked.actor, asked.project, "board", q=asked.text),
        **_shared(asked, at),
        "query": text,
        "is_filtered": any(chip.kind == "term" for chip in search.chips(asked.parsed)),
        "columns": columns,
        "total": total,
        "total_words": words_for(total),
        "moving": moving,
        "notes": notes,
        "warnings": [_warning(text, warning, asked.address) for warning in asked.query.warnings],
        "chips": chips(asked.parsed, asked.address),
        "heads": heads(asked.parsed, one_project=True),
        "sorted": sorted_by(asked.parsed),
        "filters_url": filters_url(asked.project, text, kept, board=True),
        "bys": _bys(asked),
        "board_url": reverse("issue_board", asked.project.key),
        "list_url": list_url(asked.project, asked.text),
        "everything": asked.address(""),
        "kept": kept,
        **view_bar(asked.actor, asked.project, asked.view, text=text, layout="board", grouping=by),
        "action": reverse(MOVES[by][0], "KEY"),
        "field": MOVES[by][1],
    }
    return page(request, "issues/board.html", context)


def _columns(request: HttpRequest, asked: Asked, choices: Choices) -> tuple[list[Column], dict[str, str], list[str]]:
    """The columns with their cards; where in one of them the page begins (for its address); what is to be said."""
    actor, project, by, query = asked.actor, asked.project, asked.by, asked.query
    empty = columns_by(by, choices, actor)
    limit = PER_COLUMN if len(empty) <= FEW_COLUMNS else PER_NARROW_COLUMN
    pages = first_cards(
        actor,
        query,
        project,
        by=by,
        values=[column.value for column in empty if column.name not in asked.folded],
        limit=limit,
    )
    notes = ["A board shows the present; the list of issues can show the past."] if query.as_of else []
    if is_ranked(query):
        notes.append(NOT_RANKED)
    if len(empty) == MOST_COLUMNS:
        notes.append(f"A board has at most {MOST_COLUMNS} columns; assignee: finds what is with other people.")
    at: dict[str, str] = {}
    name, after = request.GET.get("column", ""), request.GET.get("after", "")
    value = next((column.value for column in empty if column.name == name), None)
    if after and value is not None:
        try:
            pages[value] = more_cards(actor, query, project, by=by, value=value, after=after, limit=PER_COLUMN)
            at = {"column": name, "after": after}
        except Invalid:
            notes.append(NO_CURSOR)
    filled = with_cards(empty, pages, actor, by, writable=asked.writable)
    return [_linked(column, asked, first=bool(at) and column.name == name) for column in filled], at, notes


def _more(request: HttpRequest, asked: Asked, name: str, after: str) -> HttpResponse:
    """The next cards of one column, alone."""
    columns = _known_columns(asked)
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        raise Invalid.one("column", f"“{name}” is not a column of this board.", "column")
    found = more_cards(
        asked.actor, asked.query, asked.project, by=asked.by, value=column.value, after=after, limit=PER_COLUMN
    )
    (filled,) = with_cards([column], {column.value: found}, asked.actor, asked.by, writable=False)
    cards = [card_of(i, columns, asked.actor, asked.by, writable=asked.writable) for i in found.items]
    shown = _linked(replace(filled, cards=cards), asked)
    return page(request, "issues/board_part.html", {**_shared(asked), "column": shown, "focus": True}, block="part")


def _one(request: HttpRequest, asked: Asked, key: str) -> HttpResponse:
    """One card as it is now; nothing where the query does not find it any more."""
    match = _KEY.match(key)
    issue = one_card(asked.actor, asked.query, asked.project, int(match[1])) if match else None
    cards = []
    if issue is not None:
        cards = [card_of(issue, _known_columns(asked), asked.actor, asked.by, writable=asked.writable)]
    column = Column("", "", "", cards=cards)
    return page(request, "issues/board_part.html", {**_shared(asked), "column": column, "focus": False}, block="part")


def _known_columns(asked: Asked) -> list[Column]:
    """The same columns as on the board, without cards and numbers."""
    if asked.by != "assignee":
        return columns_by(asked.by, Choices(), asked.actor)
    rows = board_rows(asked.actor, asked.query, asked.project)
    return columns_by("assignee", choices_of(asked.project, held=rows), asked.actor)


def _linked(column: Column, asked: Asked, *, first: bool = False) -> Column:
    """With the addresses of its next cards, behind the first ones of those, and of the board with it (un)folded."""
    folded = column.name in asked.folded
    others = tuple(name for name in asked.folded if name != column.name)
    fold = replace(asked, folded=others if folded else (*others, column.name)).here()
    more = asked.here(column=column.name, after=column.more) if column.more else None
    return replace(column, more=more, first=asked.here() if first else None, folded=folded, fold=fold)


def _shared(asked: Asked, at: dict[str, str] | None = None) -> dict[str, Any]:
    """What a card needs, in the page and alone. `next` is this very board."""
    here = asked.here(**(at or {}))
    return {
        "by": asked.by,
        "board_here": here,
        "next_url": reverse("issue_board", asked.project.key) + (here if here != "?" else ""),
    }


def _moving(key: str, columns: list[Column], by: str) -> dict[str, Any] | None:
    found = (card for column in columns for card in column.cards if card.row.key == key)
    card: Card | None = next(found, None)
    return move_of(card, columns, by) if card and card.moves else None


def _bys(asked: Asked) -> list[Option]:
    names = (("Status", "status"), ("Assignee", "assignee"), ("Priority", "priority"))
    return [Option(name, replace(asked, by=by, folded=()).here(), by == asked.by) for name, by in names]

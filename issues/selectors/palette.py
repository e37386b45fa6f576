"""What the command palette finds: by name, among what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When, Window
from django.db.models.functions import Concat, RowNumber, Trim

from accounts.actor import Actor
from accounts.models import User
from issues.models import Issue
from issues.rules import visible
from issues.search.fulltext import title_q
from issues.search.keys import issue_key_q
from itms_site.db.text import canonical
from projects.models import Project
from projects.selectors import named, projects_for

EACH = 8
MOST_WORDS = 8


@dataclass(frozen=True)
class Found:
    """issues    with their projects; the one that the text names by its key, then open ones, the last updated first
    exact     the first of `issues` was named by its key
    projects  (key, name), those that are not archived first
    people    (user name, name)"""

    issues: list[Issue] = field(default_factory=list)
    exact: bool = False
    projects: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)


def find_for_palette(actor: Actor, text: str) -> Found:
    """At most eight of each; nothing typed finds projects alone. Two queries at most."""
    text = text.strip()
    words = text.split()[:MOST_WORDS]
    issues = _issues(actor, text, words) if len(text) > 1 else []
    projects, people = _names(actor, words)
    return Found(issues, bool(issues) and issues[0].by_title == 0, projects, people)  # type: ignore[attr-defined]


def _issues(actor: Actor, text: str, words: list[str]) -> list[Issue]:
    """Each with `by_title`: 0 for the one that is or was called so, else 1."""
    wanted = Q(*[title_q(word) for word in words])
    place: Any = Value(1)
    if (by_key := issue_key_q(text, short=True)) is not None:
        place = Case(When(by_key, then=Value(0)), default=Value(1))
        wanted |= by_key
    found = Issue.objects.filter(visible(actor)).filter(wanted).annotate(by_title=place)
    found = found.select_related("project").defer("description")
    return list(found.order_by("by_title", "-is_open", "-updated_at", "-pk")[:EACH])


def _names(actor: Actor, words: list[str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(projects, people) in one query."""
    rows = _projects(actor, words)
    if words:
        rows = rows.union(_people(words), all=True)
    found: dict[str, list[tuple[str, str]]] = {"project": [], "person": []}
    for kind, name, text, _place in sorted(rows, key=lambda row: int(row[3])):
        found[kind].append((name, text))
    return found["project"], found["person"]


def _projects(actor: Actor, words: list[str]) -> QuerySet[Project, Any]:
    """Those whose key or name begins so come first, archived ones last. Numbered by a window, because SQLite takes no
    LIMIT inside a union."""
    rows = named(projects_for(actor, archived=None if words else False), " ".join(words)).order_by()
    begins = Q(key__startswith=words[0].upper()) | Q(name__istartswith=words[0]) if words else Q(pk__gt=0)
    order: list[Any] = [
        Case(When(archived_at=None, then=Value(0)), default=Value(1)),
        Case(When(begins, then=Value(0)), default=Value(1)),
        "name",
        "pk",
    ]
    rows = rows.annotate(kind=Value("project"), place=Window(RowNumber(), order_by=order)).filter(place__lte=EACH)
    return rows.values_list("kind", "key", "name", "place")


def _people(words: list[str]) -> QuerySet[User, Any]:
    rows = User.objects.filter(is_active=True).order_by()
    for word in words:
        name = canonical(word).removeprefix("@")
        rows = rows.filter(
            Q(username_canonical__contains=name) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    full = Trim(Concat("first_name", Value(" "), "last_name"))
    place = Window(RowNumber(), order_by=["username_canonical"])
    rows = rows.annotate(kind=Value("person"), full=full, place=place).filter(place__lte=EACH)
    return rows.values_list("kind", "username", "full", "place")

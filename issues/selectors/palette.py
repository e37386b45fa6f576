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
from issues.search.frame import Frame
from issues.search.fulltext import holds, terms_of, title_q
from issues.search.keys import issue_key_q
from issues.selectors.narrowing import among, candidates, ids_named
from itms_site.db.text import canonical
from itms_site.db.walking import walking
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
    """At most eight of each; nothing typed finds projects alone. Three queries, two more for a key, and what
    `candidates` takes for words."""
    text = text.strip()
    words = text.split()[:MOST_WORDS]
    named = _named(actor, text) if len(text) > 1 else []
    titled = _titled(actor, words) if len(text) > 1 else []
    issues = list({issue.pk: issue for issue in [*named, *titled]}.values())[:EACH]
    projects, people = _names(actor, words)
    return Found(issues, bool(named), projects, people)


def _named(actor: Actor, text: str) -> list[Issue]:
    """The one that is or was called so, or more where an imported one was."""
    if issue_key_q(text, short=True) is None:
        return []
    return list(_in_order(among(Issue.objects.filter(visible(actor)), sorted(ids_named([text], None)))))


def _titled(actor: Actor, words: list[str]) -> list[Issue]:
    """Those whose title holds all of the words, which begin as words of the issue do; a single letter, whose word may
    not be typed yet, stands anywhere. Without an index that knows the few that there are, the open issues are walked
    through, then the others."""
    terms = terms_of([word for word in words if len(word) > 1])
    rows = Issue.objects.filter(visible(actor), *[title_q(word) for word in words])
    rows = rows.filter(holds(terms)) if terms else rows
    ids = candidates(Frame(terms=tuple(terms))) if terms else None
    if ids is not None:
        return list(_in_order(among(rows, ids)))
    found: list[Issue] = []
    for is_open in (True, False):
        if len(found) < EACH:
            found += _in_order(walking(rows.filter(is_open=is_open), "issue_all_open_updated"))
    return found


def _in_order(rows: QuerySet[Issue]) -> QuerySet[Issue]:
    rows = rows.select_related("project").defer("description")
    return rows.order_by("-is_open", "-updated_at", "-pk")[:EACH]


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

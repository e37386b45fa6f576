"""The command palette's list, and the same as a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actor import Actor
from accounts.person import Person
from accounts.posting import actor_of
from issues.selectors.palette import Found, find_for_palette
from issues.views.addresses import issue_url, list_url
from itms_site.addresses import reverse
from itms_site.db.text import storable
from itms_site.web import page

LONGEST = 200
# (name, route, icon); those after the first four are offered when they are typed.
PAGES = (
    ("My work", "home", "house"),
    ("All issues", "issue_list_all", "circle-dot"),
    ("Projects", "project_list", "folder"),
    ("People", "people", "users"),
    ("Saved views", "views", "bookmark"),
    ("New project", "project_new", "folder-plus"),
    ("Your profile", "account_profile", "user"),
    ("Preferences: theme, density, keys", "account_preferences", "sliders-horizontal"),
    ("Sessions", "account_sessions", "monitor-smartphone"),
    ("API tokens", "account_tokens", "key-round"),
    ("Change password", "account_change_password", "lock"),
    ("Keys", "help_keys", "keyboard"),
)
ALWAYS = 4


@dataclass(frozen=True)
class Entry:
    """kind   issue, project, person or page
    glyph  an issue's status, a page's icon
    note   an issue's or project's key, a person's user name"""

    kind: str
    text: str
    url: str
    glyph: str = ""
    note: str = ""
    person: dict[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """`exact`: its first entry is the one that was named by its key, so nothing stands before it."""

    id: str
    title: str
    entries: list[Entry]
    exact: bool = False


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    text = request.GET.get("q", "")[:LONGEST].strip()
    found = find_for_palette(actor, text) if storable(text) else Found()
    context = {"query": text, "groups": _groups(actor, text, found), "search_url": list_url(None, text)}
    return page(request, "issues/palette.html", context, block="palette_found")


def _groups(actor: Actor, text: str, found: Found) -> list[Group]:
    issues = Group("i", "Issues", [_issue(issue) for issue in found.issues], found.exact)
    projects = Group("p", "Projects", [_project(key, name) for key, name in found.projects])
    people = Group("u", "People", [_person(username, name) for username, name in found.people])
    order = [issues, projects] if found.exact else [projects, issues]
    return [group for group in (*order, people, Group("g", "Pages", _pages(actor, text))) if group.entries]


def _issue(issue: Any) -> Entry:
    return Entry("issue", issue.title, issue_url(issue), issue.status, issue.key)


def _project(key: str, name: str) -> Entry:
    return Entry("project", name, f"/projects/{key}/", note=key)


def _person(username: str, name: str) -> Entry:
    shown = Person(username, name or username)
    return Entry("person", shown.name, reverse("person", username), note=username, person=shown)


def _pages(actor: Actor, text: str) -> list[Entry]:
    words = text.casefold().split()
    offered = PAGES if words else PAGES[:ALWAYS]
    if words and actor.is_operator:
        offered = (*offered, ("Administration", "admin:index", "shield"))
    return [
        Entry("page", name, reverse(route), drawn)
        for name, route, drawn in offered
        if all(word in name.casefold() for word in words)
    ]

"""All keys, as the dialog of ? and as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from itms_site.web import page

# (keys, what they do); " / " stands between two ways, a blank between keys that follow each other or are held.
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Everywhere",
        (
            ("Ctrl K / ⌘ K", "Command palette: go anywhere, do anything that the page offers"),
            ("/", "Search issues"),
            ("c", "New issue, first of all in the project that you are in"),
            ("g h", "My work"),
            ("g p", "Projects"),
            ("g l", "Issues, of the project that you are in"),
            ("g b", "Board"),
            ("g s", "Settings of the project"),
            ("Ctrl B", "Collapse the rail, or keep it"),
            ("?", "These keys"),
            ("Esc", "Close a menu or dialog"),
            ("Ctrl Enter / ⌘ Enter", "Send the form that you write in"),
            ("Ctrl Shift Enter", "Create the issue, and go on with another"),
        ),
    ),
    (
        "In lists",
        (
            ("j / k", "Next, previous row"),
            ("↓ / ↑", "The same, from a row on"),
            ("Enter / o", "Open"),
            ("Space", "Peek: the issue beside the list"),
            ("s", "Status (of all that are selected, as the next five)"),
            ("p", "Priority"),
            ("a", "Assignee"),
            ("l", "Labels"),
            ("d", "Due date"),
            ("e", "Close"),
            ("i", "Assign to me"),
            ("x", "Select"),
            ("Shift x", "Select all from the last one"),
            ("z", "Take back the last act"),
            ("f", "Filter"),
            ("v", "List or board"),
        ),
    ),
    (
        "On an issue",
        (
            ("s", "Status"),
            ("e", "Close it"),
            ("a", "Assignee"),
            ("i", "Assign to me"),
            ("p", "Priority"),
            ("l", "Labels"),
            ("d", "Due date"),
            ("t", "Edit title and description"),
            ("r", "Write a comment; selected words are quoted"),
            ("y", "Copy its link"),
            (".", "Copy its key"),
            ("[ / ]", "Issue before, issue after"),
        ),
    ),
)


@require_safe
def help_keys(request: HttpRequest) -> HttpResponse:
    return page(request, "help/keys.html", {"sections": SECTIONS}, block="help_keys")

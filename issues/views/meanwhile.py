"""What others changed between the version that a form was based on and the one that it wrote."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest

from accounts.actor import Actor
from issues.history.entries import Entry, entries_of
from issues.history.wording import entry_words
from issues.models import Issue
from itms_site.undoing import Undo, say


def say_saved(
    request: HttpRequest, actor: Actor, issue: Issue, version: int | None, text: str, *, undo: Undo | None = None
) -> None:
    """A message that the act went well and, when it was merged with newer versions, what those were. Without `text`
    only the latter are worth one."""
    merged = meanwhile_words(actor, issue, version)
    if merged:
        say(request, f"{text} {merged}".strip(), undo=undo, level=messages.INFO)
    elif text:
        say(request, text, undo=undo)


def meanwhile_words(actor: Actor, issue: Issue, version: int | None) -> str:
    """ "Meanwhile dev1 changed priority from Low to High." or ''. No query unless the version moved on by more."""
    if version is None or issue.version <= version + 1:
        return ""
    entries = entries_of(issue, after_version=version)
    return _words([entry for entry in entries if entry.change.request_id != actor.request_id])


def since_words(issue: Issue, version: int) -> str:
    """The same of everything after that version."""
    return _words(entries_of(issue, after_version=version))


def _words(others: Sequence[Entry]) -> str:
    said = [
        f"{entry.change.actor.username if entry.change.actor else 'the system'} "
        f"{entry_words(entry.change.verb, entry.changes)}"
        for entry in others
    ]
    if not said:
        return ""
    more = f", and {len(said) - 3} more changes" if len(said) > 3 else ""
    return f"Meanwhile {'; '.join(said[:3])}{more}."

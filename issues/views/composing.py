"""What stands in the composer, or in the reply form, of an issue's page when it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from issues.history.timeline import Written
from issues.models import Issue, Status


@dataclass(frozen=True)
class Draft:
    """text    words that came back, or a quotation
    error   what is wrong with them
    parent  the comment whose reply form they belong to
    quoted  they are a quotation, which does not replace what one had begun to write
    shown   their rendering, after a Preview without scripts"""

    text: str = ""
    error: str = ""
    parent: int | None = None
    quoted: bool = False
    shown: str | None = None


def draft_asked(request: HttpRequest, comments: Sequence[Written]) -> Draft:
    """`?reply=12` opens the reply form of that comment, `&quote=34` puts the words of another one into it."""
    parent, quote = _number(request.GET.get("reply", "")), _number(request.GET.get("quote", ""))
    words = next((comment.body for comment in comments if comment.id == quote and comment.deleted_at is None), "")
    return Draft(quotation(words) if words else "", parent=parent, quoted=bool(words))


def quotation(text: str) -> str:
    """As a Markdown quote, with an empty line to go on after it."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) + "\n\n"


def move_offered(issue: Issue) -> tuple[str, str]:
    """(status, text of the button) that goes with a comment."""
    if issue.status == Status.CLOSED:
        return Status.OPEN, "Comment and reopen"
    return Status.CLOSED, "Comment and close"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

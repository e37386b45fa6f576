"""Messages that can be taken back: the toast carries the form that undoes what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest


@dataclass(frozen=True)
class Undo:
    """A POST to `action` with these fields; `word` is what its button says."""

    action: str
    fields: Mapping[str, Sequence[str]]
    word: str = "Undo"


def say(request: HttpRequest, text: str, *, undo: Undo | None = None, level: int = messages.SUCCESS) -> None:
    # A message keeps nothing but words from one request to the next.
    kept = json.dumps([undo.action, undo.fields, undo.word]) if undo else ""
    messages.add_message(request, level, text, extra_tags=kept)


def undo_of(message: Any) -> Undo | None:
    """Of a message that `say` left; None for one without."""
    kept = message.extra_tags or ""
    return Undo(*json.loads(kept)) if kept.startswith("[") else None

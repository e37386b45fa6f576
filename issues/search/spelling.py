"""How the words of enumerations may be written."""

from __future__ import annotations

import re

from django.db.models.enums import TextChoices


def plain(word: str) -> str:
    """`In-Progress`, `in_progress` and `IN PROGRESS` are one word."""
    return re.sub(r"[\s_-]+", "-", word.strip().casefold())


def spellings(choices: type[TextChoices]) -> dict[str, str]:
    """Plain word → value."""
    return {plain(value): value for value in choices.values}

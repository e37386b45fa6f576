"""Plain text inside Markdown."""

from __future__ import annotations

import re


def code_span(text: str) -> str:
    """The text as code inside a line, whatever ticks it has."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{gap}{text}{gap}{ticks}"


def literal(text: str) -> str:
    """Plain text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>~|])", r"\\\1", text)

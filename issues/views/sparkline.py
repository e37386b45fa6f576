"""A row of numbers as a small line: the points of an SVG polyline, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 96, 20


@dataclass(frozen=True)
class Sparkline:
    points: str
    words: str


def sparkline(numbers: Sequence[int]) -> Sparkline:
    """In a box of WIDTH × HEIGHT with a pixel left free at each side; all zeros lie on its ground."""
    highest = max([*numbers, 1])
    step = (WIDTH - 2) / max(len(numbers) - 1, 1)
    points = [
        f"{1 + n * step:.0f},{HEIGHT - 2 - number / highest * (HEIGHT - 4):.0f}" for n, number in enumerate(numbers)
    ]
    total = sum(numbers)
    words = (
        f"{total:,} change{'' if total == 1 else 's'} in {len(numbers)} weeks, by week: {', '.join(map(str, numbers))}"
    )
    return Sparkline(" ".join(points), words)

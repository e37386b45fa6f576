"""What each workload costs with more and more issues behind it: a table, and a picture of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import log10

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 440, 76, 20, 64, 50
COLOURS = (
    "#4269d0", "#b8860b", "#d1495b", "#3a9d8f", "#3f7d34", "#b5179e", "#7a5cc7", "#8a5a2b", "#0e7c9e", "#6b7280",
    "#c0392b",
)  # fmt: skip
MARKS = (1, 2, 5)


def table(sizes: Sequence[int], found: Mapping[str, Sequence[float]], names: Mapping[str, str]) -> str:
    """Markdown. `found`: p50 in ms of each workload at each size; the factors are from one size to the next."""
    factors = [f"× to {size:,}" for size in sizes[1:]]
    head = ["", "workload", *(f"{size:,}" for size in sizes), *factors]
    lines = [_line(head), _line(["-", "-", *["-:"] * (len(head) - 2)])]
    for id, times in found.items():
        steps = [f"{after / before:.2f}" for before, after in pairwise(times)]
        lines.append(_line([id, names[id], *(f"{time:.1f} ms" for time in times), *steps]))
    return "\n".join(lines)


def plot(sizes: Sequence[int], found: Mapping[str, Sequence[float]]) -> str:
    """SVG with both axes logarithmic: a cost that does not grow is a level line, one that grows with the issues has
    the slope of the dashed one."""
    values = [time for times in found.values() for time in times]
    low, high = 10 ** _floor(min(values)), 10 ** (_floor(max(values)) + 1)

    def x(size: float) -> float:
        share = (log10(size) - log10(sizes[0])) / ((log10(sizes[-1]) - log10(sizes[0])) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(time: float) -> float:
        return HEIGHT - BOTTOM - (log10(time) - log10(low)) / (log10(high) - log10(low)) * (HEIGHT - TOP - BOTTOM)

    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" font-size="12">',
        "<title>p50 of each workload, by the number of issues</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for mark in _marks(low, high):
        parts.append(f'<path d="M{LEFT} {y(mark):.1f}H{WIDTH - RIGHT}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(mark) + 4:.1f}" text-anchor="end" fill="#4b5563">{mark:g} ms</text>')
    for size in sizes:
        parts.append(
            f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#4b5563">{size:,}</text>'
        )
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle" fill="#4b5563">issues</text>')
    until = min(sizes[-1], sizes[0] * high / low)
    parts.append(
        f'<path d="M{x(sizes[0]):.1f} {y(low):.1f}L{x(until):.1f} {y(low * until / sizes[0]):.1f}" stroke="#9ca3af"'
        ' stroke-dasharray="4 4" fill="none"/>'
    )
    places = _apart({id: y(times[-1]) for id, times in found.items()})
    for (id, times), colour in zip(found.items(), COLOURS * 2, strict=False):
        points = " ".join(f"{x(size):.1f},{y(time):.1f}" for size, time in zip(sizes, times, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = f'x="{WIDTH - RIGHT + 8}" y="{places[id] + 4:.1f}"'
        parts.append(f'<text {at} fill="{colour}" font-weight="bold">{escape(id)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _apart(wanted: Mapping[str, float], least: float = 14) -> dict[str, float]:
    """The same heights, moved so far that their names stand neither on each other nor below the axis."""
    placed: dict[str, float] = {}
    last = HEIGHT - BOTTOM + least
    for id, height in sorted(wanted.items(), key=lambda pair: -pair[1]):
        last = min(height, last - least)
        placed[id] = last
    return placed


def _marks(low: float, high: float) -> list[float]:
    found, step = [], low
    while step <= high:
        found += [step * mark for mark in MARKS if step * mark <= high]
        step *= 10
    return found


def _floor(value: float) -> int:
    return int(log10(value)) if value >= 1 else int(log10(value)) - 1


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

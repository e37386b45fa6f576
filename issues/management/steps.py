"""A list of acts, done one after the other under a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

from issues.management.bars import Bar

T = TypeVar("T")


def under_bar(stream: TextIO, name: str, *, quiet: bool) -> Callable[[list[T]], Iterable[T]]:
    """A function that hands out the acts and shows on `stream` how far they are; `quiet` shows nothing."""

    def progress(acts: list[T]) -> Iterator[T]:
        bar = Bar(stream, name, unit="acts")
        bar.begin(name, len(acts))
        try:
            for act in acts:
                yield act
                bar.advance(1)
        finally:
            bar.end()

    return iter if quiet else progress

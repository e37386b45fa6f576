"""How far a long command is: a bar on a terminal, a line every few seconds in a log."""

from __future__ import annotations

import time
from typing import TextIO

from tqdm import tqdm

LINE_EVERY = 5.0


class Bar:
    """One step after another, each with its own count.

    name  begins the lines of a log, as `verify`"""

    def __init__(self, stream: TextIO, name: str, *, unit: str = "rows") -> None:
        self.stream, self.name, self.unit = stream, name, unit
        self.lively = stream.isatty()
        self._bar: tqdm[None] | None = None
        self._what, self._total, self._done = "", 0, 0
        self._last = time.monotonic()

    def begin(self, what: str, total: int) -> None:
        self.end()
        self._what, self._total, self._done = what, total, 0
        if self.lively:
            self._bar = tqdm(
                total=total, desc=what, unit=f" {self.unit}", file=self.stream, leave=False, mininterval=0.2
            )

    def advance(self, count: int) -> None:
        self._done += count
        if self._bar is not None:
            self._bar.update(count)
        elif time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            self.stream.write(f"{self.name}: {self._what}: {self._done:,} of {self._total:,} {self.unit}\n")
            self.stream.flush()

    def end(self) -> None:
        """Takes the bar away, so that other lines can be written."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def above(self, line: str, out: TextIO) -> None:
        """A line of the result while the bar goes on below it."""
        if self._bar is not None:
            self._bar.clear()
        out.write(f"{line}\n")
        out.flush()
        if self._bar is not None:
            self._bar.refresh()

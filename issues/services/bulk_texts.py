"""Titles, descriptions and comments for bulk data: the same number gives the same words.

The words come from `fixtures/bulk_words.json`; nothing is kept in memory but a pool of sentences."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from django.conf import settings

SENTENCES = 4096
MASK = (1 << 64) - 1


def read_words() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "fixtures" / "bulk_words.json"
    words: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return words


def mixed(*numbers: int) -> int:
    """64 bits that depend on every bit of the numbers (the finisher of splitmix64)."""
    state = 0x9E3779B97F4A7C15
    for number in numbers:
        state = ((state ^ number) * 0xBF58476D1CE4E5B9) & MASK
        state ^= state >> 27
        state = (state * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return state


class Texts:
    """title        at most 200 characters
    description  Markdown of about 400 characters
    comment      one to three sentences"""

    def __init__(self, seed: int, words: dict[str, Any]) -> None:
        rng = random.Random(f"{seed} sentences")
        self.seed, self.words = seed, words
        self.sentences = [self._sentence(rng) for _ in range(SENTENCES)]

    def _sentence(self, rng: random.Random) -> str:
        words = self.words
        if rng.random() < 0.25:
            return str(rng.choice(words["closings"]))
        thing, place = rng.choice(words["things"]), rng.choice(words["places"])
        return f"{rng.choice(words['openings'])} {thing} {rng.choice(words['faults'])} {place}."

    def title(self, key: int) -> str:
        bits = mixed(self.seed, 1, key)
        words = self.words
        things, places = words["things"], words["places"]
        thing, place = things[bits % len(things)], places[(bits >> 16) % len(places)]
        match (bits >> 32) % 4:
            case 0:
                return f"{words['tasks'][(bits >> 40) % len(words['tasks'])]} {thing} {place}"
            case 1:
                return f"The {thing} {words['wishes'][(bits >> 40) % len(words['wishes'])]}"
        return f"The {thing} {words['faults'][(bits >> 40) % len(words['faults'])]} {place}"

    def description(self, key: int) -> str:
        bits = mixed(self.seed, 2, key)
        one, two, three, four, five = (self.sentences[(bits >> shift) % SENTENCES] for shift in (0, 12, 24, 36, 48))
        if bits >> 60 < 4:
            return f"{one} {two}\n\n* {three}\n* {four}\n* {five}"
        return f"{one} {two} {three}\n\n{four} {five}"

    def comment(self, key: int) -> str:
        bits = mixed(self.seed, 3, key)
        remark = self.words["remarks"][bits % len(self.words["remarks"])]
        one, two = self.sentences[(bits >> 12) % SENTENCES], self.sentences[(bits >> 24) % SENTENCES]
        return f"{remark}. {one} {two}" if bits >> 60 < 6 else f"{remark}. {one}"

"""What bin/bench is told on its command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.peers.beside import KINDS
from bench.serving import ROOT
from bench.workloads import WORKLOADS

LEAST = 1_000  # with fewer issues the largest project has no page of fifty, or no issue with 20 comments


def parse(description: str | None, words: list[str] | None = None) -> argparse.Namespace:
    """clients and growth are lists of numbers, only and beside lists of names."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--issues", metavar="N", type=int, default=100_000, help=f"how many there are (100,000; at least {LEAST:,})")
    add("--clients", metavar="N,…", type=numbers, default="1,16", help="how many ask at once, by turns (1,16)")
    add("--seconds", metavar="S", type=float, default=5, help="how long each workload is asked (5)")
    add("--only", metavar="W1,…", type=names, default="", help="these workloads alone: W1,W4")
    add("--database", default="", metavar="URL", help="instead of a MariaDB of its own; filled unless it is, and kept")
    add("--compare", metavar="COMMIT", default="", help="serves that commit too, on a database of its own")
    add("--beside", metavar="TRACKERS", type=names, default="", help=f"some of {','.join(KINDS)}")
    add("--peers", metavar="FOLDER", type=Path, default=ROOT / ".cache" / "peers", help="where they are kept")
    add("--growth", metavar="SIZES", type=numbers, default="", help="p50 of one client with so many issues each")
    add("--plot", metavar="FILE", default="", help="the picture of --growth, as SVG")
    options = parser.parse_args(words)
    for name, known in (("only", [workload.id for workload in WORKLOADS]), ("beside", list(KINDS))):
        if unknown := set(getattr(options, name)).difference(known):
            parser.error(f"--{name} knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
    if min([options.issues, *options.growth]) < LEAST:
        parser.error(f"{LEAST:,} issues are the least that can be measured")
    for name, place in (("compare", "{tree}"), ("growth", "{issues}")):
        if getattr(options, name) and options.database and place not in options.database:
            parser.error(f"--{name} needs a database for each, so that none serves what another has written: "
                         f"write {place} into the address of --database")  # fmt: skip
    return options


def names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def numbers(text: str) -> list[int]:
    return [int(number) for number in names(text)]

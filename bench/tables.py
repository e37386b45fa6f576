"""The table of workloads, and the line above each table that says what was measured on what."""

from __future__ import annotations

import datetime
import os
import platform
import runpy
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench import databases
from bench.measuring import Measured
from bench.serving import Served
from bench.workloads import Workload

HEAD = (
    "| | workload | tree | clients | p50 ms | p95 ms | rounds/s | server CPU ms | Questions | kB | MiB | goal | |\n"
    "|-|-|-|-:|-:|-:|-:|-:|-:|-:|-:|-|-|"
)


def about(trees: Sequence[Served]) -> str:
    """When, by which Python, on how many cores; each tree's commit, database and workers."""
    each = [
        f"{one.name}: commit {_commit(one.tree)}, {databases.about(one.database)}, {_workers(one.tree)}"
        for one in trees
    ]
    when = f"{datetime.datetime.now():%Y-%m-%d %H:%M}"
    return "; ".join([f"{when}, Python {platform.python_version()}, {os.cpu_count()} cores", *each]) + "."


def _commit(tree: Path) -> str:
    command = ["git", "describe", "--always", "--dirty=+changes"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True).stdout.strip() or "unknown"


def _workers(tree: Path) -> str:
    settings = runpy.run_path(str(tree / "bin" / "_gunicorn.py"))
    return f"{settings['workers']} workers of {settings['threads']} threads"


def row(id: str, what: str, tree: str, count: int, found: Measured, costs: Sequence[str], goal: str = " | ") -> str:
    """costs   CPU and Questions of a round, MiB of the largest worker afterwards
    goal    two cells: what is wanted and whether it was met"""
    times = f"{found.percentile(0.5):.1f} | {found.percentile(0.95):.1f} | {found.rate:.1f}"
    cpu, asked, memory = costs
    size = f"{found.size / 1000:.1f}"
    return f"| {id} | {what} | {tree} | {count} | {times} | {cpu} | {asked} | {size} | {memory} | {goal} |"


def goal(workload: Workload, count: int, found: Measured) -> str:
    """As two cells. There is one for a single client and one for sixteen."""
    if count == 1:
        wanted, met = f"p50 ≤ {workload.goal_ms:.0f} ms", found.percentile(0.5) <= workload.goal_ms
    elif count == 16:
        wanted, met = f"≥ {workload.goal_rate:.0f}/s", found.rate >= workload.goal_rate
    else:
        return " | "
    return f"{wanted} | {'met' if met and not found.faults else 'not met'}"

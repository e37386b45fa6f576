"""What pages cost with 30,000 issues behind them, 3,000 in the largest project, more than a list walks through:
statements, the same for any number of rows, and bytes of lists."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.budgets.measuring import ADDRESSES

ISSUES = "30000"
MOST_QUERIES = {
    # What few issues may have is first asked of an index.
    "/projects/CARGO/issues/?q=pressure": 9,
    "/projects/CARGO/issues/?q=label:bug+-assignee:none": 10,
    "/": 9,  # five lists
    "/issues/CARGO-50/": 12,
    "/issues/CARGO-50/edit/": 12,
    "/issues/CARGO-50/history/": 12,
    # No lists: each part of these is a question of its own.
    "/projects/CARGO/": 12,
    "/projects/CARGO/activity/": 12,
    "/admin/accounts/change/": 14,  # what each kind of row was written
}
LIST_QUERIES = 8
# Fifty rows with labels, due dates and comments, a rail of twenty projects; before it is compressed.
LIST_BYTES = 60_000
LISTS = [
    address
    for address in ADDRESSES
    if "issues/" in address and not any(other in address for other in ("CARGO-", "new", "admin"))
]


def test_few_queries_and_light_lists(tmp_path: Path) -> None:
    """A database of its own, because nothing else wants so many rows; the figures are the same on all engines. One
    test, so that it is filled once."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.budgets.measuring", ISSUES],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/itms.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    costs = json.loads(done.stdout.splitlines()[-1])
    assert set(costs) == set(ADDRESSES)
    assert {address: status for address, (status, _, _) in costs.items() if status != 200} == {}
    dear = {address: queries for address, (_, queries, _) in costs.items() if queries > allowed(address)}
    assert dear == {}
    assert len(LISTS) >= 6
    assert {address: costs[address][2] for address in LISTS if costs[address][2] > LIST_BYTES} == {}


def allowed(address: str) -> int:
    return MOST_QUERIES.get(address, LIST_QUERIES)

"""Which trackers there are, and the table of ratios: ITMS against the fastest of them."""

from __future__ import annotations

from bench.measuring import Measured
from bench.peers.peer import Peer
from bench.peers.redmine_tracker import Redmine
from bench.peers.roundup_tracker import Roundup
from bench.peers.trac_tracker import Trac

KINDS: dict[str, type[Peer]] = {kind.name: kind for kind in (Roundup, Trac, Redmine)}
HEAD = (
    "| workload | clients | ITMS p50 ms | rounds/s | fastest | its p50 ms | rounds/s | ratio | wanted | |\n"
    "|-|-:|-:|-:|-|-:|-:|-:|-|-|"
)
WRITES = ("W6", "W7", "W8")
Found = dict[tuple[str, int], dict[str, Measured]]  # by workload and clients, by tracker


def ratios(found: Found, ours: str) -> str:
    """What ITMS and the fastest of the others took. Without a row are workloads that no other tracker has."""
    rows = [HEAD]
    for (id, clients), measured in found.items():
        mine = measured[ours]
        others = {name: one for name, one in measured.items() if name != ours and one.taken and not one.faults}
        if others and mine.taken:
            rows.append(_row(id, clients, mine, others))
    return "\n".join(rows)


def _row(id: str, clients: int, mine: Measured, others: dict[str, Measured]) -> str:
    by_time = clients == 1 or id == "W11"
    if by_time:
        name = min(others, key=lambda name: others[name].percentile(0.5))
        ratio = others[name].percentile(0.5) / mine.percentile(0.5)
    else:
        name = max(others, key=lambda name: others[name].rate)
        ratio = mine.rate / others[name].rate
    wanted = _wanted(id, clients)
    text = f"p50 ≤ 1/{wanted}" if by_time else f"rounds/s ≥ {wanted} ×"
    verdict = "met" if ratio >= wanted and not mine.faults else "not met"
    return f"| {id} | {clients} | {_cells(mine)} | {name} | {_cells(others[name])} | {ratio:.1f} | {text} | {verdict} |"


def _wanted(id: str, clients: int) -> int:
    if id == "W11":
        return 10
    return 8 if clients == 1 or id in WRITES else 10


def _cells(one: Measured) -> str:
    return f"{one.percentile(0.5):.1f} | {one.rate:.1f}"

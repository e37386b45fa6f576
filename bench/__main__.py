"""Prints a table (Markdown) of the workloads beside what the machine itself gives in the same run.

bin/bench [--issues 100000] [--clients 1,16] [--seconds 5] [--only W1,W4] [--database URL] [--compare COMMIT]
bin/bench --beside roundup,trac,redmine [--peers .cache/peers] [--issues 100000] [--clients 1,16] …
bin/bench --growth 10000,100000,1000000 [--plot docs/growth.svg] [--seconds 5] [--only W1,W4] [--database URL]

Without --database it starts a private MariaDB. --compare serves another commit too, on a database of its own, and
measures both in turn. --beside does so with other trackers that hold the same data (bench/peers), and prints the
ratios; their databases are filled once and kept in --peers.

In the URL {issues} stands for the size (--growth asks several), {tree} for "this" or "other" (--compare)."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from bench import databases
from bench.client import Client, Refused
from bench.growth import plot, table
from bench.limits import creates
from bench.measuring import Measured, Run, measure
from bench.options import parse
from bench.peers.beside import KINDS, Found, ratios
from bench.peers.data import Source
from bench.peers.peer import Peer
from bench.serving import PEOPLE, ROOT, Served, free_port, serve_hello
from bench.tables import HEAD, about, goal, row
from bench.workloads import WORKLOADS, Workload, constant

Costs = tuple[str, str, str]


def main() -> int:
    options = parse(__doc__)
    workloads = [workload for workload in WORKLOADS if not options.only or workload.id in options.only]
    if options.growth:
        return _growth(workloads, options)
    with ExitStack() as stack:
        served = [
            stack.enter_context(_served(name, tree, options.database.replace("{tree}", place), options.issues))
            for place, name, tree in _trees(stack, "ITMS" if options.beside else "this", options.compare)
        ]
        peers = _peers(stack, options, served[0].database)
        print(f"\n{about(served)}\n\n{HEAD}")
        sides: list[Served | Peer] = [*served, *peers]
        found = _workloads(sides, workloads, options.clients, options.seconds)
        if peers:
            print(f"\n{about(served)}\n\n{ratios(found, served[0].name)}")
        print(f"\n{about(served)}\n\n{HEAD}")
        _limits(stack, served[0], options.clients, options.seconds)
    return 1 if any(one.faults for measured in found.values() for one in measured.values()) else 0


def _peers(stack: ExitStack, options: argparse.Namespace, database: str) -> list[Peer]:
    peers = []
    for name in options.beside:
        peer = KINDS[name](options.peers / name, free_port())
        stack.callback(peer.stop)
        peer.prepare(Source(databases.connected(database)))
        peer.start()
        peers.append(peer)
    return peers


def _workloads(sides: list[Served | Peer], workloads: list[Workload], counts: list[int], seconds: float) -> Found:
    beside = any(isinstance(one, Peer) for one in sides)
    all_found: Found = {}
    for workload in workloads:
        for count in counts:
            for one in sides:
                run = _run(one, workload.id)
                if run is None:
                    continue
                found, costs = _measured(one, workload.id, run, count, seconds)
                wanted = goal(workload, count, found) if not beside else " | "
                print(row(workload.id, workload.what, one.name, count, found, costs, wanted), flush=True)
                all_found.setdefault((workload.id, count), {})[one.name] = found
    return all_found


def _run(one: Served | Peer, id: str) -> Run | None:
    """What it has to look up first is not measured. None: this tracker has nothing like it."""
    try:
        return one.workload(id)
    except Refused as refused:
        return _refused(str(refused))


def _refused(text: str) -> Run:
    def run(client: Client, random: Random) -> None:
        raise Refused(text)

    return run


def _measured(one: Served | Peer, id: str, run: Run, count: int, seconds: float) -> tuple[Measured, Costs]:
    """And, as cells, what a round took: CPU of the server's workers and Questions of the database; the largest worker
    after all of them."""
    clients = _signed_in(one, count)
    before, asked = one.cpu(), databases.questions(one.database)
    found = measure(run, clients, seconds=seconds)
    for client in clients:
        client.close()
    rounds = max(1, len(found.taken) + count)  # those that were thrown away cost as much
    cpu = (one.cpu() - before) * 1000 / rounds
    each = f"{(databases.questions(one.database) - asked) / rounds:.0f}" if asked else ""
    for fault in found.faults[:3]:
        print(f"bin/bench: {one.name}, {id}: {fault}", file=sys.stderr)
    return found, (f"{cpu:.1f}", each, f"{one.memory() / 1024:.0f}")


def _limits(stack: ExitStack, served: Served, counts: list[int], seconds: float) -> None:
    port = free_port()
    server = serve_hello(port)
    stack.callback(server.wait, 10)
    stack.callback(server.terminate)

    def hello(client: Client, random: Random) -> None:
        client.get("/")

    for count in counts:
        clients = [Client("127.0.0.1", port) for _ in range(count)]
        found = measure(hello, clients, seconds=min(seconds, 3))
        for client in clients:
            client.close()
        print(row("–", "a request that does nothing", "limit", count, found, ("", "", "")), flush=True)
    rows = replace(served, name="limit", port=free_port(), application="bench.constant", server=None)
    stack.callback(rows.stop)
    rows.start()
    for count in counts:
        found, costs = _measured(rows, "–", constant, count, min(seconds, 3))
        print(row("–", "fifty rows that never change, signed in", "limit", count, found, costs), flush=True)
    if databases.is_server(served.database):
        for count in counts:
            p50, rate = creates(lambda: databases.connected(served.database), clients=count, seconds=min(seconds, 3))
            head = f"| – | the bare SQL of a create, one project | limit | {count}"
            print(f"{head} | {p50:.1f} | | {rate:.1f} | | | | | | |")


def _growth(workloads: list[Workload], options: argparse.Namespace) -> int:
    """p50 of one client at each size, and the plot."""
    sizes: list[int] = options.growth
    found: dict[str, list[float]] = {workload.id: [] for workload in workloads}
    failed, said = False, ""
    for issues in sizes:
        with _served(f"{issues:,} issues", ROOT, options.database, issues) as one:
            for workload in workloads:
                run = _run(one, workload.id)
                assert run is not None
                measured, _cost = _measured(one, workload.id, run, 1, options.seconds)
                failed = failed or bool(measured.faults)
                found[workload.id].append(measured.percentile(0.5))
            said = about([one])
            print(f"{said} Largest worker: {one.memory() / 1024:.0f} MiB", file=sys.stderr, flush=True)
    print(f"{said}\n")
    print(table(sizes, found, {workload.id: workload.what for workload in workloads}))
    if options.plot:
        Path(options.plot).write_text(plot(sizes, found))
    return 1 if failed else 0


def _signed_in(one: Served | Peer, count: int) -> list[Client]:
    clients = [Client("127.0.0.1", one.port) for _ in range(count)]
    for number, client in enumerate(clients):
        one.sign_in(client, PEOPLE[number % len(PEOPLE)])
    return clients


@contextmanager
def _served(name: str, tree: Path, database: str, issues: int) -> Iterator[Served]:
    with ExitStack() as stack:
        database = database.replace("{issues}", str(issues)) or stack.enter_context(databases.mariadb())
        one = Served(name, tree, database, free_port(), issues)
        one.prepare()
        stack.callback(one.stop)
        one.start()
        yield one


def _trees(stack: ExitStack, name: str, commit: str) -> list[tuple[str, str, Path]]:
    """What stands for each in the address of a database, its name in the tables, its folder."""
    if not commit:
        return [("this", name, ROOT)]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="itms-bench-"))) / "tree"
    subprocess.run(["git", "worktree", "add", "--detach", str(folder), commit], cwd=ROOT, check=True)
    stack.callback(lambda: subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=False))
    return [("this", name, ROOT), ("other", commit, folder)]


if __name__ == "__main__":
    sys.exit(main())

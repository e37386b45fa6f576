"""Runs one workload by so many clients for so long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random

from bench.client import Client, Refused

Run = Callable[[Client, Random], None]  # one round of a workload
LEAST = 3  # each client does at least so many, however slow


@dataclass
class Measured:
    """taken   seconds of each round, of all clients
    elapsed   seconds from the first to the last"""

    taken: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    bytes_read: int = 0
    faults: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")

    @property
    def rate(self) -> float:
        """Rounds per second."""
        return len(self.taken) / self.elapsed if self.elapsed else 0.0

    @property
    def size(self) -> int:
        """Bytes per round."""
        return self.bytes_read // len(self.taken) if self.taken else 0


def measure(run: Run, clients: list[Client], *, seconds: float, seed: int = 1) -> Measured:
    """Each client in a thread of its own; one round each is thrown away first."""
    found = Measured()
    try:
        for number, client in enumerate(clients):
            run(client, Random(f"{seed}/warm/{number}"))
    except Refused as refused:
        found.faults.append(str(refused))
        return found
    before = sum(client.bytes_read for client in clients)
    began = time.perf_counter()
    end = began + seconds

    def work(number: int, client: Client) -> None:
        random, rounds = Random(f"{seed}/{number}"), 0
        while rounds < LEAST or time.perf_counter() < end:
            at = time.perf_counter()
            try:
                run(client, random)
            except (Refused, OSError, HTTPException) as error:
                found.faults.append(f"{type(error).__name__}: {error}")
                return
            found.taken.append(time.perf_counter() - at)
            rounds += 1

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.elapsed = time.perf_counter() - began
    found.bytes_read = sum(client.bytes_read for client in clients) - before
    return found

"""What is asked of a served ITMS, W1 to W11, on the data of `seed_bulk` (largest project CARGO).

Each takes a signed-in client and its own source of chance, does its requests, and raises Refused when the server
answers anything but what it should."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from random import Random

from bench.client import Client, Refused
from bench.measuring import Run

LARGEST = "CARGO"
LIST = f"/projects/{LARGEST}/issues/"
JSON = f"/api/v1/projects/{LARGEST}/issues?limit=100"
PAGE = 50  # rows of a full one
_ROW = re.compile(rf'href="/issues/{LARGEST}-(\d+)/"')
_OLDER = re.compile(r'rel="next" href="([^"]+)"')
_STATUS = re.compile(r'<button[^>]*name="status" value="([A-Z_]+)"(?![^>]*aria-current)')


@dataclass(frozen=True)
class Workload:
    """goal_ms   p50 at one client, goal_rate requests/s at 16: what the fastest other tracker gave, and our ratio"""

    id: str
    what: str
    goal_ms: float
    goal_rate: float


@dataclass(frozen=True)
class Numbers:
    """Of issues of the largest project. What writes leaves alone those that are read, as far as there are others: their
    pages stay as long as they were filled, run after run.

    read       with 20 comments and 15 changes, the twenty that 10,000 issues have
    commented  others of the same size
    moved      whose status changes: none of these"""

    read: list[int]
    commented: list[int]
    moved: list[int]

    @classmethod
    def of(cls, issues: int) -> Numbers:
        largest = issues // 10
        detail = list(range(50, min(largest, 10_000) + 1, 50))
        moved = [number for number in range(1, min(largest, 1000) + 1) if number % 50]
        return cls(detail[:20], detail[20:] or detail, moved)


class Asked:
    """The workloads of one served database.

    client   signed in; looks up what a workload needs to know of the data, before anything is measured
    issues   how many the database was filled with"""

    def __init__(self, client: Client, issues: int) -> None:
        self._client = client
        self._issues = issues
        self._numbers = Numbers.of(issues)

    def check(self) -> None:
        """Raises Refused unless the pages hold as much as those of the other trackers (bench/peers) must."""
        found = {
            LIST: (rows(self._client.get(LIST)), PAGE),
            JSON: (len(json.loads(self._client.get(JSON))["items"]), 100),
        }
        for address, (count, wanted) in found.items():
            if self._issues >= 10_000 and count != wanted:
                raise Refused(f"{address} has {count} rows")

    def w1(self, client: Client, random: Random) -> None:
        client.get(LIST)

    def w2(self, client: Client, random: Random) -> None:
        client.get(f"{LIST}?q=status:OPEN+assignee:bulk{random.randint(1, 20)}+priority:HIGH+sort:updated-desc")

    @cached_property
    def w3(self) -> Run:
        address = page_200(self._client)

        def run(client: Client, random: Random) -> None:
            if (found := rows(client.get(address))) != PAGE:
                raise Refused(f"{address} has {found} rows")

        return run

    def w4(self, client: Client, random: Random) -> None:
        client.get(f"/issues/{LARGEST}-{random.choice(self._numbers.read)}/")

    def w5(self, client: Client, random: Random) -> None:
        one, two = random.sample(("navigation", "firefox", "customers", "keyboard", "release", "table", "office"), 2)
        client.get(f"/issues/?q={one}+{two}")

    def w6(self, client: Client, random: Random) -> None:
        address = f"{LIST}new/"
        title = f"Measured {random.random()}"
        fields = {"title": title, "type": "BUG", "priority": "HIGH", "description": title}
        client.post(address, client.get(address), fields)

    def w7(self, client: Client, random: Random) -> None:
        address = f"/issues/{LARGEST}-{random.choice(self._numbers.commented)}/"
        client.post(f"{address}comments/", client.get(address), {"body": f"Measured {random.random()}"})

    def w8(self, client: Client, random: Random) -> None:
        address, page = self._one_that_is_there(client, random)
        choices = _STATUS.findall(page)
        if not choices:
            raise Refused(f"{address} offers no status")
        try:
            client.post(f"{address}status/", page, {"status": random.choice(choices)})
        except Refused as refused:
            if ": 412" not in str(refused):  # another client was quicker at the same issue
                raise

    def w9(self, client: Client, random: Random) -> None:
        client.get(f"/projects/{LARGEST}/")

    def w10(self, client: Client, random: Random) -> None:
        client.get(JSON)

    def w11(self, client: Client, random: Random) -> None:
        found = client.get(f"{LIST}export.csv?q=").count("\r\n") - 1
        if found < self._issues * 0.09:
            raise Refused(f"the export has {found} rows")

    def _one_that_is_there(self, client: Client, random: Random) -> tuple[str, str]:
        """The address and the page of an issue that is not deleted; few are."""
        while True:
            address = f"/issues/{LARGEST}-{random.choice(self._numbers.moved)}/"
            try:
                return address, client.get(address)
            except Refused as refused:
                if ": 410" not in str(refused):
                    raise


def page_200(client: Client) -> str:
    """The address of the list's last full page, at most the 200th: the other trackers are asked for the same."""
    address, full = f"{LIST}?q=sort:updated-desc", ""
    for _ in range(200):
        page = client.get(address)
        if rows(page) < PAGE:
            break
        full = address
        older = _OLDER.search(page)
        if older is None:
            break
        address = LIST + older[1].replace("&amp;", "&")
    if not full:
        raise Refused(f"{LIST} has no page of {PAGE} rows")
    return full


def rows(page: str) -> int:
    """How many issues of the largest project a page leads to."""
    return len(set(_ROW.findall(page)))


def constant(client: Client, random: Random) -> None:
    """Fifty rows that never change, signed in."""
    client.get("/constant/")


WORKLOADS = (
    Workload("W1", "list, not closed, 50 rows", 143 / 8, 16.4 * 10),
    Workload("W2", "list by status, assignee, priority", 91 / 8, 21.8 * 10),
    Workload("W3", "the list's page 200", 145 / 8, 10.8 * 10),
    Workload("W4", "issue with 20 comments, 15 changes", 142 / 8, 13.7 * 10),
    Workload("W5", "two words over all projects", 98 / 8, 21.7 * 10),
    Workload("W6", "create: form and POST", 89 / 8, 23.5 * 8),
    Workload("W7", "comment: page and POST", 106 / 8, 14.7 * 8),
    Workload("W8", "status: page and POST", 114 / 8, 19.2 * 8),
    Workload("W9", "project overview", 307 / 8, 5.9 * 10),
    Workload("W10", "JSON list of 100", 1279 / 8, 1.4 * 10),
    Workload("W11", "CSV of 10,000 rows", 2830 / 10, 0.79 * 10),
)

"""What is asked of the server, W1 to W11, on the data of `seed_bulk` (largest project CARGO).

Each takes a signed-in client and its own source of chance, does its requests, and raises Refused when the server
answers anything but what it should."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from bench.client import Client, Refused
from bench.measuring import Run

LARGEST = "CARGO"
LIST = f"/projects/{LARGEST}/issues/"
_OLDER = re.compile(r'rel="next" href="([^"]+)"')
_STATUS = re.compile(r'<button[^>]*name="status" value="([A-Z_]+)"(?![^>]*aria-current)')


@dataclass(frozen=True)
class Workload:
    """goal_ms   p50 at one client, goal_rate requests/s at 16: what the fastest other tracker gave, and our ratio"""

    id: str
    what: str
    run: Run
    goal_ms: float
    goal_rate: float


def _detail(random: Random) -> str:
    """One of the issues with 20 comments and 15 changes that are there with 10,000 issues already."""
    return f"{LARGEST}-{50 * random.randint(1, 20)}"


def w1(client: Client, random: Random) -> None:
    client.get(LIST)


def w2(client: Client, random: Random) -> None:
    client.get(f"{LIST}?q=status:OPEN+assignee:bulk{random.randint(1, 20)}+priority:HIGH+sort:updated-desc")


class Page200:
    """The cursor of the 200th page is followed to once, for all clients."""

    def __init__(self) -> None:
        self.address = ""

    def __call__(self, client: Client, random: Random) -> None:
        if not self.address:
            self.address = self._walk(client)
        client.get(self.address)

    def _walk(self, client: Client) -> str:
        address = f"{LIST}?q=sort:updated-desc"
        for _ in range(199):
            older = _OLDER.search(client.get(address))
            if older is None:  # fewer issues than 200 pages
                break
            address = LIST + older[1].replace("&amp;", "&")
        return address


def w4(client: Client, random: Random) -> None:
    client.get(f"/issues/{_detail(random)}/")


def w5(client: Client, random: Random) -> None:
    one, two = random.sample(("navigation", "firefox", "customers", "keyboard", "release", "table", "office"), 2)
    client.get(f"/issues/?q={one}+{two}")


def w6(client: Client, random: Random) -> None:
    address = f"{LIST}new/"
    title = f"Measured {random.random()}"
    client.post(address, client.get(address), {"title": title, "type": "BUG", "priority": "HIGH", "description": title})


def w7(client: Client, random: Random) -> None:
    address = f"/issues/{_detail(random)}/"
    client.post(f"{address}comments/", client.get(address), {"body": f"Measured {random.random()}"})


def w8(client: Client, random: Random) -> None:
    address, page = _one_that_is_there(client, random)
    choices = _STATUS.findall(page)
    if not choices:
        raise Refused(f"{address} offers no status")
    try:
        client.post(f"{address}status/", page, {"status": random.choice(choices)})
    except Refused as refused:
        if ": 412" not in str(refused):  # another client was quicker at the same issue
            raise


def _one_that_is_there(client: Client, random: Random) -> tuple[str, str]:
    """The address and the page of an issue that is not deleted; few are."""
    while True:
        address = f"/issues/{LARGEST}-{random.randint(1, 1000)}/"
        try:
            return address, client.get(address)
        except Refused as refused:
            if ": 410" not in str(refused):
                raise


def w9(client: Client, random: Random) -> None:
    client.get(f"/projects/{LARGEST}/")


def w10(client: Client, random: Random) -> None:
    client.get(f"/api/v1/projects/{LARGEST}/issues?limit=100")


def w11(client: Client, random: Random) -> None:
    rows = client.get(f"{LIST}export.csv?q=").count("\r\n") - 1
    if rows < 1000:
        raise Refused(f"the export has {rows} rows")


def _constant(client: Client, random: Random) -> None:
    client.get("/constant/")


constant = Workload("–", "fifty rows that never change, signed in", _constant, 0, 0)
WORKLOADS = (
    Workload("W1", "list, not closed, 50 rows", w1, 143 / 8, 16.4 * 10),
    Workload("W2", "list by status, assignee, priority", w2, 91 / 8, 21.8 * 10),
    Workload("W3", "the list's page 200", Page200(), 145 / 8, 10.8 * 10),
    Workload("W4", "issue with 20 comments, 15 changes", w4, 142 / 8, 13.7 * 10),
    Workload("W5", "two words over all projects", w5, 98 / 8, 21.7 * 10),
    Workload("W6", "create: form and POST", w6, 89 / 8, 23.5 * 8),
    Workload("W7", "comment: page and POST", w7, 106 / 8, 14.7 * 8),
    Workload("W8", "status: page and POST", w8, 114 / 8, 19.2 * 8),
    Workload("W9", "project overview", w9, 307 / 8, 5.9 * 10),
    Workload("W10", "JSON list of 100", w10, 1279 / 8, 1.4 * 10),
    Workload("W11", "CSV of 10,000 rows", w11, 2830 / 10, 0.79 * 10),
)

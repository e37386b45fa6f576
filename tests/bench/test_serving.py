"""The benchmark itself, on a small SQLite database: each workload answers, and is asked for what it says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from random import Random

import pytest

from bench.__main__ import _limits, _workloads
from bench.client import Client, Refused
from bench.measuring import measure
from bench.options import LEAST
from bench.serving import PEOPLE, ROOT, Served, free_port
from bench.tables import about
from bench.workloads import LIST, PAGE, WORKLOADS, Asked, Numbers, page_200, rows


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A copy of the tree, since static files are collected into it."""
    folder = tmp_path_factory.mktemp("bench")
    tree = shutil.copytree(ROOT, folder / "tree", ignore=shutil.ignore_patterns(".*", "staticfiles", "tests", "docs"))
    one = Served("this", tree, f"sqlite:///{folder}/itms.sqlite3", free_port(), LEAST)
    one.prepare()
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[Client]:
    with closing(Client("127.0.0.1", served.port)) as made:
        served.sign_in(made, PEOPLE[0])
        yield made


def test_each_workload_once(served: Served, client: Client) -> None:
    """In their order: those that write come behind those whose pages are counted."""
    assert page_200(client).startswith(LIST)
    assert rows(client.get(LIST)) == PAGE
    with pytest.raises(Refused, match="limit=100 has 9"):  # with 10,000 issues there would be a hundred
        Asked(client, 10_000).check()
    before, spent = served.memory(), served.cpu()
    for workload in WORKLOADS:
        measured = measure(served.workload(workload.id), [client], seconds=0)
        assert measured.faults == [], workload
        assert len(measured.taken) == 3 and measured.rate > 0 and measured.size > 1000, workload
    assert served.memory() >= before > 10_000 and served.cpu() > spent
    assert "SQLite" in about([served]) and "2 workers of 4 threads" in about([served])


def test_another_database_is_refused(served: Served) -> None:
    """What benches write into it does not count."""
    assert served._held() == (LEAST, 1)
    with pytest.raises(SystemExit, match="holds 1,000 issues"):
        replace(served, issues=2000).prepare()


def test_what_is_printed(served: Served, capfd: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack:
        _workloads([served], [WORKLOADS[0]], [1], 0)
        _limits(stack, served, [1], 0)
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("| W1 | list, not closed, 50 rows | this | 1 |"), lines
    assert [line.split(" | ")[1] for line in lines[1:]] == [
        "a request that does nothing",
        "fifty rows that never change, signed in",
    ]
    assert not any("nan" in line for line in lines)


class Pages(Client):
    """A list of so many rows, without a server."""

    def __init__(self, issues: int) -> None:
        super().__init__("127.0.0.1", 1)
        self.issues = issues

    def get(self, path: str, headers: object = None, wanted: object = ()) -> str:
        page = int(path.partition("after=")[2] or 0)
        numbers = range(page * PAGE, min(self.issues, (page + 1) * PAGE))
        links = "".join(f'<a href="/issues/CARGO-{number}/"></a>' * 2 for number in numbers)
        more = self.issues > (page + 1) * PAGE
        return links + f'<a rel="next" href="?q=x&amp;after={page + 1}">' * more


@pytest.mark.parametrize(
    ("issues", "address"),
    [(50, ""), (51, ""), (100, "?q=x&after=1"), (9951, "?q=x&after=198"), (10_500, "?q=x&after=199")],
)
def test_the_last_full_page(issues: int, address: str) -> None:
    assert page_200(Pages(issues)).removeprefix(LIST) == address or not address


def test_no_full_page() -> None:
    with pytest.raises(Refused, match="no page of 50 rows"):
        page_200(Pages(49))


def test_a_page_that_is_not_full_any_more() -> None:
    client = Pages(100)
    run = Asked(client, 1000).w3
    client.issues = 99
    with pytest.raises(Refused, match="has 49 rows"):
        run(client, Random(1))


def test_what_is_written_is_not_what_is_read() -> None:
    few, many = Numbers.of(10_000), Numbers.of(100_000)
    assert few.read == few.commented == many.read == list(range(50, 1001, 50))
    assert many.commented == list(range(1050, 10_001, 50)) == Numbers.of(1_000_000).commented
    assert not {*few.read, *many.commented} & {*few.moved, *many.moved}

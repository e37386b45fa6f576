"""What is said of figures that were measured: rows, verdicts, ratios, the picture of growth."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bench.explaining import BEGIN, END, _short, _written
from bench.growth import plot, table
from bench.measuring import Measured
from bench.options import parse
from bench.peers.beside import ratios
from bench.tables import HEAD, goal, row
from bench.workloads import WORKLOADS

W1 = WORKLOADS[0]


def measured(*milliseconds: float, faults: int = 0) -> Measured:
    """Those rounds in a second, of 2,000 bytes each."""
    taken = [time / 1000 for time in milliseconds]
    return Measured(taken, elapsed=1, bytes_read=2000 * len(taken), faults=["404"] * faults)


def test_a_row_has_the_cells_of_its_head() -> None:
    found = measured(10, 20, 30)
    for ends in (" | ", goal(W1, 1, found)):
        line = row("W1", "list", "this", 1, found, ("5.0", "8", "90"), ends)
        assert line.count("|") == HEAD.splitlines()[0].count("|") == HEAD.splitlines()[1].count("|")
    assert "| 1 | 20.0 | 30.0 | 3.0 | 5.0 | 8 | 2.0 | 90 | p50 ≤ 18 ms | not met |" in line
    assert "nan" in row("W1", "list", "this", 1, measured(), ("", "", ""))


@pytest.mark.parametrize(
    ("count", "found", "said"),
    [
        (1, measured(17), "p50 ≤ 18 ms | met"),
        (1, measured(19), "p50 ≤ 18 ms | not met"),
        (1, measured(), "p50 ≤ 18 ms | not met"),
        (1, measured(17, faults=1), "p50 ≤ 18 ms | not met"),
        (16, measured(*[1] * 164), "≥ 164/s | met"),
        (16, measured(*[1] * 163), "≥ 164/s | not met"),
        (4, measured(1), " | "),
    ],
)
def test_verdicts(count: int, found: Measured, said: str) -> None:
    assert goal(W1, count, found) == said


def test_ratios() -> None:
    found = {
        ("W1", 1): {"ITMS": measured(10), "slow": measured(90), "quick": measured(80)},
        ("W1", 16): {"ITMS": measured(*[1] * 50), "slow": measured(1), "quick": measured(*[1] * 10)},
        ("W6", 16): {"ITMS": measured(*[1] * 8), "quick": measured(1)},
        ("W9", 1): {"ITMS": measured(10), "broken": measured(20, faults=1)},
    }
    lines = ratios(found, "ITMS").splitlines()[2:]
    assert [line.split(" | ")[4:5] + line.removesuffix(" |").split(" | ")[-3:] for line in lines] == [
        ["quick", "8.0", "p50 ≤ 1/8", "met"],
        ["quick", "5.0", "rounds/s ≥ 10 ×", "not met"],
        ["quick", "8.0", "rounds/s ≥ 8 ×", "met"],
    ]


def test_growth() -> None:
    sizes, found = [10_000, 100_000, 1_000_000], {"W1": [10.0, 10.0, 10.0], "W11": [10.0, 100.0, 1000.0]}
    lines = table(sizes, found, {"W1": "list", "W11": "CSV"}).splitlines()
    assert lines[0] == "|  | workload | 10,000 | 100,000 | 1,000,000 | × to 100,000 | × to 1,000,000 |"
    assert lines[3] == "| W11 | CSV | 10.0 ms | 100.0 ms | 1000.0 ms | 10.00 | 10.00 |"
    picture = ElementTree.fromstring(plot(sizes, found))
    level, steep = (
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for line in picture.iter("{http://www.w3.org/2000/svg}polyline")
    )
    assert {y for _, y in level} == {level[0][1]}
    assert all(after[0] > before[0] and after[1] < before[1] for before, after in pairwise(steep))
    names = [text for text in picture.iter("{http://www.w3.org/2000/svg}text") if text.text in found]
    assert abs(float(names[0].attrib["y"]) - float(names[1].attrib["y"])) >= 14


def test_statements_are_shown_by_their_conditions() -> None:
    sql = "SELECT `a`.`id`, (SELECT COUNT(*) FROM `b` WHERE `b`.`a` = `a`.`id`) AS `n` FROM `a` WHERE `a`.`x` IN (1, 2)"
    assert _short(sql) == "SELECT … FROM a WHERE a.x IN (…)"
    assert _short("SELECT `id` FROM `a` WHERE `name` = 'it''s'") == "SELECT id FROM a WHERE name = ??"
    assert len(_short(sql + " AND `a`.`y` = 1" * 100 + " ORDER BY `a`.`x`")) == BEGIN + END + 3
    assert _written("UPDATE `a` SET `x` = 1") == "`UPDATE` | a | | | | "


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--compare=HEAD", "--database=mysql://root@127.0.0.1/itms"], "write {tree} into"),
        (["--growth=1000,2000", "--database=mysql://root@127.0.0.1/itms"], "write {issues} into"),
        (["--only=W1,W99"], "not W99"),
        (["--beside=jira"], "not jira"),
        (["--issues=999"], "1,000 issues are the least"),
    ],
)
def test_refused_options(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("What it does.", words)
    assert said in capsys.readouterr().err


def test_options() -> None:
    options = parse("", ["--compare=HEAD", "--database=sqlite:////tmp/{tree}.sqlite3", "--only=W1", "--clients=1,4"])
    assert (options.only, options.clients, options.growth, options.beside) == (["W1"], [1, 4], [], [])

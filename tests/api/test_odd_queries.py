"""Odd query strings: refused with 422, or harmless; never a fault."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.api.calling import Caller, is_page

By = Callable[..., Caller]
LISTS = ["/projects", "/issues", "/projects/PUB/issues", "/projects/PUB/members", "/projects/PUB/labels",
         "/projects/PUB/history", "/issues/PUB-1/comments", "/issues/PUB-1/history"]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_limits_that_are_none(by: By, path: str) -> None:
    lead = by("lead")
    for limit in (
        "0",
        "101",
        "-1",
        "+5",
        "1_0",
        "１２",
        "1e3",
        "1.0",
        "1.5",
        "",
        "x",
        "%00",
        "9" * 5000,
        "null",
        " 5",
        "5 ",
        "0x10",
    ):
        lead.get(f"{path}?limit={quote(limit)}").is_problem(422, "invalid", "limit")
    for limit in ("1", "100", "50"):
        is_page(lead.get(f"{path}?limit={limit}").json)
    assert lead.get(f"{path}?limit=1&unknown=1&%00=1&limit[]=x").status == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_parameter_is_given_once(by: By, path: str) -> None:
    lead = by("lead")
    for name in ("limit", "cursor", "q"):
        lead.get(f"{path}?{name}=1&{name}=1").is_problem(422, "invalid", name)
    lead.get("/issues/PUB-1?version=1&version=2").is_problem(422, "invalid", "version")
    lead.get("/issues/PUB-1?as_of=2100-01-01&as_of=2000-01-01").is_problem(422, "invalid", "as_of")
    # What the address names comes first.
    by("stranger").get("/projects/PRIV/issues?limit=1&limit=2").is_problem(404)
    by("", "nobody").get(f"{path}?limit=1&limit=2").is_problem(401)


def made_up(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", LISTS)
def test_cursors_that_are_none(by: By, path: str) -> None:
    lead = by("lead")
    columns = {
        "/projects": ["key"], "/projects/PUB/members": ["joined_at", "id"], "/projects/PUB/labels": ["name_canonical"],
        "/issues/PUB-1/comments": ["created_at", "id"],
    }.get(path, ["updated_at", "id"])  # fmt: skip
    values: list[object] = [
        None, True, -1, 0, 1.5, 2**63, 2**200, "x", "x" * 300, "a\x00b", [], {}, {"t": "x"}, {"t": "2026-01-01"},
        {"t": "0001-01-01T00:00:00+14:00"}, {"t": "9999-12-31T23:59:59-14:00"}, {"t": 1},
        {"d": "x"}, {"d": "2026-01-01"},
        {"t": "2026-01-01T00:00:00Z", "d": 1}, {"x": 1},
    ]  # fmt: skip
    cursors = [
        "x", "%00", "é", "a" * 900, "a" * 2000, "=", "====", "-_-_", made_up(), made_up(columns), made_up(columns, 5),
        made_up(columns, [1, 2, 3]), made_up(["password"], ["x"]), made_up(["project__name", "id"], ["x", 1]),
        base64.urlsafe_b64encode(b"[" * 700).decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ]  # fmt: skip
    for cursor in cursors:
        lead.get(f"{path}?cursor={quote(cursor)}").is_problem(422, "invalid", "cursor")
    for value in values:
        cursor = made_up(columns, [value] * len(columns))
        answer = lead.get(f"{path}?cursor={cursor}")
        if answer.status == 200:
            assert isinstance(value, str), value
            assert path in {"/projects", "/projects/PUB/labels"}
        else:
            answer.is_problem(422, "invalid", "cursor")


def test_a_cursor_of_another_list(by: By) -> None:
    lead = by("lead")
    cursor = lead.get("/projects?limit=1").json["next"]
    lead.get(f"/issues?cursor={cursor}").is_problem(422, field="cursor")
    cursor = lead.get("/issues?limit=1&q=sort:created").json["next"]
    lead.get(f"/issues?cursor={cursor}").is_problem(422, field="cursor")
    assert lead.get(f"/issues?q=sort:created&cursor={cursor}").status == 200


QUERIES = [
    "\x00", "\ud7ff", "'", '"', '"open', "(", ")", "()", "((((", "-", "--", "*", "%", "_", "\\", "\\'", "+-><()~*\"@",
    "C++", "E-4711", "is:", ":", ":x", "is:is:is", "label:", 'label:""', "sort:", "sort:id", "sort:password", "limit:5",
    "assignee__email:x", "project__name__startswith:P", "title__regex:(a+)+$", "created:>", "created:99999-01-01",
    "created:2026-02-30", "created:>2026-01-01T25:00", "due:<0", "due:1e400", "number:１２", "#0",
    "#99999999999999999999",
    "PUB-99999999999999999999", "OR", "AND", "NOT", "a OR", "OR a", "NOT NOT a", "-" * 500, "(" * 500, '"' * 501,
    "is:open " * 200, "label:" + "x" * 1900, "日本語", "😀", "\u202e", "é", "e\u0301", "%00", "\r\n", "a,b",
    "label:a,b,c",
    "{{7*7}}", "${x}", "NEAR(a b)", "a* b*", "^a", "title:x:y", "assignee:me", "assignee:none", "author:nobody_here",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/issues", "/projects/PUB/issues"])
def test_queries_of_every_kind(by: By, path: str) -> None:
    lead = by("lead")
    for q in QUERIES:
        answer = lead.get(f"{path}?q={quote(q)}")
        assert answer.status == 200, (q, answer)
        is_page(answer.json)
        assert lead.get(f"{path}?q={quote(q)}&strict=1").status in {200, 422}
    for raw in ("%", "%zz", "%ff%fe", "%ed%a0%80", "&&&", "=", "q", "q[]=x", ";", "?"):
        assert lead.get(f"{path}?{raw}").status == 200, raw
        assert lead.get(f"{path}?q={raw.replace('&', '%26')}").status == 200, raw


def test_too_long_a_query(by: By) -> None:
    lead = by("lead")
    lead.get(f"/issues?q={'x' * 2001}").is_problem(422, "invalid", "q")
    lead.get(f"/issues?q={'x%20' * 2500}").is_problem(422, "invalid", "q")
    lead.get("/issues?" + "&".join(f"a{n}=1" for n in range(1100))).is_problem(400)


def test_strict(by: By) -> None:
    lead = by("lead")
    assert lead.get("/issues?q=is:nonsense").status == 200
    lead.get("/issues?q=is:nonsense&strict=1").is_problem(422, field="q")
    assert lead.get("/issues?q=is:open&strict=true").status == 200
    lead.get("/issues?strict=maybe").is_problem(422, field="strict")

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issues.selectors import exporting
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.api import moment
from projects.services.labels import create_label
from tests.issues.browsing import signed_in, text_of
from tests.world import World

CSV, JSON = "/projects/PUB/issues/export.csv", "/projects/PUB/issues/export.json"


def body(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    assert response.streaming
    return b"".join(response).decode()


def rows(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(response), newline="")))


def add(world: World, n: int, **fields: Any) -> None:
    for i in range(n):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Row {i}", **fields)


def test_a_table(world: World) -> None:
    response = signed_in(world, "dev").get(f"{CSV}?q=label:bug")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="PUB-issues-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    (row,) = rows(response)
    assert list(row) == [
        "key", "title", "type", "status", "priority", "reporter", "assignee", "labels",
        "due_date", "created_at", "updated_at", "closed_at", "url", "description",
    ]  # fmt: skip
    assert (row["key"], row["title"], row["assignee"], row["labels"]) == (
        "PUB-2",
        "Taken issue of PUB",
        "assignee",
        "bug",
    )
    assert row["url"] == "http://testserver/issues/PUB-2/"


def test_json_is_what_the_api_says(world: World) -> None:
    client = signed_in(world, "dev")
    add(world, 3, labels=["bug", "ui"], due_date="2031-05-01")
    found = json.loads(body(client.get(f"{JSON}?q=sort:key")))
    assert found == client.get("/api/v1/projects/PUB/issues?q=sort:key").json()["items"]
    assert len(found) == 5


def test_nothing_found(world: World) -> None:
    client = signed_in(world, "dev")
    assert rows(client.get(f"{CSV}?q=zzzz")) == []
    assert json.loads(body(client.get(f"{JSON}?q=zzzz"))) == []


def test_without_a_query_it_is_the_default_list(world: World) -> None:
    issue = world.issue("PUB-1")
    edit_issue(world.actor("lead"), issue, version=1, fields={"status": "CLOSED"})
    client = signed_in(world, "dev")
    assert [row["key"] for row in rows(client.get(CSV))] == ["PUB-2"]
    assert [row["key"] for row in rows(client.get(f"{CSV}?q="))] == ["PUB-1", "PUB-2"]


@pytest.mark.parametrize("sort", ["key-desc", "due", "priority", "updated", "created-asc"])
def test_the_order_is_the_lists(world: World, sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PIECE", 3)
    for i in range(8):
        add(world, 1, priority=["LOW", "HIGH"][i % 2], due_date=None if i % 3 else f"2031-01-{9 - i:02}")
    client = signed_in(world, "dev")
    page = text_of(client.get(f"/projects/PUB/issues/?q=sort:{sort}"))
    listed = re.findall(r"<(?:span|label) class=key>(?:<input[^>]*>)?(PUB-\d+)", page.split('<ul class="rows"')[1])
    exported = [row["key"] for row in rows(client.get(f"{CSV}?q=sort:{sort}"))]
    assert exported == listed
    assert len(exported) == 10
    assert [row["key"] for row in json.loads(body(client.get(f"{JSON}?q=sort:{sort}")))] == listed


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(world: World, text: str) -> None:
    if '"' not in text:
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=text)
    labels = [] if '"' in text else [text]
    description = f"\t{text},\nand\r\nmore"
    open_issue(world.actor("lead"), world.projects["PUB"].pk, title=text, description=description, labels=labels)
    (row,) = rows(signed_in(world, "dev").get(f"{CSV}?q=key:3"))
    assert row["title"] == f"'{text}"
    assert row["labels"] == (f"'{text}" if labels else "")
    assert row["description"] == f"'\t{text},\nand\nmore"


def test_what_may_not_be_seen_is_in_no_file(world: World) -> None:
    for form in ("csv", "json"):
        assert "PRIV" not in body(signed_in(world, "stranger").get(f"/issues/export.{form}?q="))
        assert "PRIV-1" in body(signed_in(world, "viewer").get(f"/issues/export.{form}?q="))
        for name in ("stranger", "leaver"):
            assert signed_in(world, name).get(f"/projects/PRIV/issues/export.{form}").status_code == 404
        assert Client().get(f"/issues/export.{form}").status_code in (302, 303)


def test_deleted_issues_are_in_no_file(world: World) -> None:
    issue = world.issue("PUB-1")
    delete_issue(world.actor("lead"), issue, version=issue.version)
    for name in ("lead", "operator"):
        client = signed_in(world, name)
        assert rows(client.get(f"{CSV}?q=is:deleted")) == []
        assert [row["key"] for row in rows(client.get(f"{CSV}?q=is:deleted OR is:open"))] == ["PUB-2"]


def test_an_issue_that_is_deleted_or_hidden_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece asks again what may be seen; what moves in the order comes once all the same."""
    monkeypatch.setattr(exporting, "PIECE", 1)
    add(world, 2)
    response = signed_in(world, "dev").get(f"{CSV}?q=sort:updated-desc")
    lines = iter(response)
    assert b"key,title" in next(lines)
    assert next(lines).startswith(b"PUB-4,")
    edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"title": "Moved to the front"})
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    rest = b"".join(lines)
    assert [line[:5] for line in rest.splitlines()] == [b"PUB-3", b"PUB-1"]
    assert b"Moved to the front" in rest


@pytest.mark.parametrize("query", ["as_of=2026-01-31", "q=as-of:2026-01-31"])
def test_the_past_is_refused(world: World, query: str) -> None:
    response = signed_in(world, "dev").get(f"{CSV}?{query}")
    assert response.status_code == 422
    assert "A file shows the present" in text_of(response)


def test_the_queries_of_a_piece_do_not_grow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(world, "dev")
    add(world, 3, labels=["bug"])
    body(client.get(CSV))

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            body(client.get(path))
        return len(found)

    few = queries(CSV)
    add(world, 20, labels=["bug", "ui"], assignee="dev")
    assert queries(CSV) == few <= 6
    monkeypatch.setattr(exporting, "PIECE", 5)
    assert queries(CSV) == few + 2 * 4, "two for each piece"


def test_the_list_leads_there(world: World) -> None:
    page = text_of(signed_in(world, "dev").get("/projects/PUB/issues/?q=label:bug"))
    assert 'href="/projects/PUB/issues/export.csv?q=label%3Abug"' in page
    assert "export" not in text_of(signed_in(world, "dev").get("/projects/PUB/issues/?as_of=2099-01-01"))


@pytest.mark.parametrize("microsecond", [0, 5, 120_000])
def test_moments_are_written_as_the_api_writes_them(world: World, microsecond: int) -> None:
    at = datetime.datetime(2020, 2, 29, 23, 4, 0, microsecond, tzinfo=datetime.UTC)
    lead, project = world.actor("lead"), world.projects["PUB"]
    issue = open_issue(lead, project.pk, title="Then", at=at)
    other = open_issue(lead, project.pk, title="Closed", status="CLOSED")
    client = signed_in(world, "lead")
    for key, created in ((issue.key, moment(at)), (other.key, moment(other.created_at))):
        answer = client.get(f"/api/v1/issues/{key}").json()
        (written,) = [row for row in json.loads(body(client.get(f"{JSON}?q="))) if row["key"] == key]
        (line,) = [row for row in rows(client.get(f"{CSV}?q=")) if row["key"] == key]
        assert answer["created_at"] == created
        for name in ("created_at", "updated_at", "closed_at"):
            assert written[name] == answer[name]
            assert line[name] == (answer[name] or "")

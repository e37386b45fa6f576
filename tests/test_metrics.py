"""`/metrics`: for the bearer of METRICS_TOKEN, names of routes and totals, nothing of what is stored."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Change, User
from accounts.services.tokens import create_token
from issues.models import Comment, Issue
from issues.services.commenting import add_comment, delete_comment
from issues.services.deleting import delete_issue
from issues.services.deleting_project import delete_project
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.models import Project
from projects.services.projects import create_project
from tests.test_health import away
from tests.world import World

if not os.environ.get("CI"):
    pytest.importorskip("prometheus_client")

TOKEN = "kJ8-u2vQx0_ZpLr7Nw4sTy6Bd1"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def value(text: str, name: str) -> float | None:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


def test_it_works(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    client.force_login(world.users["lead"])
    name = 'itms_requests_total{method="GET",route="issue_detail",status="200"}'
    before = value(client.get("/metrics", headers=BEARER).content.decode(), name) or 0
    assert client.get("/issues/PRIV-1/").status_code == 200
    response = Client().get("/metrics", headers=BEARER)
    text = response.content.decode()
    assert response.status_code == 200 and response["Content-Type"].startswith("text/plain")
    assert value(text, name) == before + 1
    assert (value(text, 'itms_request_seconds_count{route="issue_detail"}') or 0) >= 1
    assert value(text, "itms_database_up") == 1
    assert value(text, "itms_issues") == value(text, "itms_issues_open") == 6
    assert value(text, "itms_users") == 7 and value(text, "itms_projects") == 3
    assert not re.search(r"PRIV|PUB|lead|viewer", text)


def test_totals_are_what_a_count_finds(world: World, settings: Any) -> None:
    """And issues and acts are not counted row by row for it."""
    settings.METRICS_TOKEN = TOKEN
    lead, project = world.actor("lead"), world.projects["PUB"]
    for n, status in enumerate(["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"]):
        issue = open_issue(lead, project.pk, title=f"Number {n}")
        issue = edit_issue(lead, issue, version=1, fields={"status": status}) if status != "OPEN" else issue
        comment = add_comment(lead, issue, body="A word")
    delete_comment(lead, comment, version=1)
    delete_issue(lead, issue, version=2)
    rival = create_project(lead, key="GONE", name="Gone", is_public=True)
    open_issue(lead, rival.pk, title="In a project that is deleted")
    delete_project(lead, rival.pk, version=rival.version)
    create_token(lead, world.users["lead"], name="An act of no project", can_write=False)
    with CaptureQueriesContext(connection) as queries:
        text = Client().get("/metrics", headers=BEARER).content.decode()
    counted = {
        "itms_users": User.objects.filter(is_active=True),
        "itms_projects": Project.objects.filter(deleted_at=None),
        "itms_issues": Issue.objects.filter(deleted_at=None),
        "itms_issues_open": Issue.objects.filter(deleted_at=None, is_open=True),
        "itms_comments": Comment.objects.filter(deleted_at=None),
        "itms_changes": Change.objects.all(),
    }
    assert {name: value(text, name) for name in counted} == {name: rows.count() for name, rows in counted.items()}
    asked = [query["sql"] for query in queries]
    assert not any(Issue._meta.db_table in re.findall(r"\w+", sql) for sql in asked), asked
    assert all("head_id" in sql for sql in asked if Change._meta.db_table in re.findall(r"\w+", sql)), asked


def test_addresses_that_do_not_exist_are_one_row(world: World, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for path in ("/no/such/1", "/no/such/2"):
        Client().get(path)
    text = Client().get("/metrics", headers=BEARER).content.decode()
    assert "/no/such" not in text and 'route="none",status="404"' in text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
def test_refused(world: World, settings: Any, headers: dict[str, str]) -> None:
    settings.METRICS_TOKEN = TOKEN
    client = Client()
    client.force_login(world.users["operator"])
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 401 and b"itms_" not in response.content


def test_without_the_setting_there_is_no_such_page(world: World) -> None:
    assert Client().get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_no_database(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    with away():
        response = Client().get("/metrics", headers=BEARER)
    assert response.status_code == 200
    assert value(response.content.decode(), "itms_database_up") == 0
    assert "itms_issues" not in response.content.decode()

"""The first page: an operator sees how the house stands, a Lead their projects."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Change
from accounts.services import attempts
from issues.models import Comment, Issue
from issues.selectors.standing import last_verification, tallies
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from projects.models import Label, Membership, Project
from projects.services.labels import create_label
from tests.admin.asking import client_of, list_page
from tests.world import World


def test_never_verified_is_said(cast: World) -> None:
    page = client_of(cast, "operator").get("/admin/")
    assert page.context["verified"] is None
    assert "never run" in page.content.decode()


def test_a_run_of_verify_is_kept(cast: World) -> None:
    call_command("verify", verbosity=0)
    found = last_verification()
    assert found is not None and found.data["differences"] == 0
    assert (found.actor, found.via, found.head) == (None, "command", None)
    assert "0 differences" in client_of(cast, "operator").get("/admin/").content.decode()
    call_command("verify", project="PUB", verbosity=0)
    assert last_verification() == found, "a part is not the whole"


def test_health_counts_and_visits(cast: World) -> None:
    attempts.note("sign_in", "192.0.2.1", "lead", failed=True)
    context = client_of(cast, "operator").get("/admin/").context
    assert dict(context["health"]) == dict.fromkeys(("database", "migrations", "triggers", "cache"), "ok")
    assert dict(context["tallies"])["Projects"] == "4"
    assert context["visits"].failed == 1
    assert context["visits"].weeks[-1][1] == len(cast.users) and len(context["visits"].weeks) == 8


def test_a_missing_trigger_is_shown(cast: World) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("DDL ends the transaction of the test there")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1")
        name = cursor.fetchone()[0]
        cursor.execute(f"DROP TRIGGER {name}")
    context = client_of(cast, "operator").get("/admin/").context
    assert "1 missing" in dict(context["health"])["triggers"]
    assert any("E041" in code for code, _, _ in context["warnings"])


def test_counts_stop_at_their_bound(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.selectors.standing.COUNTED", 3)
    assert dict(tallies())["Changes"] == "3+"


def test_a_lead_sees_their_projects_and_no_more(cast: World) -> None:
    response = client_of(cast, "lead").get("/admin/")
    page = response.content.decode()
    assert [project["key"] for project in response.context["projects"]] == ["OLD", "PRIV", "PUB"]
    assert "health" not in response.context and "RIVAL" not in page
    assert "/admin/accounts/user/" not in page and "/admin/accounts/token/" not in page


def test_it_asks_a_bounded_number_of_questions(cast: World) -> None:
    client = client_of(cast, "lead")
    client.get("/admin/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/")
    assert len(asked) <= 6
    operator = client_of(cast, "operator")
    operator.get("/admin/")
    with CaptureQueriesContext(connection) as asked:
        operator.get("/admin/")
    assert len(asked) <= 60, len(asked)


def test_signing_out_is_that_of_all_pages(cast: World) -> None:
    client: Client = client_of(cast, "lead")
    assert client.post("/admin/logout/").status_code == 303
    assert client.get("/admin/").status_code == 302
    assert Change.objects.count() > 0


def test_lists_ask_a_constant_number_of_questions(cast: World) -> None:
    client, lead, project = client_of(cast, "lead"), cast.actor("lead"), cast.projects["PUB"]
    counts: list[dict[str, int]] = []
    for turn in range(2):
        found = {}
        for model in (Project, Membership, Label, Issue, Comment):
            client.get(list_page(model))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(list_page(model)).status_code == 200
            found[model.__name__] = len(asked)
        counts.append(found)
        for number in range(0 if turn else 6):
            issue = open_issue(lead, project.pk, title=f"Issue {number}", assignee="dev")
            add_comment(lead, issue, body="A word")
            create_label(lead, project.pk, name=f"label {number}")
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 10, counts

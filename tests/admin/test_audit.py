"""The ledger to look into: what it shows to whom, by what it can be asked, and as a file."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import Change, Tracked
from issues.history.versions import KINDS
from issues.services.deleting_label import delete_label
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from projects.models import Label
from tests.admin.asking import change_page, client_of, list_page
from tests.world import World

LIST = "/admin/accounts/change/"


def ids(client: Client, **asked: str) -> list[int]:
    response = client.get(LIST, asked)
    assert response.status_code == 200, asked
    return [change.pk for change, _ in response.context["lines"]]


def everything(client: Client, **asked: str) -> list[int]:
    """All pages, one after the other."""
    found: list[int] = []
    while True:
        response = client.get(LIST, asked)
        found += [change.pk for change, _ in response.context["lines"]]
        if not response.context["next"]:
            return found
        asked["after"] = response.context["next"].split("after=")[1]


def exported(client: Client, form: str, **asked: str) -> str:
    response = client.get(reverse("admin:accounts_change_export", args=[form]), asked)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return b"".join(response.streaming_content).decode()


def test_operators_read_all_of_it_in_pages(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.admin.changes.SHOWN", 7)
    found = everything(client_of(cast, "operator"))
    assert found == list(Change.objects.order_by("-pk").values_list("pk", flat=True))


def test_leads_read_that_of_their_projects(cast: World) -> None:
    own = {cast.projects[key].pk for key in ("PUB", "PRIV", "OLD")}
    found = everything(client_of(cast, "lead"))
    assert set(found) == set(Change.objects.filter(head_id__in=own).values_list("pk", flat=True))
    assert set(everything(client_of(cast, "rival"))) == set(
        Change.objects.filter(head_id=cast.projects["RIVAL"].pk).values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"project": "priv"}, {"head__project__key": "PRIV"}),
        ({"actor": "VIEWER"}, {"actor__username": "viewer"}),
        ({"actor": "system"}, {"actor": None}),
        ({"verb": "label.create"}, {"verb": "label.create"}),
        ({"verb": "issue."}, {"verb__startswith": "issue."}),
        ({"via": "web", "project": "PUB"}, {"via": "web", "head__project__key": "PUB"}),
        ({"via": "api"}, {"via": "api"}),
        ({"since": "2001-01-01", "until": "2001-01-02"}, {"at__year": 2001}),
        ({"since": "9999-12-31"}, {"at__year": 9999}),
        ({"until": "0001-01-01"}, {"at__year": 1}),
        ({"project": "NOSUCH"}, {"pk": 0}),
    ],
)
def test_it_is_asked_by_many_things(cast: World, asked: dict[str, str], expected: dict[str, Any]) -> None:
    found = everything(client_of(cast, "operator"), **asked)
    assert found == list(Change.objects.filter(**expected).order_by("-pk").values_list("pk", flat=True))


def test_a_request_is_found_by_its_id(cast: World) -> None:
    actor = Actor(cast.users["lead"], "web", "request-0001")
    open_issue(actor, cast.projects["PUB"].pk, title="One")
    open_issue(actor, cast.projects["PRIV"].pk, title="Two")
    client = client_of(cast, "operator")
    assert len(ids(client, request_id="request-0001")) == 2
    page = client.get(LIST, {"request_id": "request-0001"}).content.decode()
    assert "PUB-3" in page and "PRIV-3" in page


@pytest.mark.parametrize(
    "asked",
    [{"since": "yesterday"}, {"via": "telepathy"}, {"after": "x"}, {"after": "W1siaWQiXSxbIngiXV0"}, {"project": "\0"}],
)
def test_a_bad_question_is_said_so(cast: World, asked: dict[str, str]) -> None:
    client = client_of(cast, "operator")
    assert client.get(LIST, asked).status_code == 422
    if "after" not in asked:
        assert client.get(reverse("admin:accounts_change_export", args=["csv"]), asked).status_code == 422


def test_a_foreign_project_is_as_one_that_is_not(cast: World) -> None:
    client = client_of(cast, "lead")
    assert ids(client, project="RIVAL") == ids(client, project="NOSUCH") == []
    assert ids(client, actor="rival") == []
    assert json.loads(exported(client, "json", project="RIVAL")) == []
    theirs = Change.objects.filter(head_id=cast.projects["RIVAL"].pk).first()
    account = Change.objects.filter(head=None).first()
    for change in (theirs, account):
        assert change is not None
        assert client.get(change_page(change)).status_code == 404


def test_one_change_shows_what_it_wrote(cast: World) -> None:
    client = client_of(cast, "lead")
    issue = edit_issue(cast.actor("lead"), cast.issue("PUB-2"), version=1, fields={"title": "New", "labels": ["ui"]})
    response = client.get(change_page(issue.change))
    (row, told) = response.context["written"][0]
    assert (row.kind, row.name, row.version) == ("issue", "PUB-2", 2)
    assert [(each.field, each.old, each.new) for each in told] == [
        ("title", "Taken issue of PUB", "New"),
        ("labels", "bug", "ui"),
    ]


def test_a_change_of_many_rows_names_the_first_and_counts_the_rest(cast: World) -> None:
    lead, project = cast.actor("lead"), cast.projects["PUB"]
    edit_issue(lead, cast.issue("PUB-1"), version=1, fields={"labels": ["bug"]})
    delete_label(lead, project.pk, Label.objects.get(project=project, name="bug").pk)
    change = Change.objects.latest("pk")
    response = client_of(cast, "lead").get(LIST)
    summary = {each.pk: found for each, found in response.context["lines"]}[change.pk]
    assert (summary.first.kind, summary.first.name, summary.more) == ("label", "bug", 2)
    assert len(client_of(cast, "lead").get(change_page(change)).context["written"]) == 3


def test_nothing_is_written_here(cast: World) -> None:
    client, change = client_of(cast, "operator"), Change.objects.latest("pk")
    assert client.post(change_page(change), {"verb": "x.y"}).status_code == 403
    assert client.get(reverse("admin:accounts_change_add")).status_code == 403
    assert client.post(reverse("admin:accounts_change_export", args=["csv"])).status_code == 404
    assert client.get(reverse("admin:accounts_change_export", args=["xml"])).status_code == 404


def test_the_files_hold_what_the_list_holds(cast: World) -> None:
    client = client_of(cast, "lead")
    found = everything(client)
    lines = list(csv.DictReader(exported(client, "csv").splitlines()))
    assert [int(line["id"]) for line in lines] == found
    told = json.loads(exported(client, "json"))
    assert [each["id"] for each in told] == found
    opened = next(each for each in told if each["verb"] == "issue.create")
    assert opened["wrote"][0]["changes"][0]["field"] == "title"
    assert "canary" not in str(told).lower()


def test_no_cell_is_a_formula(cast: World) -> None:
    actor = cast.actor("lead")
    issue = edit_issue(actor, cast.issue("PUB-1"), version=1, fields={"title": "A"}, reason='=HYPERLINK("x")')
    edit_issue(actor, issue, version=2, fields={"title": "B"}, reason="+1")
    lines = list(csv.DictReader(exported(client_of(cast, "lead"), "csv").splitlines()))
    assert [line["reason"] for line in lines[:2]] == ["'+1", '\'=HYPERLINK("x")']
    assert not any(cell[:1] in ("=", "+", "-", "@") for line in lines for cell in line.values() if cell)


def test_rights_are_asked_for_every_piece(cast: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from issues.history import ledger_files
    from issues.services.removing_member import remove_member
    from projects.services.members import add_member

    monkeypatch.setattr(ledger_files, "PIECE", 2)
    lead, project = cast.actor("lead"), cast.projects["PUB"]
    add_member(lead, project.pk, identifier="stranger", role="LEAD")
    response = client_of(cast, "stranger").get(reverse("admin:accounts_change_export", args=["json"]))
    pieces = iter(response.streaming_content)
    for _ in range(3):
        next(pieces)
    remove_member(lead, project.pk, cast.users["stranger"].pk)
    assert len(list(pieces)) == 1, "only the end of the array"


def test_the_pages_ask_a_constant_number_of_questions(cast: World) -> None:
    lead = cast.actor("lead")
    client = client_of(cast, "lead")
    client.get(LIST)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
        for number in range(30):
            open_issue(lead, cast.projects["PUB"].pk, title=f"Issue {number}")
    assert counts[0] == counts[1] <= 24, counts


def test_every_tracked_model_is_told() -> None:
    tracked = {model for model in apps.get_models() if issubclass(model, Tracked) and hasattr(model, "history")}
    assert tracked == set(KINDS)


def test_the_list_links_to_nothing_foreign(cast: World) -> None:
    page = client_of(cast, "lead").get(list_page(Change)).content.decode()
    assert "/admin/accounts/user/" not in page and "anary" not in page

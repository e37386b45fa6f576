"""Lists of the admin that grow without end, page by page: each begins behind the last row, and none counts or skips."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Token, User
from accounts.services.tokens import create_token
from issues.models import Comment, Issue
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from tests.admin.asking import client_of, list_page
from tests.world import World

# Each with its order, and the people who may read it.
ORDERS = {Issue: "-pk", Comment: "-pk", Token: "-pk", User: "username_canonical"}
READERS = {Issue: ("operator", "lead"), Comment: ("operator", "lead"), Token: ("operator",), User: ("operator",)}
LISTS: Any = pytest.mark.parametrize("model", list(ORDERS))


def pages(client: Client, model: type[Model], query: str = "") -> list[list[int]]:
    found, at = [], query
    while at is not None:
        changelist = client.get(list_page(model) + at).context["cl"]
        found.append([row.pk for row in changelist.result_list])
        at = changelist.older
    return found


@pytest.fixture
def many(cast: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for model in ORDERS:
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", 3)
    for number in range(8):
        issue = open_issue(cast.actor("lead"), cast.projects["PUB"].pk, title=f"Number {number}", type="BUG")
        add_comment(cast.actor("dev"), issue, body="A word")
        create_token(cast.actor("dev"), cast.users["dev"], name=f"Number {number}", can_write=number % 2 == 0)
    return cast


@LISTS
def test_every_row_stands_on_one_page(many: World, model: type[Model]) -> None:
    found = pages(client_of(many, "operator"), model)
    everything = list(model._default_manager.order_by(ORDERS[model]).values_list("pk", flat=True))
    assert len(everything) > 6
    assert [pk for page in found for pk in page] == everything
    assert all(len(page) == 3 for page in found[:-1])


@pytest.mark.parametrize("model", [Issue, Comment])
def test_a_lead_pages_through_their_own(many: World, model: type[Model]) -> None:
    everything = set(model._default_manager.values_list("pk", flat=True))
    own = pages(client_of(many, "lead"), model)
    theirs = set(model._default_manager.filter(project=many.projects["RIVAL"]).values_list("pk", flat=True))
    assert {pk for page in own for pk in page} == everything - theirs


def test_filters_and_search_go_on_to_the_next_page(many: World) -> None:
    client = client_of(many, "lead")
    for query, wanted in (("?type__exact=BUG", {"type": "BUG"}), ("?q=Number", {"title__startswith": "Number"})):
        found = [pk for page in pages(client, Issue, query) for pk in page]
        assert found == list(Issue.objects.filter(**wanted).order_by("-pk").values_list("pk", flat=True))
    operator = client_of(many, "operator")
    for model, query, some in (
        (Token, "?can_write__exact=1", Token.objects.filter(can_write=True)),
        (Token, "?q=dev", Token.objects.filter(user=many.users["dev"])),
        (User, "?is_superuser__exact=0", User.objects.filter(is_superuser=False)),
        (User, "?q=example.com", User.objects.filter(email__contains="example.com")),
    ):
        found = [pk for page in pages(operator, model, query) for pk in page]
        assert len(found) > 3, query
        assert found == list(some.order_by(ORDERS[model]).values_list("pk", flat=True)), query
    second = client.get(list_page(Issue) + client.get(list_page(Issue), {"project": "PUB"}).context["cl"].older)
    links = [
        choice["query_string"]
        for spec in second.context["cl"].filter_specs
        for choice in spec.choices(second.context["cl"])
    ]
    assert not any("before" in link for link in links), "another filter begins at its first page"
    assert second.context["cl"].newest == "?project=PUB"


@LISTS
def test_nothing_is_counted_sorted_or_skipped(many: World, model: type[Model]) -> None:
    for who in READERS[model]:
        client = client_of(many, who)
        before = model._default_manager.order_by("pk")[4].pk
        client.get(list_page(model))
        for asked in ({}, {"before": before}, {"o": "2.-1"}, {"p": "3"}):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(list_page(model), asked).status_code == 200
            statements = [query["sql"] for query in queries]
            assert len(statements) <= 8
            assert not any("COUNT(" in sql or "OFFSET" in sql for sql in statements), (who, asked)
            own = f"FROM {connection.ops.quote_name(model._meta.db_table)}"
            # Which rows these are comes first; what stands in them is looked up by their ids.
            rows, shown = [sql for sql in statements if own in sql and "LIMIT 21" not in sql]  # who asks has LIMIT 21
            assert "ORDER BY" not in shown and "IN (" in shown
            order = rows.partition("ORDER BY")[2]
            way = "DESC" if ORDERS[model] == "-pk" else "ASC"
            assert order.count(way) == 1 and order.strip().endswith(f"{way} LIMIT 4"), order
            # A Lead's few projects may be the quicker way in; their rows alone are sorted then.
            if connection.vendor == "sqlite" and who == "operator":
                with connection.cursor() as cursor:
                    plan = str(cursor.execute(f"EXPLAIN QUERY PLAN {rows}").fetchall())
                assert "TEMP B-TREE" not in plan, plan


def test_people_go_by_name_whatever_their_number(many: World) -> None:
    client, lead = client_of(many, "operator"), many.users["lead"]
    cl = client.get(list_page(User), {"before": lead.pk}).context["cl"]
    assert [user.username for user in cl.result_list] == ["leaver", "operator", "rival"]
    text = client.get(list_page(User) + cl.older).content.decode()
    assert ">First</a>" in text and "stranger" in text
    assert list(client.get(list_page(User), {"before": 10**9}).context["cl"].result_list) == []


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1e3", "٣", ""])
def test_a_bad_beginning(many: World, before: str) -> None:
    response = client_of(many, "lead").get(list_page(Issue), {"before": before})
    assert response.status_code in {200, 302}
    if response.status_code == 302:
        assert response["Location"].endswith("?e=1")

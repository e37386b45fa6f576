"""Whoever tries everything: a Lead of one project who wants to see or touch another one, and an operator who makes
every mistake there is. No answer is a fault of ours, and none says a word of RIVAL to `lead`."""

from __future__ import annotations

from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Change, Token, User
from issues.history.verify import differences
from issues.models import Comment, Issue
from projects.models import Label, Membership, Project
from tests.admin.asking import change_page, client_of, filled, list_page, name_of
from tests.world import World

WITHIN: list[type[Model]] = [Project, Membership, Label, Issue, Comment, Change]
EVERYTHING = [*WITHIN, User, Token]
BAD = ["", "-1", "9" * 25, "٣", "x\x00", "é" * 500]
FIELDS = (
    *("q", "p", "o", "before", "project", "state", "status__exact", "deleted_at__isempty"),
    *("_changelist_filters", "_popup", "_to_field", "all", "id__exact", "after", "since"),
)


def fine(response: Any, what: object) -> None:
    assert response.status_code < 500, what


def silent(response: Any, what: object) -> None:
    fine(response, what)
    words = b"".join(response) if response.streaming else response.content
    assert b"anary" not in words and b"@secret.example" not in words, what


@pytest.mark.parametrize("model", EVERYTHING)
def test_no_query_string_is_a_fault(cast: World, model: type[Model]) -> None:
    client = client_of(cast, "lead" if model in WITHIN else "operator")
    client.raise_request_exception = False
    for field, value in product(FIELDS, BAD):
        response = client.get(list_page(model), {field: value})
        (silent if model in WITHIN else fine)(response, (field, value))


def test_a_lead_learns_nothing_by_asking(cast: World) -> None:
    client, rival = client_of(cast, "lead"), cast.projects["RIVAL"]
    issue = Issue.objects.get(project=rival)
    for model in WITHIN:
        for asked in (
            {"q": "Canary"}, {"project": "RIVAL"}, {"before": "999999"}, {"o": "-2.1.3.4.5"}, {"actor": "rival"},
            {"_changelist_filters": f"project=RIVAL&q={issue.pk}"},
        ):  # fmt: skip
            for method in (client.get, client.head, client.options, client.post):
                response = method(list_page(model), asked)
                fine(response, (model, asked, method))
                shown = response.content.replace(b"Canary", b"") if "q" in asked else response.content
                assert b"anary" not in shown, (model, asked)
        row = rival if model is Project else Change.objects.filter(head_id=rival.pk).first()
        if model in (Membership, Label, Issue, Comment):
            row = model._default_manager.filter(project=rival).first()
        methods = ("get", "head", "options", "post")
        for part, method in product(("change", "history", "delete"), methods):
            path = reverse(f"{name_of(model)}_{part}", args=[row.pk])
            nowhere = reverse(f"{name_of(model)}_{part}", args=[987_654])
            there, none = getattr(client, method)(path), getattr(client, method)(nowhere)
            assert there.status_code == none.status_code == 404, (path, method)
            assert len(there.content) == len(none.content) or b"987654" in none.content, path
            silent(there, path)


def test_a_foreign_row_in_every_field(cast: World) -> None:
    """Each name that a form might read, with the ids of RIVAL."""
    client, rival = client_of(cast, "lead"), cast.projects["RIVAL"]
    names = ("project", "project_id", "head", "change", "parent", "assignee", "reporter", "user", "user_id",
             "author", "issue", "created_by", "labels", "who", "names", "id", "pk", "slot", "deleted_by",
             "object_id")  # fmt: skip
    before = Change.objects.filter(head_id=rival.pk).count()
    for row in (cast.projects["PUB"], cast.issue("PUB-1"), Label.objects.filter(project__key="PUB").first()):
        for name in names:
            for value in (rival.pk, cast.users["rival"].pk):
                response = client.post(change_page(row), {**filled(client, row), name: value})
                silent(response, (row, name, value))
    assert Change.objects.filter(head_id=rival.pk).count() == before
    assert differences() == []


@pytest.mark.parametrize("value", ["", "9" * 25, "x\x00", "é" * 500], ids=["none", "huge", "NUL", "long"])
def test_no_value_of_a_form_is_a_fault(cast: World, value: str) -> None:
    client = client_of(cast, "operator")
    client.raise_request_exception = False
    member = Membership.objects.filter(project__key="PUB", user__username="dev").first()
    label = Label.objects.filter(project__key="PUB").first()
    for row in (cast.users["dev"], cast.projects["PUB"], cast.issue("PUB-1"), label, member):
        form = filled(client, row)
        for name in form:
            fine(client.post(change_page(row), {**form, name: value}), (row, name, value))
    forms: dict[str, tuple[str, ...]] = {
        "accounts_user": ("username", "email", "password", "is_superuser", "reason"),
        "projects_project": ("key", "name", "description", "reason", "idempotency_key"),
        "projects_membership": ("project", "identifier", "role", "reason"),
        "projects_label": ("project", "name", "colour", "reason"),
        "issues_issue": ("project", "title", "type", "status", "priority", "who", "names", "due_date", "reason"),
    }
    good = {"project": cast.projects["PUB"].pk, "title": "T", "type": "BUG", "status": "OPEN", "priority": "LOW",
            "identifier": "stranger", "role": "VIEWER", "name": "n", "key": "KEYS",
            "username": "u", "email": "u@e.org"}  # fmt: skip
    for model, names in forms.items():
        for name in names:
            response = client.post(reverse(f"admin:{model}_add"), {**good, name: value})
            fine(response, (model, name, value))
    for model, action in (
        (Issue, "reassign"), (Issue, "close"), (Issue, "remove"), (Issue, "restore"), (Project, "archive"),
        (Project, "restore"), (User, "deactivate"), (Token, "revoke"), (Comment, "remove"), (Label, "remove"),
    ):  # fmt: skip
        row = model._default_manager.order_by("pk").first()
        for name in ("_selected_action", "reason", "to", "index", "select_across"):
            more = {name: value}
            data = {"action": action, "_selected_action": str(row.pk), **more}
            fine(client.post(list_page(model), data), (model, action, more))
    path = reverse("admin:accounts_user_password", args=[cast.users["dev"].pk])
    fine(client.post(path, {"password1": value, "password2": value}), path)
    for row, part in product((cast.projects["PUB"], cast.issue("PUB-2")), ("delete", "restore")):
        form = {"based_on": value, "typed_key": value, "reason": value, "idempotency_key": value}
        fine(client.post(reverse(f"{name_of(type(row))}_{part}", args=[row.pk]), form), (row, part))
    assert differences() == []


def test_ids_that_are_none(cast: World) -> None:
    client = client_of(cast, "operator")
    client.raise_request_exception = False
    bad = ["x", "-1", "9" * 30, "_5F", "%00", "é", "1/2"]
    for model, part, pk in product(EVERYTHING, ("change", "delete", "history"), bad):
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{pk}/{part}/"
        assert client.get(path).status_code in {302, 400, 404}, path
        assert client.post(path, {}).status_code in {302, 400, 403, 404}, path


def test_two_tabs(cast: World) -> None:
    """One project open twice: the second save is refused with what the first changed, and none is half of both."""
    client, project = client_of(cast, "operator"), cast.projects["PUB"]
    one, two = filled(client, project), filled(client, project)
    assert client.post(change_page(project), {**one, "name": "First"}).status_code == 302
    response = client.post(change_page(project), {**two, "description": "Second"})
    assert response.status_code == 412 and "“Project PUB” became “First”" in response.content.decode()
    assert "Second" in response.content.decode(), "what was typed is still there"
    project.refresh_from_db()
    assert (project.name, project.description) == ("First", "")


def test_pop_ups_are_shut(cast: World) -> None:
    client = client_of(cast, "lead")
    for path in (reverse("admin:projects_label_add"), change_page(cast.issue("PUB-1"))):
        assert client.get(path, {"_popup": "1"}).status_code == 400
        assert client.post(path, {"_popup": "1", "name": "x"}).status_code == 400
        assert client.post(f"{path}?_popup=1", {"title": "x"}).status_code == 400


def test_the_last_page_that_was_seen_does_not_lead_away(cast: World) -> None:
    """Filters of the list come back after saving; an address elsewhere does not."""
    client, issue = client_of(cast, "lead"), cast.issue("PUB-1")
    for given in ("//evil.example/", "https://evil.example", "project=PUB&next=//evil.example", "\r\nX: y"):
        path = f"{change_page(issue)}?{urlencode({'_changelist_filters': given})}"
        response = client.post(path, filled(client, issue))
        assert response.status_code == 302 and response["Location"].startswith("/admin/issues/issue/"), given


def test_a_lead_who_was_one_when_the_form_was_filled(cast: World) -> None:
    from issues.services.changing_role import change_role
    from projects.services.members import add_member

    lead, project = cast.actor("lead"), cast.projects["PUB"]
    add_member(lead, project.pk, identifier="stranger", role="LEAD")
    client: Client = client_of(cast, "stranger")
    form, issue = filled(client, cast.issue("PUB-1")), cast.issue("PUB-1")
    change_role(lead, project.pk, cast.users["stranger"].pk, "DEVELOPER")
    assert client.post(change_page(issue), {**form, "title": "Mine"}).status_code == 404
    assert cast.issue("PUB-1").title == "Free issue of PUB"

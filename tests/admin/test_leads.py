"""Leads in the admin: their own projects, what the rules allow them, and not a word of anything else.

`rival` leads RIVAL, a private project; `lead` leads PUB, PRIV and OLD. What RIVAL holds is called canary."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Change, Token, User
from issues.models import Comment, Issue
from issues.services.changing_role import change_role
from projects.models import Label, Membership, Project
from projects.services.members import add_member
from tests.admin.asking import MODELS, act, change_page, client_of, filled, list_page, membership, name_of
from tests.world import World

WITHIN = [Project, Membership, Label, Issue, Comment]
LOOKUPS = [
    (Issue, "reporter__password__startswith", "a"),
    (Issue, "assignee__email__contains", "@"),
    (Issue, "project__key__startswith", "R"),
    (Issue, "project__memberships__user__username", "rival"),
    (Issue, "change__actor__username", "rival"),
    (Issue, "comments__body__contains", "c"),
    (Issue, "description__contains", "C"),
    (Issue, "id__in", "1,2"),
    (Membership, "user__email__startswith", "rival"),
    (Membership, "user__password__startswith", "a"),
    (Membership, "user__tokens__digest__startswith", "a"),
    (Membership, "user__sessions__session_key__startswith", "a"),
    (Label, "project__key__startswith", "R"),
    (Comment, "author__email__startswith", "a"),
    (Comment, "body__contains", "A"),
    (Project, "created_by__email__startswith", "a"),
    (Project, "memberships__user__username", "rival"),
    (Project, "head__changes__reason__contains", "a"),
]


def foreign(world: World) -> list[object]:
    """A row of each kind in RIVAL."""
    project = world.projects["RIVAL"]
    return [
        project,
        *[model.objects.filter(project=project).first() for model in WITHIN[1:]],
        Change.objects.filter(head_id=project.pk).first(),
    ]


@pytest.mark.parametrize("name", ["dev", "viewer", "stranger", "leaver"])
def test_for_others_there_is_nothing(cast: World, name: str) -> None:
    client = client_of(cast, name)
    assert client.get("/admin/").status_code == 404
    for model in MODELS:
        assert client.get(list_page(model)).status_code == 404, model


def test_nobody_signs_in_by_another_form(cast: World) -> None:
    from django.test import Client

    client = Client()
    response = client.post("/admin/login/", {"username": "operator", "password": "correct horse 9"})
    assert response.status_code == 302 and response["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    response = client.get("/admin/login/?next=https://evil.example/")
    assert "evil" not in response["Location"]
    assert client.get(list_page(Issue))["Location"].startswith("/accounts/login/?next=/admin/")
    for path in ("/admin/password_change/", "/admin/r/1/1/", "/admin/search/?s=a"):
        assert client_of(cast, "operator").get(path).status_code == 404, path


def test_is_staff_opens_nothing(cast: World) -> None:
    """The flag that Django's own admin asks."""
    dev = cast.users["dev"]
    User.objects.filter(pk=dev.pk).update(is_staff=True)
    assert client_of(cast, "dev").get("/admin/").status_code == 404


def test_a_lead_has_their_projects_alone(cast: World) -> None:
    client = client_of(cast, "lead")
    page = client.get("/admin/").content.decode()
    assert "PRIV" in page and "RIVAL" not in page
    for model in WITHIN:
        response = client.get(list_page(model))
        assert response.status_code == 200
        keys = {(row if model is Project else row.project).key for row in response.context["cl"].result_list}
        assert keys <= {"PUB", "PRIV", "OLD"} and keys, model
        assert b"anary" not in response.content and b"RIVAL" not in response.content, model


def test_rights_end_with_the_membership(cast: World) -> None:
    lead = cast.actor("lead")
    add_member(lead, cast.projects["PUB"].pk, identifier="stranger", role="LEAD")
    client = client_of(cast, "stranger")
    assert {row.key for row in client.get(list_page(Project)).context["cl"].result_list} == {"PUB"}
    change_role(lead, cast.projects["PUB"].pk, cast.users["stranger"].pk, "DEVELOPER")
    assert client.get(list_page(Project)).status_code == 404


def test_what_is_foreign_is_not_found(cast: World) -> None:
    client = client_of(cast, "lead")
    for row in foreign(cast):
        names = name_of(type(row))  # type: ignore[arg-type]
        for part in ("change", "history", "delete"):
            path = reverse(f"{names}_{part}", args=[row.pk])  # type: ignore[attr-defined]
            for response in (client.get(path), client.post(path, {"post": "yes", "reason": "x"})):
                assert response.status_code == 404, path
                assert b"anary" not in response.content and b"RIVAL" not in response.content
    path = reverse("admin:projects_project_permissions", args=[cast.projects["RIVAL"].pk])
    assert client.get(path).status_code == 404


def test_people_and_tokens_are_for_operators(cast: World) -> None:
    client, dev, token = client_of(cast, "lead"), cast.users["dev"], Token.objects.get()
    paths = [
        list_page(User),
        list_page(Token),
        change_page(dev),
        change_page(token),
        reverse("admin:accounts_user_add"),
    ]
    paths += [reverse("admin:accounts_user_password", args=[dev.pk]), "/admin/accounts/user/0/history/"]
    for path in paths:
        assert client.get(path).status_code == 404, path
        assert (
            client.post(path, {"username": "x", "action": "deactivate", "_selected_action": dev.pk}).status_code == 404
        )
    assert User.objects.get(pk=dev.pk).is_active


def test_no_page_of_a_lead_shows_an_address(cast: World) -> None:
    client = client_of(cast, "lead")
    for model in [*WITHIN, Change]:
        row = client.get(list_page(model))
        assert b"@example.com" not in row.content.replace(b"lead@example.com", b""), model
    for row in (cast.projects["PUB"], membership(cast, "PUB", "dev"), cast.issue("PUB-2")):
        page = client.get(change_page(row)).content.replace(b"lead@example.com", b"")
        assert b"@example.com" not in page, row
        assert b"/admin/accounts/user/" not in page, row


@pytest.mark.parametrize(("model", "lookup", "value"), LOOKUPS)
def test_an_address_asks_only_what_a_filter_offers(cast: World, model: type, lookup: str, value: str) -> None:
    for name in ("lead", "operator"):
        response = client_of(cast, name).get(list_page(model), {lookup: value})
        assert response.status_code == 400, (name, lookup)


def test_filters_search_and_order_stay_within(cast: World) -> None:
    client = client_of(cast, "lead")
    for model in WITHIN:
        for asked in (
            {"q": "canary"},
            {"q": "RIVAL"},
            {"q": "RIVAL-1"},
            {"q": "rival"},
            {"project": "RIVAL"},
            {"o": "1.2.3.-4", "all": ""},
            {"_facets": "True"},
            {"p": "2"},
            {"state": "all"},
        ):
            response = client.get(list_page(model), asked)
            if response.status_code == 200:
                found = {(row if model is Project else row.project).key for row in response.context["cl"].result_list}
                assert "RIVAL" not in found, (model, asked)
                assert b"anary" not in response.content.replace(b"canary", b""), (model, asked)
            else:
                assert response.status_code in (302, 400), (model, asked)


def test_an_ordering_by_what_no_column_shows_is_not_taken(cast: World) -> None:
    client = client_of(cast, "lead")
    one = client.get(list_page(Membership), {"o": "99"}).context["cl"].result_list
    assert list(one) == list(client.get(list_page(Membership)).context["cl"].result_list)


def test_a_fields_name_in_the_address_names_no_field(cast: World) -> None:
    client = client_of(cast, "lead")
    issue = cast.issue("PUB-1")
    assert client.get(change_page(issue), {"_to_field": "title"}).status_code == 400
    path = reverse("admin:projects_membership_add")
    assert client.get(path, {"_popup": "1", "_to_field": "user__password"}).status_code == 400
    assert client.get(path, {"project": cast.projects["RIVAL"].pk}).status_code == 200
    assert b"anary" not in client.get(path, {"project": cast.projects["RIVAL"].pk}).content


def test_completion_offers_their_projects(cast: World) -> None:
    client = client_of(cast, "lead")
    asked = {"app_label": "projects", "model_name": "membership", "field_name": "project"}
    for term, keys in (("", {"PUB", "PRIV", "OLD"}), ("RIV", {"PRIV"}), ("Canary", set())):
        response = client.get("/admin/autocomplete/", {**asked, "term": term})
        found = {each["text"] for each in response.json()["results"]}
        assert found == (keys if term != "RIV" else keys & found), term
        assert "RIVAL" not in found
    for model, field in (("membership", "user"), ("project", "created_by"), ("label", "change")):
        response = client.get("/admin/autocomplete/", {**asked, "model_name": model, "field_name": field})
        assert response.status_code in (403, 404), (model, field)
    forged = {"app_label": "issues", "model_name": "issue", "field_name": "assignee", "term": ""}
    assert client.get("/admin/autocomplete/", forged).status_code == 403
    assert client_of(cast, "dev").get("/admin/autocomplete/", {**asked, "term": ""}).status_code == 404


def test_forged_ids_act_on_nothing(cast: World) -> None:
    client = client_of(cast, "lead")
    own = cast.issue("PUB-1")
    theirs = Issue.objects.get(project=cast.projects["RIVAL"])
    for action in ("close", "reassign"):
        assert "nothing was done" in act(client, Issue, action, own, theirs)
    assert cast.issue("PUB-1").version == 1 and Issue.objects.get(pk=theirs.pk).version == 1
    rival = cast.projects["RIVAL"]
    assert "nothing was done" in act(client, Project, "archive", cast.projects["PUB"], rival)
    assert "nothing was done" in act(client, Membership, "remove", Membership.objects.get(project=rival))
    assert "nothing was done" in act(client, Label, "remove", Label.objects.get(project=rival))
    assert "nothing was done" in act(client, Comment, "remove", Comment.objects.get(project=rival))
    assert Project.objects.get(pk=rival.pk).archived_at is None
    for junk in ("x", "-1", "1' OR 1=1", "999999999999999999999999"):
        data = {"action": "close", "_selected_action": [junk]}
        assert client.post(list_page(Issue), data).status_code == 400, junk


def test_forged_fields_reach_nothing(cast: World) -> None:
    client, rival = client_of(cast, "lead"), cast.projects["RIVAL"]
    hidden = client.post(
        reverse("admin:projects_membership_add"), {"project": rival.pk, "identifier": "lead", "role": "LEAD"}
    )
    nowhere = client.post(
        reverse("admin:projects_membership_add"), {"project": 999_999, "identifier": "lead", "role": "LEAD"}
    )
    assert hidden.status_code == nowhere.status_code == 422
    assert hidden.context["adminform"].form.errors == nowhere.context["adminform"].form.errors
    assert client.post(reverse("admin:projects_label_add"), {"project": rival.pk, "name": "x"}).status_code == 422
    assert not Label.objects.filter(project=rival, name="x").exists()
    issue, project = cast.issue("PUB-1"), cast.projects["PUB"]
    strange = {
        "project": rival.pk,
        "reporter": cast.users["lead"].pk,
        "number": "99",
        "version": "7",
        "deleted_at": "x",
    }
    assert client.post(change_page(issue), {**filled(client, issue), **strange}).status_code == 302
    now = cast.issue("PUB-1")
    assert (now.project_id, now.number, now.version, now.reporter) == (project.pk, 1, 1, cast.users["viewer"])
    more = {"created_by": cast.users["dev"].pk, "head": rival.pk, "archived_at_0": "2026-01-01", "deleted_at": "x"}
    assert client.post(change_page(project), {**filled(client, project), **more}).status_code == 302
    assert Project.objects.get(pk=project.pk).version == project.version


def test_forged_inlines_write_nothing(cast: World) -> None:
    client, project = client_of(cast, "lead"), cast.projects["PUB"]
    dev = membership(cast, "PUB", "dev")
    form = {
        **filled(client, project),
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": dev.pk,
        "memberships-0-role": "LEAD",
        "memberships-0-DELETE": "on",
        "memberships-1-user": cast.users["stranger"].pk,
        "memberships-1-role": "LEAD",
    }
    client.post(change_page(project), form)
    assert membership(cast, "PUB", "dev").role == "DEVELOPER"
    assert not Membership.objects.filter(project=project, user=cast.users["stranger"]).exists()


def test_a_lead_makes_nobody_an_operator(cast: World) -> None:
    client, lead = client_of(cast, "lead"), cast.users["lead"]
    form = {"username": "lead", "is_superuser": "on", "is_active": "on", "time_zone": "UTC"}
    assert client.post(change_page(lead), form).status_code == 404
    assert not User.objects.get(pk=lead.pk).is_superuser


def test_deletion_lists_nothing_that_hangs_on_a_row(cast: World) -> None:
    """Django's confirmation would name whatever hangs on it, whoever may see that."""
    for name in ("lead", "operator"):
        client = client_of(cast, name)
        for row in (Comment.objects.get(body="A word."), membership(cast, "PUB", "dev")):
            path = reverse(f"{name_of(type(row))}_delete", args=[row.pk])
            assert client.get(path).status_code == 403 and client.post(path, {"post": "yes"}).status_code == 403
        for row, words in ((cast.projects["PUB"], "Taken issue"), (cast.issue("PUB-1"), "A word.")):
            page = client.get(reverse(f"{name_of(type(row))}_delete", args=[row.pk]))
            assert page.status_code == 200 and words not in page.content.decode()
        act(client, Issue, "delete_selected", cast.issue("PUB-1"), post="yes")
        act(client, Project, "delete_selected", cast.projects["PUB"], post="yes")
    assert cast.issue("PUB-1").deleted_at is None
    assert Project.objects.get(key="PUB").deleted_at is None


def test_every_model_says_who_sees_it() -> None:
    """None comes in by another class, none can be edited in its list, none keeps Django's deletion."""
    from itms_site.adminsite import GuardedAdmin

    for model, page in admin.site._registry.items():
        assert isinstance(page, GuardedAdmin), model
        assert not page.list_editable, model
        assert "delete_selected" not in page.actions, model

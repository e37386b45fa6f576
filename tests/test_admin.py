"""The admin: for operators alone, reading nearly everything, writing through services only."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Change, User
from issues.services.commenting import add_comment
from tests.world import PASSWORD, World


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def messages(response: object) -> str:
    return " ".join(str(message) for message in response.context["messages"])  # type: ignore[attr-defined]


def test_every_list_page_and_history_opens(world: World) -> None:
    add_comment(world.actor("dev"), world.issue("PUB-1"), body="A word.")
    client = client_of(world, "operator")
    assert client.get("/admin/").status_code == 200
    for model, model_admin in admin.site._registry.items():
        meta = model._meta
        names = f"admin:{meta.app_label}_{meta.model_name}"
        assert client.get(reverse(f"{names}_changelist")).status_code == 200, names
        row = model._default_manager.order_by("pk").first()
        assert row is not None, names
        assert client.get(reverse(f"{names}_change", args=[row.pk])).status_code == 200, names
        if hasattr(model, "history"):
            assert client.get(reverse(f"{names}_history", args=[row.pk])).status_code == 200, names
        if search := model_admin.search_fields:
            assert client.get(reverse(f"{names}_changelist"), {"q": "lead"}).status_code == 200, (names, search)


@pytest.mark.parametrize("name", ["lead", "dev", "viewer", "stranger"])
def test_nobody_else_gets_in(world: World, name: str) -> None:
    client = client_of(world, name)
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response = client.get(path)
        assert response.status_code == 302, path
        assert "login" in response["Location"], path


def test_nothing_but_people_can_be_added_changed_or_deleted(world: World) -> None:
    client = client_of(world, "operator")
    for model in admin.site._registry:
        if model is User:
            continue
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.post(reverse(f"{names}_add"), {}).status_code == 403, names
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            assert client.post(reverse(f"{names}_change", args=[row.pk]), {}).status_code == 403, names
            assert client.post(reverse(f"{names}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403, names


def test_a_person_is_added_by_the_service(world: World) -> None:
    client = client_of(world, "operator")
    form = {"username": "fresh", "email": "fresh@example.com", "password": PASSWORD}
    response = client.post(reverse("admin:accounts_user_add"), form)
    assert response.status_code == 302
    assert User.objects.get(username="fresh").check_password(PASSWORD)
    change = Change.objects.latest("pk")
    assert (change.verb, change.via, change.actor) == ("user.add", "admin", world.users["operator"])


def test_a_taken_name_is_refused_and_nothing_is_made(world: World) -> None:
    client = client_of(world, "operator")
    before = User.objects.count()
    form = {"username": "LEAD", "email": "other@example.com", "password": PASSWORD}
    response = client.post(reverse("admin:accounts_user_add"), form, follow=True)
    assert "taken" in messages(response)
    assert User.objects.count() == before


def test_a_person_is_changed_by_the_service(world: World) -> None:
    client = client_of(world, "operator")
    path = reverse("admin:accounts_user_change", args=[world.users["stranger"].pk])
    form = {"username": "stranger", "first_name": "Sam", "last_name": "", "time_zone": "UTC", "is_active": "on"}
    assert client.post(path, form).status_code == 302
    assert User.objects.get(username="stranger").first_name == "Sam"
    assert Change.objects.latest("pk").verb == "user.edit"


def test_the_last_lead_is_not_deactivated(world: World) -> None:
    client = client_of(world, "operator")
    chosen = {"action": "deactivate", "_selected_action": [world.users["lead"].pk, world.users["stranger"].pk]}
    response = client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True)
    assert "PRIV" in messages(response)
    assert User.objects.get(username="lead").is_active
    assert not User.objects.get(username="stranger").is_active


def test_nobody_is_deleted(world: World) -> None:
    client = client_of(world, "operator")
    path = reverse("admin:accounts_user_delete", args=[world.users["stranger"].pk])
    assert client.post(path, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [world.users["stranger"].pk], "post": "yes"}
    client.post(reverse("admin:accounts_user_changelist"), chosen)
    assert User.objects.filter(username="stranger").exists()


def test_setting_a_password_ends_the_sessions(world: World) -> None:
    stranger, operator = client_of(world, "stranger"), client_of(world, "operator")
    path = reverse("admin:accounts_user_password", args=[world.users["stranger"].pk])
    assert operator.get(path).status_code == 200
    fresh = "battery staple 7"
    assert operator.post(path, {"password1": fresh, "password2": fresh, "usable_password": "true"}).status_code == 302
    assert User.objects.get(username="stranger").check_password(fresh)
    assert stranger.get("/").status_code == 302


def test_deactivating_ends_the_sessions(world: World) -> None:
    stranger, operator = client_of(world, "stranger"), client_of(world, "operator")
    chosen = {"action": "deactivate", "_selected_action": [world.users["stranger"].pk]}
    operator.post(reverse("admin:accounts_user_changelist"), chosen)
    assert stranger.get("/").status_code == 302
    chosen["action"] = "activate"
    operator.post(reverse("admin:accounts_user_changelist"), chosen)
    assert User.objects.get(username="stranger").is_active
    assert stranger.get("/").status_code == 302, "a session from before does not come back"

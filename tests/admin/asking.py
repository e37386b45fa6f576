"""Asking the admin as somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Change
from projects.models import Membership
from tests.world import World


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def name_of(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


def change_page(row: Model) -> str:
    return reverse(f"{name_of(type(row))}_change", args=[row.pk])


def list_page(model: type[Model]) -> str:
    return reverse(f"{name_of(model)}_changelist")


def said(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def act(client: Client, model: type[Model], action: str, *rows: Model, **more: str) -> str:
    """What the list says after the action on these rows."""
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows], **more}
    return said(client.post(list_page(model), data))


def filled(client: Client, row: Model) -> dict[str, Any]:
    """What the form on the page of `row` would send as it is."""
    response = client.get(change_page(row))
    assert response.status_code == 200
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    inlines = {
        f"{formset.formset.prefix}-{part}": "0"
        for formset in response.context["inline_admin_formsets"]
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        **{name: value for name, value in values.items() if value not in (None, False)},
        **inlines,
    }


def last_change() -> Change:
    return Change.objects.latest("pk")


def membership(world: World, key: str, name: str) -> Membership:
    return Membership.objects.get(project=world.projects[key], user=world.users[name], slot=0)


MODELS = list(admin.site._registry)

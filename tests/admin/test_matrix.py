"""Every address of the admin × method × person × project, against the committed table `tests/admin_matrix.txt`.

A route that is not in the table fails. To propose a new table: `ITMS_WRITE_MATRIX=1 bin/test --engine sqlite
tests/admin/test_matrix.py`, then read each changed line against docs/permissions.md before committing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Change, Token, User
from issues.models import Comment, Issue
from projects.models import Label, Membership, Project
from tests.world import World

TABLE = Path(__file__).parent.parent / "admin_matrix.txt"
PEOPLE = ("anonymous", "stranger", "viewer", "dev", "lead", "rival", "operator")
PROJECTS = ("PUB", "PRIV", "RIVAL")
WITHIN: dict[str, type[Model]] = {
    "projects_project": Project,
    "projects_membership": Membership,
    "projects_label": Label,
    "issues_issue": Issue,
    "issues_comment": Comment,
    "accounts_change": Change,
}
ALONE: dict[str, type[Model]] = {"accounts_user": User, "accounts_token": Token}


def routes() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address below /admin/."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            text = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, text)
            else:
                yield pattern.name or _nameless(text), text

    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.app_name == "admin":
            yield from walk(pattern.url_patterns, "admin/")


def _nameless(text: str) -> str:
    """Django leads `/admin/issues/issue/1/` on to its change page, and has a page for every address that is none."""
    parts = text.split("/")
    return f"{parts[1]}_{parts[2]}_short" if "object_id" in text else "nothing"


def row_of(world: World, name: str, project: str) -> Any:
    """What the small cast has of that kind in that project."""
    if name == "accounts_user":
        return world.users["dev"]
    if name == "accounts_token":
        return Token.objects.get(user=world.users["dev"])
    home = world.projects[project]
    if name == "projects_project":
        return home
    if name == "accounts_change":
        return Change.objects.filter(head_id=home.pk).earliest("pk")
    return WITHIN[name].objects.filter(project=home).earliest("pk")  # type: ignore[attr-defined]


def path_of(world: World, text: str, model: str, project: str) -> str:
    values = {
        "object_id": row_of(world, model, project).pk if model else "",
        "pk": row_of(world, model, project).pk if model else "",
        "form": "csv",
    }
    text = text.replace("^", "").replace("$", "").replace("(?P<app_label>accounts|projects|issues)", "projects")
    text = text.replace("(?P<app_label>accounts|issues|projects)", "projects").replace("(?P<url>.*)", "nothing/")
    for kind in ("path", "int", "str"):
        for key, value in values.items():
            text = text.replace(f"<{kind}:{key}>", str(value))
    assert not set(text) & set("<>()?"), f"a new kind of address: {text}"
    return "/" + text


def model_of(name: str) -> str:
    return next((each for each in {**WITHIN, **ALONE} if name.startswith(f"{each}_")), "")


def cells(world: World) -> Iterator[str]:
    sessions = {name: _session(world, name) for name in PEOPLE}
    for name, text in sorted(set(routes())):
        model = model_of(name)
        each = ("object_id>" in text or "pk>" in text) and model in WITHIN
        for method in ("GET", "POST"):
            for project in PROJECTS if each else ("-",):
                path = path_of(world, text, model, project if each else "PUB")
                statuses = [_ask(sessions[person], method, path) for person in PEOPLE]
                yield f"{name:<36} {method:<4} {project:<5}" + "".join(f" {status:<9}" for status in statuses)


def _session(world: World, person: str) -> str:
    if person == "anonymous":
        return ""
    client = Client()
    client.force_login(world.users[person])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _ask(session: str, method: str, path: str) -> str:
    """The status, `login` for the way to the sign-in page. Whatever it did is rolled back."""
    cache.clear()
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = client.get(path) if method == "GET" else client.post(path, {})
        transaction.set_rollback(True)
    login = response.get("Location", "").startswith(("/accounts/login/?next=", "/admin/login/?next="))
    return "login" if login else str(response.status_code)


def test_every_model_has_its_rows() -> None:
    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert names == {*WITHIN, *ALONE}


def test_every_cell_is_as_committed(cast: World) -> None:
    now = "\n".join(cells(cast)) + "\n"
    head = f"{'route':<36} meth proj " + "".join(f" {person:<9}" for person in PEOPLE) + "\n"
    if os.environ.get("ITMS_WRITE_MATRIX"):
        TABLE.write_text(head + now)
    committed = TABLE.read_text().splitlines()[1:]
    different = [
        f"committed {before}\n      now {after}"
        for before, after in zip(committed, now.splitlines(), strict=False)
        if before.rstrip() != after.rstrip()
    ]
    assert not different, "\n".join(different[:20])
    assert len(committed) == len(now.splitlines()), "a route is missing in the table, or stands there in vain"


@pytest.mark.parametrize("person", ["stranger", "viewer", "dev"])
def test_no_cell_lets_others_in(person: str) -> None:
    """Whatever the table says of addresses: to these three every one answers 404, but for signing in and out."""
    column = 3 + PEOPLE.index(person)
    for line in TABLE.read_text().splitlines()[1:]:
        parts = line.split()
        if parts[0] not in ("login", "logout"):
            assert parts[column] == "404", line

"""Every page route × method × person × project, against the committed table `permission_matrix.txt`.

A route that is not in the table fails. To propose a new table: `ITMS_WRITE_MATRIX=1 bin/test --engine sqlite
tests/test_permission_matrix.py`, then read each changed line against docs/permissions.md before committing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Token
from accounts.services.tokens import create_token
from issues.models import Comment, SavedQuery
from issues.services.commenting import add_comment
from issues.services.saving_views import create_view
from itms_site.task_lists import Tick, tasks_in
from projects.services.projects import edit_project
from tests.world import World

TABLE = Path(__file__).with_name("permission_matrix.txt")
PEOPLE = ("anonymous", "stranger", "viewer", "dev", "assignee", "lead", "operator", "leaver")
PROJECTS = ("PUB", "PRIV", "OLD")
METHODS = ("GET", "POST")
# Routes of other tables: the API's is tests/api/, the admin asks `is_superuser` in one place.
ELSEWHERE = ("api:", "admin:")

SAID = "A first word.\n\n- [ ] and a second"
# What a well-formed POST sends; a route that is not here is sent an empty form.
BODIES: dict[str, dict[str, object]] = {
    "project_new": {"key": "FRESH", "name": "Fresh", "visibility": "public"},
    "project_settings": {
        "key": "{key}",
        "name": "Renamed",
        "description": "",
        "visibility": "{visibility}",
        "version": "{pv}",
    },
    "project_archive": {"archived": "{archived}", "version": "{pv}"},
    "project_removal": {"confirm": "{key}", "version": "{pv}"},
    "project_members": {"identifier": "stranger", "role": "VIEWER"},
    "member_role": {"role": "VIEWER"},
    "project_labels": {"name": "fresh", "colour": "#112233"},
    "label_detail": {"name": "renamed", "colour": "#112233"},
    "label_merge": {"into": "ui"},
    "issue_new": {"title": "New one", "type": "TASK", "priority": "MEDIUM"},
    "issue_new_anywhere": {"project": "PUB", "title": "New one"},
    "issue_edit": {
        "title": "Changed",
        "description": "",
        "status": "OPEN",
        "type": "TASK",
        "priority": "MEDIUM",
        "version": "1",
    },
    "issue_status": {"status": "IN_PROGRESS", "version": "1"},
    "issue_bulk": {"issue": "{key}-2:1", "priority": "HIGH", "apply": "1"},
    "issue_bulk_reversal": {"issue": "{key}-2:1"},
    "issue_assignee": {"assignee": "", "version": "1"},
    "issue_properties": {"priority": "HIGH", "version": "1"},
    "view_new": {"name": "Mine", "query": "is:open"},
    "view_edit": {"name": "Renamed", "query": "label:bug", "shared": "on", "version": "1"},
    "view_query": {"query": "is:open", "version": "1"},
    "view_removal": {"version": "1"},
    "comment_new": {"body": "A word."},
    "comment_edit": {"body": "Another word.", "version": "1"},
    "comment_removal": {"version": "1"},
    "comment_tasks": {"task": Tick(0, tasks_in(SAID)[0].print_, True), "version": "1"},
    "issue_reversion": {"to": "1", "field": "title", "version": "1"},
    "markdown_preview": {"text": "See **this**."},
    "issue_removal": {"version": "1"},
    "account_preferences": {"theme": "dark", "density": "compact"},
    "account_theme": {"theme": "dark"},
    "account_density": {"density": "compact"},
    "account_tokens": {"name": "Script", "scope": "read", "days": "30"},
    "account_profile": {"first_name": "A", "last_name": "B", "time_zone": "UTC"},
}


def routes() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every page route."""

    def walk(patterns: list[URLPattern | URLResolver], space: str, prefix: str) -> Iterator[tuple[str, str]]:
        for pattern in patterns:
            text = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, inner, text)
            else:
                yield f"{space}{pattern.name}", text

    for name, text in walk(get_resolver().url_patterns, "", ""):
        if not name.startswith(ELSEWHERE) and not text.startswith(("api/", "admin/")):
            yield name, text


def cells(world: World, comments: dict[str, Comment]) -> Iterator[str]:
    """One line for each route, method and project: the statuses of all people."""
    sessions = {name: _session(world, name) for name in PEOPLE}
    for name, text in sorted(set(routes())):
        within_project = "key>" in text or "comment_id" in text or "view_id" in text
        for method in METHODS:
            for project in PROJECTS if within_project else ("-",):
                statuses = [_ask(world, sessions[person], name, text, method, project, comments) for person in PEOPLE]
                yield f"{name:<40} {method:<4} {project:<5}" + "".join(f" {status:<9}" for status in statuses)


def _session(world: World, person: str) -> str:
    """The session's key, '' for nobody's."""
    if person == "anonymous":
        return ""
    client = Client()
    client.force_login(world.users[person])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _ask(
    world: World, session: str, name: str, text: str, method: str, project: str, comments: dict[str, Comment]
) -> str:
    """The status, `login` for the way to the sign-in page. Whatever it did is rolled back."""
    chosen = project if project in PROJECTS else "PUB"
    path = path_of(world, name, text, chosen, comments)
    row = world.projects[chosen]
    body = {
        field: str(value).format(
            key=chosen,
            pv=row.version,
            visibility="public" if row.is_public else "private",
            archived="off" if row.archived_at else "on",
        )
        for field, value in BODIES.get(name, {}).items()
    }
    cache.clear()  # allauth counts resets there
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = client.get(path) if method == "GET" else client.post(path, body)
        transaction.set_rollback(True)
    location = response.get("Location", "")
    return "login" if location.startswith("/accounts/login/?next=") else str(response.status_code)


def path_of(world: World, name: str, text: str, project: str, comments: dict[str, Comment]) -> str:
    """The route's address for what the small cast has in that project."""
    values = {
        "key": project,
        "issue_key": f"{project}-2",
        "comment_id": comments[project].pk,
        "username": "dev",
        "name": "bug",
        "uidb36": "1",
        "view_id": SavedQuery.objects.get(project=world.projects[project]).pk if "view_id" in text else 0,
        "pk": Token.objects.get(user=world.users["dev"]).pk if ":pk>" in text else 0,
    }
    return reverse(name, kwargs={k: v for k, v in values.items() if f":{k}>" in text or f"<{k}>" in text} | _keys(name))


def _keys(name: str) -> dict[str, str]:
    if name == "account_reset_password_from_key":
        return {"uidb36": "1", "key": "set-password"}
    return {"key": "none"} if name == "account_confirm_email" else {}


@pytest.mark.django_db
def test_every_cell_is_as_committed(world: World) -> None:
    comments = {}
    lead, old = world.actor("lead"), world.projects["OLD"]
    opened = edit_project(lead, old.pk, version=old.version, fields={"archived": False})
    for key in PROJECTS:
        comments[key] = add_comment(world.actor("assignee"), world.issue(f"{key}-2"), body=SAID)
        shared = world.projects[key].pk
        create_view(world.actor("assignee"), shared, name="Shared", query="label:bug", is_shared=True)
    world.projects["OLD"] = edit_project(lead, old.pk, version=opened.version, fields={"archived": True})
    create_token(world.actor("dev"), world.users["dev"], name="Of dev", can_write=False)
    now = "\n".join(cells(world, comments)) + "\n"
    head = f"{'route':<40} meth proj " + "".join(f" {person:<9}" for person in PEOPLE) + "\n"
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

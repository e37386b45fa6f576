"""Every API route × method × person × project, against the committed table `matrix.txt`.

A route that is not in the table fails. Every request is well formed and based on the present version, so that what
remains is who asks: by session, or by a token that only reads (`-r`) or writes (`-w`). To propose a new table:
`ITMS_WRITE_MATRIX=1 bin/test tests/api/test_permission_matrix.py --engine sqlite`, then read each changed line against
docs/permissions.md before committing it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse

from issues.api import api
from issues.services.commenting import add_comment
from projects.services.projects import edit_project
from tests.api.calling import PERSON, V1, Caller
from tests.world import World

TABLE = Path(__file__).with_name("matrix.txt")
WHO = (
    "anonymous", "stranger", "leaver", "viewer", "dev", "assignee", "lead", "operator", "leaver-r", "leaver-w",
    "dev-w", "assignee-w", "lead-r", "lead-w", "operator-r",
)  # fmt: skip
PROJECTS = ("PUB", "PRIV", "OLD")
# What is sent to each; `pv` stands for the project's version. No body where there is none to send.
BODIES: dict[str, dict[str, Any]] = {
    "POST /auth/register": {"email": "new@example.com", "username": "new", "password": "a good 1 phrase"},
    "POST /auth/login": {"identifier": "lead", "password": "wrong"},
    "PATCH /me": {"first_name": "New"},
    "POST /projects": {"key": "FRESH", "name": "Fresh"},
    "PATCH /projects/{key}": {"name": "Renamed", "version": "pv"},
    "DELETE /projects/{key}": {"version": "pv"},
    "POST /projects/{key}/members": {"identifier": "stranger", "role": "VIEWER"},
    "PATCH /projects/{key}/members/{username}": {"role": "LEAD"},
    "POST /projects/{key}/labels": {"name": "fresh"},
    "PATCH /projects/{key}/labels/{name}": {"name": "renamed"},
    "POST /projects/{key}/labels/{name}/merge": {"into": "ui"},
    "POST /projects/{key}/issues": {"title": "New one"},
    "PATCH /issues/{issue_key}": {"priority": "HIGH", "version": 1},
    "DELETE /issues/{issue_key}": {"version": 1},
    "PUT /issues/{issue_key}/assignee": {"assignee": None, "version": 1},
    "POST /issues/{issue_key}/comments": {"body": "A word."},
    "PATCH /comments/{comment_id}": {"body": "Another word.", "version": 1},
    "DELETE /comments/{comment_id}": {"version": 1},
}


def routes() -> Iterator[tuple[str, str]]:
    """(method, path) of every endpoint."""
    prefix = reverse("api:api-root").rstrip("/")
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path.removeprefix(prefix)


def rows(world: World, comments: dict[str, int]) -> Iterator[str]:
    """One line for each route, method and project: the statuses of all."""
    ways = {"r": "read", "w": "write", "": "session"}
    callers = {}
    for who in WHO:
        name, _, way = who.partition("-")
        callers[who] = Caller(world, name, "nobody" if name == "anonymous" else ways[way])
    for method, path in sorted(routes(), key=lambda route: (route[1], route[0])):
        for project in PROJECTS if "{" in path else ("-",):
            statuses = [_ask(world, callers[who], method, path, project, comments) for who in WHO]
            yield f"{method:<6} {path:<43} {project:<5}" + "".join(f" {status:<10}" for status in statuses)


def _ask(world: World, caller: Caller, method: str, path: str, project: str, comments: dict[str, int]) -> int:
    """The status. Whatever it did is rolled back, and the session stays as it was."""
    body = BODIES.get(f"{method} {path}")
    if body and body.get("version") == "pv":
        body = {**body, "version": world.projects[project].version}
    label = "ui" if method == "PUT" else "bug"  # one that it does not bear, one that it does
    address = path.format(
        key=project, issue_key=f"{project}-2", comment_id=comments.get(project), username="dev", name=label
    )
    cookies = caller.client.cookies.copy()
    with transaction.atomic():
        answer = caller(method, V1 + address, body)
        transaction.set_rollback(True)
    caller.client.cookies = cookies
    if answer.status == 200 and path == "/me":
        assert set(answer.json) >= PERSON
    return answer.status


def test_every_cell_is_as_committed(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 1_000_000
    comments = {}
    lead, old = world.actor("lead"), world.projects["OLD"]
    opened = edit_project(lead, old.pk, version=old.version, fields={"archived": False})
    for key in PROJECTS:
        comments[key] = add_comment(world.actor("assignee"), world.issue(f"{key}-2"), body="A first word.").pk
    world.projects["OLD"] = edit_project(lead, old.pk, version=opened.version, fields={"archived": True})
    head = f"{'':<6} {'route':<43} {'':<5}" + "".join(f" {who:<10}" for who in WHO)
    now = [line.rstrip() for line in [head, *rows(world, comments)]]
    if os.environ.get("ITMS_WRITE_MATRIX"):
        TABLE.write_text("\n".join(now) + "\n")
    committed = TABLE.read_text().splitlines()
    missing = {line[:57] for line in now} ^ {line[:57] for line in committed}
    assert not missing, "a route is missing in the table, or stands there in vain"
    different = [f"committed {a}\n      now {b}" for a, b in zip(committed, now, strict=True) if a != b]
    assert not different, "\n".join(different)

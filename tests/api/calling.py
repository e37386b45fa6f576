"""Calls of the API as a script makes them, and the shapes that its answers have."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.actor import Actor
from accounts.services.tokens import create_token
from tests.world import World

V1 = "/api/v1"
MOMENT = re.compile(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
USER = {"username", "name", "email", "first_name", "last_name", "time_zone"}
PERSON = {"username", "name"}
MEMBER = {"username", "name", "role", "joined_at"}
PROJECT = {
    "key", "name", "description", "is_public", "my_role", "archived_at", "created_at", "version", "url",
}  # fmt: skip
ISSUE = {
    "key", "number", "project", "title", "description", "type", "status", "priority", "reporter", "assignee", "labels",
    "due_date", "created_at", "updated_at", "closed_at", "version", "url",
}  # fmt: skip
COMMENT = {"id", "issue", "parent", "author", "body", "created_at", "edited_at", "deleted_at", "version"}
LABEL = {"name", "colour"}
ENTRY = {"version", "at", "actor", "verb", "via", "changes"}
PROBLEM = {"type", "title", "status", "code", "detail", "errors"}
STALE = PROBLEM | {"current", "changes_since", "mergeable"}


class Answer:
    """One answer: status, headers, and the JSON value where there is one."""

    def __init__(self, response: HttpResponse) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.raw = response.content
        self.cookies = response.cookies
        kind = response.headers.get("Content-Type", "")
        self.json: Any = json.loads(response.content) if "json" in kind and response.content else None

    def __repr__(self) -> str:
        return f"{self.status} {self.raw[:600].decode(errors='replace')}"

    @property
    def etag(self) -> str:
        return self.headers["ETag"]

    def is_problem(self, status: int, code: str | None = None, field: str | None = None) -> Answer:
        """Fails unless this is a refusal of that status, whole and well formed."""
        assert self.status == status, self
        assert self.headers["Content-Type"] == "application/problem+json", self.headers
        assert set(self.json) == (STALE if status == 412 else PROBLEM), self
        assert self.json["status"] == status
        assert self.json["title"]
        for error in self.json["errors"]:
            assert set(error) == {"field", "code", "message"}
            assert error["message"]
        if code is not None:
            assert self.json["code"] == code, self
        if field is not None:
            assert field in [error["field"] for error in self.json["errors"]], self
        assert b"Traceback" not in self.raw
        return self


class Caller:
    """how  `write`, `read`: a token; `session`: the cookie and its CSRF token; `nobody`: neither"""

    def __init__(self, world: World, name: str, how: str = "write") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {}
        if how in {"write", "read"}:
            user = world.users[name]
            _row, text = create_token(Actor.system(), user, name="test", can_write=how == "write")
            self.headers["Authorization"] = f"Bearer {text}"
        elif how == "session":
            self.client.force_login(world.users[name])
            self.headers["X-CSRFToken"] = self.get("/csrf").json["csrf_token"]

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        kind: str = "application/json",
        **headers: str,
    ) -> Answer:
        """`If_Match="3"` becomes the header If-Match; `raw` is sent as it is."""
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return Answer(
            self.client.generic(method, path if path.startswith("/api") else V1 + path, data, kind, headers=sent)
        )

    def get(self, path: str, **headers: str) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("PUT", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("DELETE", path, body, **headers)


def is_person(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == PERSON and all(isinstance(v, str) for v in value.values())


def is_issue(value: Any) -> None:
    """Fails unless the value has the form of an issue."""
    assert set(value) == ISSUE
    assert value["key"] == f"{value['project']}-{value['number']}"
    assert value["url"] == f"/issues/{value['key']}/"
    assert is_person(value["reporter"])
    assert value["assignee"] is None or is_person(value["assignee"])
    assert value["type"] in {"BUG", "FEATURE", "TASK", "OTHER"}
    assert value["status"] in {"OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"}
    assert value["priority"] in {"LOW", "MEDIUM", "HIGH", "CRITICAL"}
    assert isinstance(value["version"], int)
    assert all(isinstance(name, str) for name in value["labels"])
    for name in ("created_at", "updated_at", "closed_at"):
        assert (value[name] is None and name == "closed_at") or MOMENT.match(value[name]), name
    assert (value["closed_at"] is not None) == (value["status"] == "CLOSED")


def is_project(value: Any) -> None:
    assert set(value) == PROJECT
    assert value["url"] == f"/projects/{value['key']}/"
    assert value["my_role"] in {None, "LEAD", "DEVELOPER", "VIEWER"}
    assert MOMENT.match(value["created_at"])
    assert value["archived_at"] is None or MOMENT.match(value["archived_at"])
    assert isinstance(value["is_public"], bool)


def is_comment(value: Any) -> None:
    assert set(value) == COMMENT
    assert is_person(value["author"])
    assert isinstance(value["id"], int)
    assert MOMENT.match(value["created_at"])
    assert (value["body"] is None) == (value["deleted_at"] is not None)
    for name in ("edited_at", "deleted_at"):
        assert value[name] is None or MOMENT.match(value[name])


def is_page(value: Any) -> None:
    assert set(value) == {"items", "next"}
    assert isinstance(value["items"], list)
    assert value["next"] is None or isinstance(value["next"], str)

"""Headers of every answer: each route of pages, API and admin, static files, redirects, probes, and each error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as now
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.services.tokens import create_token
from issues.models import Comment
from issues.services.commenting import add_comment
from tests.test_health import away
from tests.world import PASSWORD, World

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
ADMIN = {**STRICT, "script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
API_DOCS = {**STRICT, "style-src": "'self' 'unsafe-inline'", "img-src": "'self' data:"}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}


@pytest.fixture(autouse=True)
def _in_use(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def lacks(response: HttpResponse, path: str = "/") -> list[str]:
    """What is wrong with the headers of an answer that came by https."""
    found = [f"{name}: {response.get(name)}" for name, value in EVERYWHERE.items() if response.get(name) != value]
    policy = dict(part.strip().split(" ", 1) for part in response.get("Content-Security-Policy", "x y").split(";"))
    wanted = ADMIN if path.startswith("/admin/") else API_DOCS if path == "/api/v1/docs" else STRICT
    # The document's policy comes with the page itself; a refusal at that address has the strict one.
    if policy != wanted and not (wanted is API_DOCS and policy == STRICT):
        found.append(f"policy {policy}")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{8,64}", response.get("X-Request-ID", "")):
        found.append("no request id")
    if not path.startswith("/static/"):
        kept = response.get("Cache-Control", "")
        found += [] if "private" in kept and "no-store" in kept else [f"Cache-Control: {kept}"]
    if "Access-Control-Allow-Origin" in response:
        found.append("other origins may read it")
    for cookie in response.cookies.values():
        ended = cookie["max-age"] == 0  # Django leaves the mark out when it deletes one
        if not (
            (cookie["secure"] or ended)
            and cookie["samesite"] == "Lax"
            and cookie["path"] == "/"
            and not cookie["domain"]
        ):
            found.append(f"cookie {cookie.output()}")
    return found


def patterns() -> Iterator[str]:
    """Every address, as `projects/<key>/`."""

    def walk(entries: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for entry in entries:
            text = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, text)
            else:
                yield text

    yield from walk(get_resolver().url_patterns, "")


def path_of(pattern: str, comment: Comment) -> str:
    """With values of the small cast; what none of them fits is answered 404, with the same headers."""
    values = {"key": "PUB", "issue_key": "PUB-2", "comment_id": str(comment.pk), "username": "dev", "name": "bug"}
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: values.get(found[1], "1"), pattern)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), path)
    return "/" + re.sub(r"[\^$\\]|\(\?:|[?)]", "", path)


@pytest.mark.parametrize("person", ["anonymous", "operator", "viewer"])
def test_every_route(world: World, person: str) -> None:
    comment = add_comment(world.actor("assignee"), world.issue("PUB-2"), body="A first word.")
    client = Client(raise_request_exception=False)
    if person != "anonymous":
        client.force_login(world.users[person])
    bad, seen = [], set()
    for pattern in sorted(set(patterns())):
        path = path_of(pattern, comment)
        for ask in (client.get, client.delete):
            response = ask(path, secure=True)
            seen.add(response.status_code)
            bad += [f"{path} {response.status_code}: {what}" for what in lacks(response, path)]
            if person != "anonymous" and "Cookie" not in response.get("Vary", ""):
                bad += [f"{path}: Vary: {response.get('Vary')}"] if path not in {"/livez", "/readyz"} else []
    assert not bad, "\n".join(bad[:20])
    assert seen >= ({302, 401, 405} if person == "anonymous" else {200, 403, 404, 405})


def test_by_token(world: World) -> None:
    _, token = create_token(world.actor("dev"), world.users["dev"], name="Script", can_write=True)
    for path in ("/api/v1/projects", "/api/v1/issues/PRIV-1", "/api/v1/issues/NONE-1"):
        response = Client().get(path, secure=True, headers={"Authorization": f"Bearer {token}"})
        assert lacks(response, path) == []


@pytest.mark.django_db
def test_static_files() -> None:
    assert finders.find("css/app.css")
    response = Client().get("/static/css/app.css", secure=True)
    response.close()
    assert response.status_code == 200 and lacks(response, "/static/css/app.css") == []


def test_the_way_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/projects/?q=1")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/projects/?q=1")
    # Over http a browser ignores HSTS, so it is not sent.
    assert lacks(response) == [f"Strict-Transport-Security: {None}"]


@pytest.mark.parametrize("debug", [False, True])
def test_every_error(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    client.force_login(world.users["lead"])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.users["lead"])
    json = {"content_type": "application/json", "secure": True}
    issue = "/api/v1/issues/PUB-1"
    answers = {
        400: client.get("/", secure=True, headers={"Host": "evil.example"}),
        401: Client().get(issue, secure=True),
        403: strict.post("/projects/new/", {}, secure=True),
        404: client.get("/issues/NONE-1/", secure=True),
        405: client.delete("/projects/", secure=True),
        412: client.patch(issue, {"title": "x"}, headers={"If-Match": '"9"'}, **json),
        413: client.post("/projects/new/", {"name": "x" * 1_100_000}, secure=True),
        422: client.post("/projects/new/", {}, secure=True),
        428: client.patch(issue, {"title": "x"}, **json),
    }
    if debug:
        del answers[400]  # Django's own page about a strange host breaks on the host
    monkeypatch.setattr("itms_site.health.CHECKS", None)
    answers[500] = client.get("/readyz", secure=True)
    for status, response in answers.items():
        assert (response.status_code, lacks(response)) == (status, []), status


def test_too_many_requests(world: World, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 1
    client = Client()
    client.force_login(world.users["lead"])
    answers = [client.get("/api/v1/projects", secure=True) for _ in range(3)]
    assert answers[-1].status_code == 429 and lacks(answers[-1]) == []


@pytest.mark.django_db(transaction=True)
def test_no_database() -> None:
    client = Client(raise_request_exception=False)
    client.cookies[now.SESSION_COOKIE_NAME] = "k" * 32
    with away():
        # A SQLite file that is gone is a fault, and answered as one.
        answers = [Client().get("/readyz", secure=True)]
        if connection.vendor == "mysql":
            answers.append(client.get("/projects/", secure=True))
    assert [(response.status_code, lacks(response)) for response in answers] == [(503, [])] * len(answers)


def test_signing_in_and_out(world: World) -> None:
    """The names and marks of the cookies; nothing stays in the browser afterwards."""
    client = Client()
    signed_in = client.post("/accounts/login/", {"login": "dev", "password": PASSWORD}, secure=True)
    session = signed_in.cookies["itms_session"]
    assert session["httponly"] and session["secure"] and session["samesite"] == "Lax"
    assert "Clear-Site-Data" not in signed_in and lacks(signed_in) == []
    page = client.get("/accounts/logout/", secure=True)
    assert page.status_code == 200 and "Clear-Site-Data" not in page
    signed_out = client.post("/accounts/logout/", secure=True)
    assert signed_out["Clear-Site-Data"] == '"storage"' and lacks(signed_out) == []
    by_api = Client()
    by_api.force_login(world.users["dev"])
    response = by_api.post("/api/v1/auth/logout", content_type="application/json", secure=True)
    assert (response.status_code, response["Clear-Site-Data"]) == (204, '"storage"')

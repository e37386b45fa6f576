"""Bearer tokens and CSRF: what each way in reaches."""

from __future__ import annotations

import datetime
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Change, Token
from accounts.services.tokens import create_token, revoke_token, tokens_of
from itms_site.errors import Forbidden, Invalid, NotFound
from projects.services.deactivating import deactivate_user
from tests.api.calling import Caller
from tests.world import PASSWORD, World


def bearer(world: World, text: str) -> Caller:
    caller = Caller(world, "", "nobody")
    caller.headers["Authorization"] = text
    return caller


def make(world: World, name: str = "lead", *, can_write: bool = True, days: int = 90) -> tuple[Token, str]:
    return create_token(Actor.system(), world.users[name], name="a test", can_write=can_write, days=days)


def test_only_its_hash_is_kept(world: World) -> None:
    token, text = make(world)
    assert re.fullmatch(r"itms_[a-z0-9]{12}_[A-Za-z0-9_-]{43}", text)
    row = Token.objects.filter(pk=token.pk).values().get()
    assert text not in str(row)
    assert text.rpartition("_")[2] not in str(row)
    assert text not in str(list(Change.objects.values("data")))


def test_a_token_that_reads_does_not_write(world: World) -> None:
    reader = Caller(world, "lead", "read")
    assert reader.get("/me").status == reader.get("/issues/PRIV-1").status == 200
    for method, path, body in (
        ("POST", "/projects", {"key": "ABC", "name": "x"}),
        ("PATCH", "/projects/PUB", {"name": "x", "version": 1}),
        ("POST", "/projects/PUB/issues", {"title": "x"}),
        ("PATCH", "/issues/PUB-1", {"title": "x", "version": 1}),
        ("DELETE", "/issues/PUB-1", {"version": 1}),
        ("PUT", "/issues/PUB-1/labels/bug", None),
        ("POST", "/issues/PUB-1/comments", {"body": "x"}),
        ("POST", "/issues/PUB-1/restore", None),
    ):
        refused = reader(method, path, body).is_problem(403, "forbidden")
        assert "only read" in refused.json["detail"]


def test_no_account_is_reached_by_a_token(world: World) -> None:
    token = Caller(world, "lead")
    token.patch("/me", {"first_name": "x"}).is_problem(403)
    token.post("/auth/logout").is_problem(403)
    assert token.get("/me").status == 200


def test_a_token_is_its_owners_role_of_the_moment(world: World) -> None:
    token, lead = Caller(world, "dev"), Caller(world, "lead")
    token.post("/projects/PUB/labels", {"name": "x"}).is_problem(403)
    lead.patch("/projects/PUB/members/dev", {"role": "LEAD"})
    assert token.post("/projects/PUB/labels", {"name": "x"}).status == 201
    lead.delete("/projects/PRIV/members/dev")
    token.get("/projects/PRIV").is_problem(404)


def test_what_the_address_names_comes_before_the_scope(world: World) -> None:
    reader = Caller(world, "lead", "read")
    for path in ("/issues/PUB-1/labels/nothing", "/issues/NONE-1/labels/bug", "/issues/PUB-1/assignee"):
        reader.put(path, {"assignee": None}).is_problem(403 if path.endswith("assignee") else 404)
    reader.put("/issues/PUB-1/labels/bug").is_problem(403)


def test_expired_revoked_and_ownerless_tokens(world: World) -> None:
    token, text = make(world, "stranger")
    caller = bearer(world, f"Bearer {text}")
    row = Token.objects.filter(pk=token.pk)
    assert caller.get("/me").status == 200
    row.update(expires_at=timezone.now())
    caller.get("/me").is_problem(401)
    row.update(expires_at=timezone.now() + datetime.timedelta(seconds=60))
    assert caller.get("/me").status == 200
    revoke_token(world.actor("stranger"), token.pk)
    caller.get("/me").is_problem(401)
    _token, other = make(world, "stranger")
    deactivate_user(Actor.system(), world.users["stranger"].pk)
    bearer(world, f"Bearer {other}").get("/me").is_problem(401)


def test_every_bad_token_is_refused_in_the_same_words(world: World) -> None:
    _token, text = make(world)
    bad = [
        "Bearer", "Bearer ", "Bearer x", f"Bearer {text}x", f"Bearer {text[:-1]}", f"Bearer {text.upper()}",
        f"Bearer {text[:-1]}{'A' if text[-1] != 'A' else 'B'}", "Bearer itms_aaaaaaaaaaaa_" + "x" * 43,
        f"Bearer {text}, Bearer {text}", "bearer ümlaut", "Bearer " + "x" * 100_000,
    ]  # fmt: skip
    answers = [bearer(world, header).get("/me").is_problem(401, "not_signed_in") for header in bad]
    assert len({answer.raw for answer in answers}) == 1
    assert bearer(world, f"bEaReR   {text} ").get("/me").status == 200


def test_a_token_beats_the_cookie(world: World) -> None:
    caller = Caller(world, "lead", "session")
    _token, text = make(world, "dev")
    caller.headers["Authorization"] = f"Bearer {text}"
    assert caller.get("/me").json["username"] == "dev"
    del caller.headers["X-CSRFToken"]
    assert caller.post("/projects/PUB/issues", {"title": "x"}).json["reporter"]["username"] == "dev"
    caller.headers["Authorization"] = "Bearer wrong"
    caller.get("/me").is_problem(401)


def test_another_scheme_is_not_for_us(world: World) -> None:
    caller = Caller(world, "lead", "session")
    caller.headers["Authorization"] = "Basic bGVhZDpsZWFkcGFzcw=="
    assert caller.get("/me").json["username"] == "lead"
    bearer(world, "Basic bGVhZDpsZWFkcGFzcw==").get("/me").is_problem(401)


def test_its_use_is_noted_now_and_then(world: World) -> None:
    token, text = make(world)
    caller, row = bearer(world, f"Bearer {text}"), Token.objects.filter(pk=token.pk)
    caller.get("/me")
    first = row.get().last_used_at
    assert first is not None
    caller.get("/me")
    assert row.get().last_used_at == first
    row.update(last_used_at=first - datetime.timedelta(minutes=6))
    caller.get("/me")
    assert row.get().last_used_at > first - datetime.timedelta(minutes=1)


def test_making_and_revoking(world: World) -> None:
    token, _text = create_token(world.actor("dev"), world.users["dev"], name=" nightly ", can_write=False)
    assert token.name == "nightly"
    assert [t.pk for t in tokens_of(world.users["dev"])] == [token.pk]
    with pytest.raises(NotFound):
        revoke_token(world.actor("lead"), token.pk)
    with pytest.raises(Forbidden):
        create_token(world.actor("lead"), world.users["dev"], name="x", can_write=True)
    for name, days in (("", 1), ("x" * 65, 1), ("a\u202eb", 1), ("x", 0), ("x", 3651)):
        with pytest.raises(Invalid):
            create_token(world.actor("dev"), world.users["dev"], name=name, can_write=True, days=days)
    revoke_token(world.actor("dev"), token.pk)
    revoke_token(world.actor("dev"), token.pk)  # twice is once
    assert tokens_of(world.users["dev"]) == []
    verbs = list(Change.objects.filter(verb__startswith="token.").values_list("verb", flat=True))
    assert verbs == ["token.create", "token.revoke"]


def test_the_command(world: World) -> None:
    def token_of(*arguments: str) -> str:
        out = StringIO()
        call_command("create_token", *arguments, stdout=out)
        return out.getvalue().strip()

    reader = bearer(world, f"Bearer {token_of('DEV@example.com', 'reads')}")
    assert reader.get("/me").json["username"] == "dev"
    reader.post("/projects/PUB/issues", {"title": "x"}).is_problem(403)
    writer = bearer(world, f"Bearer {token_of('dev', 'writes', '--write', '--days=1')}")
    assert writer.post("/projects/PUB/issues", {"title": "x"}).status == 201
    deactivate_user(Actor.system(), world.users["stranger"].pk)
    for arguments in (("nobody", "x"), ("stranger", "x"), ("dev", ""), ("dev", "x", "--days=0")):
        with pytest.raises(CommandError):
            token_of(*arguments)


def test_a_session_writes_with_its_csrf_token_alone(world: World) -> None:
    lead = Caller(world, "lead", "session")
    body = {"title": "x"}
    good = lead.headers["X-CSRFToken"]
    assert lead.post("/projects/PUB/issues", body).status == 201
    for bad in (None, "", "x", "x" * 64, good[:-1] + ("a" if good[-1] != "a" else "b")):
        lead.headers.pop("X-CSRFToken", None)
        if bad is not None:
            lead.headers["X-CSRFToken"] = bad
        for method, path in (("POST", "/projects/PUB/issues"), ("PATCH", "/me"), ("POST", "/auth/logout")):
            lead(method, path, body).is_problem(403, "csrf_failed")
        assert lead.get("/projects/PUB").status == 200
    form = lead.client.post("/api/v1/projects/PUB/issues", {"title": "x", "csrfmiddlewaretoken": good})
    assert form.status_code == 403  # the header alone counts
    headers = {"X-CSRFToken": good}
    form = lead.client.post("/api/v1/projects/PUB/issues", {"title": "x"}, headers=headers)
    assert form.status_code == 415
    form = lead.client.post("/api/v1/projects/NONE/issues", {"title": "x"}, headers=headers)
    assert form.status_code == 404


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_bodies_that_the_csrf_check_would_read(world: World, kind: str) -> None:
    lead = Caller(world, "lead", "session")
    del lead.headers["X-CSRFToken"]
    for raw in (
        b"",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
        b"&" * 5000,
        b"a=1&" * 2000,
        b"x" * 1_000_001,
    ):
        lead("POST", "/projects/PUB/issues", raw=raw, kind=kind).is_problem(403, "csrf_failed")


@pytest.mark.parametrize("path", ["/auth/register", "/auth/login"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", ""]
)
def test_registering_and_signing_in_take_json_alone(world: World, path: str, kind: str) -> None:
    """So no foreign page can do it with a form: the browser would ask first."""
    body = b'{"identifier": "lead", "password": "%s"}' % PASSWORD.encode()
    Caller(world, "", "nobody")("POST", path, raw=body, kind=kind).is_problem(415)


def test_no_csrf_token_is_needed_there_even_with_a_session(world: World) -> None:
    lead = Caller(world, "lead", "session")
    del lead.headers["X-CSRFToken"]
    assert lead.post("/auth/login", {"identifier": "dev", "password": PASSWORD}).status == 200

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Change, IdempotentRequest, Session, Token
from accounts.services.tokens import create_token
from projects.services.deactivating import deactivate_user
from tests.world import World

URL = "/accounts/tokens/"
FORM = re.compile(r"itms_[a-z0-9]{12}_[A-Za-z0-9_-]{43}")


def data(**other: str) -> dict[str, str]:
    return {"name": "Release script", "scope": "read", "days": "30", **other}


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.users["dev"])
    return client


def made(world: World, name: str = "mine", who: str = "dev") -> tuple[Token, str]:
    return create_token(world.actor(who), world.users[who], name=name, can_write=False, days=10)


def answers(text: str, path: str = "/api/v1/me", **how: Any) -> int:
    return Client().get(path, headers={"Authorization": f"Bearer {text}"}, **how).status_code


def test_it_works(client: Client) -> None:
    response = client.post(URL, data())
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    found = FORM.findall(response.content.decode())
    assert len(found) == 1 and answers(found[0]) == 200
    token = Token.objects.get()
    assert (token.user.username, token.name, token.can_write) == ("dev", "Release script", False)
    assert 29 <= (token.expires_at - timezone.now()).days <= 30
    assert Change.objects.get(verb="token.create").actor == token.user


def test_it_is_shown_once_and_kept_nowhere(client: Client) -> None:
    text = FORM.findall(client.post(URL, data(idempotency_key="k" * 16)).content.decode())[0]
    secret = text.rsplit("_", 1)[1][:20]
    later = client.get(URL).content.decode()
    assert text not in later and f"itms_{Token.objects.get().prefix}_…" in later
    assert secret not in str(list(IdempotentRequest.objects.values()))
    assert Session.objects.exists() and all(
        secret not in str(session.get_decoded()) for session in Session.objects.all()
    )
    assert secret not in str(list(Change.objects.values()))


def test_sent_twice_it_makes_one_and_shows_it_once(client: Client) -> None:
    sent = data(idempotency_key="k" * 16)
    first, second = client.post(URL, sent).content.decode(), client.post(URL, sent)
    assert Token.objects.count() == 1 and FORM.search(first)
    assert second.status_code == 200 and not FORM.search(second.content.decode())
    assert "This form was sent twice" in second.content.decode()


def test_sent_twice_after_it_was_revoked(client: Client, world: World) -> None:
    sent = data(idempotency_key="k" * 16)
    client.post(URL, sent)
    client.post(f"{URL}{Token.objects.get().pk}/revocation/")
    again = client.post(URL, sent)
    assert again.status_code == 200 and Token.objects.count() == 1 and "sent twice" in again.content.decode()


def test_its_scope_is_what_was_chosen(client: Client) -> None:
    read = FORM.findall(client.post(URL, data()).content.decode())[0]
    write = FORM.findall(client.post(URL, data(scope="write")).content.decode())[0]
    body = {"body": "By a script."}
    statuses = [
        Client()
        .post("/api/v1/issues/PUB-1/comments", body, "application/json", headers={"Authorization": f"Bearer {text}"})
        .status_code
        for text in (read, write)
    ]
    assert statuses == [403, 201]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "x" * 65),
        ("name", "a\nb"),
        ("scope", ""),
        ("scope", "admin"),
        ("days", ""),
        ("days", "0"),
        ("days", "-1"),
        ("days", "3651"),
        ("days", "9" * 400),
        ("days", "many"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client: Client, field: str, value: str) -> None:
    response = client.post(URL, data(**{field: value}))
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Token.objects.exists()


def test_the_list_is_of_ones_own_living_ones(client: Client, world: World) -> None:
    made(world, "living one")
    gone, _ = made(world, "revoked one")
    made(world, "of somebody else", "lead")
    old, _ = made(world, "expired one")
    Token.objects.filter(pk=gone.pk).update(revoked_at=timezone.now())
    Token.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    page = client.get(URL).content.decode()
    assert "living one" in page and "Never" in page
    assert "revoked one" not in page and "of somebody else" not in page
    assert "expired one" in page and "Expired" in page


def test_when_it_was_used_is_shown(client: Client, world: World) -> None:
    _, text = made(world)
    assert ">Never<" in client.get(URL).content.decode()
    answers(text)
    assert ">Never<" not in client.get(URL).content.decode()


def test_revoking_ends_it_at_once(client: Client, world: World) -> None:
    token, text = made(world)
    assert "cannot be undone" in client.get(f"{URL}{token.pk}/revocation/").content.decode()
    assert answers(text) == 200  # asking is not doing
    response = client.post(f"{URL}{token.pk}/revocation/", {"idempotency_key": "r" * 16})
    assert response.status_code == 303 and response["Location"] == URL
    assert answers(text) == 401
    again = client.post(f"{URL}{token.pk}/revocation/", {"idempotency_key": "r" * 16})
    assert again.status_code == 303
    assert Change.objects.filter(verb="token.revoke").count() == 1


def test_somebody_elses_is_not_there(client: Client, world: World) -> None:
    token, text = made(world, who="lead")
    assert client.get(f"{URL}{token.pk}/revocation/").status_code == 404
    assert client.post(f"{URL}{token.pk}/revocation/").status_code == 404
    assert client.post(f"{URL}{token.pk + 99}/revocation/").status_code == 404
    assert answers(text) == 200


def test_it_dies_with_the_account(client: Client, world: World) -> None:
    text = FORM.findall(client.post(URL, data()).content.decode())[0]
    deactivate_user(world.actor("operator"), world.users["dev"].pk)
    assert answers(text) == 401


def test_no_token_reaches_these_pages(world: World) -> None:
    _, text = made(world)
    assert answers(text, URL) == 302


def test_anonymous(db: Any) -> None:
    for path in (URL, f"{URL}1/revocation/"):
        assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"
        assert Client().post(path, data()).status_code == 302
    assert not Token.objects.exists()


def test_the_profile_leads_here(client: Client) -> None:
    assert f'href="{URL}"' in client.get("/accounts/profile/").content.decode()


def test_the_same_number_of_queries_however_many(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        made(world, f"token {n}")
    with django_assert_max_num_queries(5):
        client.get(URL)

"""People and tokens: operators alone, by services alone."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Session, Token, User
from tests.admin.asking import act, change_page, client_of, filled, last_change, list_page
from tests.world import PASSWORD, World


def test_a_person_is_added_by_the_service(cast: World) -> None:
    client = client_of(cast, "operator")
    form = {"username": "fresh", "email": "fresh@example.com", "password": PASSWORD, "reason": "New colleague"}
    assert client.post(reverse("admin:accounts_user_add"), form).status_code == 302
    assert User.objects.get(username="fresh").check_password(PASSWORD)
    change = last_change()
    assert (change.verb, change.via, change.actor, change.reason) == (
        "user.add",
        "admin",
        cast.users["operator"],
        "New colleague",
    )


def test_a_taken_name_is_refused_in_the_form(cast: World) -> None:
    client = client_of(cast, "operator")
    before = User.objects.count()
    form = {"username": "LEAD", "email": "other@example.com", "password": PASSWORD}
    response = client.post(reverse("admin:accounts_user_add"), form)
    assert response.status_code == 409
    assert "taken" in response.content.decode()
    assert "other@example.com" in response.content.decode(), "what was typed is still there"
    assert User.objects.count() == before


def test_a_weak_password_is_refused_beside_its_field(cast: World) -> None:
    client = client_of(cast, "operator")
    form = {"username": "fresh", "email": "fresh@example.com", "password": "1234"}
    response = client.post(reverse("admin:accounts_user_add"), form)
    assert response.status_code == 422
    assert response.context["adminform"].form.errors["password"]


def test_a_person_is_changed_by_the_service(cast: World) -> None:
    client, stranger = client_of(cast, "operator"), cast.users["stranger"]
    form = {**filled(client, stranger), "first_name": "Sam", "reason": "Typo"}
    assert client.post(change_page(stranger), form).status_code == 302
    assert User.objects.get(username="stranger").first_name == "Sam"
    assert (last_change().verb, last_change().reason) == ("user.edit", "Typo")


def test_one_refusal_and_nothing_is_saved(cast: World) -> None:
    client, lead = client_of(cast, "operator"), cast.users["lead"]
    form = {**filled(client, lead), "first_name": "Lea"}
    del form["is_active"]
    response = client.post(change_page(lead), form)
    assert response.status_code == 409 and "PRIV" in response.content.decode()
    lead.refresh_from_db()
    assert lead.is_active and lead.first_name == "", "the name, saved before the refusal, came back with it"


def test_what_others_changed_meanwhile_refuses(cast: World) -> None:
    client, stranger = client_of(cast, "operator"), cast.users["stranger"]
    old = filled(client, stranger)
    client.post(change_page(stranger), {**old, "first_name": "Sam"})
    response = client.post(change_page(stranger), {**old, "last_name": "Smith"})
    assert response.status_code == 409
    assert "first_name: “” became “Sam”" in response.content.decode()
    assert User.objects.get(username="stranger").last_name == ""


def test_a_forged_memory_grants_nothing(cast: World) -> None:
    client, stranger = client_of(cast, "operator"), cast.users["stranger"]
    form = filled(client, stranger)
    for seen in ("[]", "{", "12", '"x"', ""):
        assert client.post(change_page(stranger), {**form, "seen": seen}).status_code == 302, seen


def test_the_last_lead_is_not_deactivated_nor_anybody_with_them(cast: World) -> None:
    client = client_of(cast, "operator")
    words = act(client, User, "deactivate", cast.users["lead"], cast.users["stranger"])
    assert "lead: " in words and "PRIV" in words and "all of them or none" in words
    assert User.objects.get(username="lead").is_active
    assert User.objects.get(username="stranger").is_active


def test_deactivating_ends_the_sessions(cast: World) -> None:
    stranger, operator = client_of(cast, "stranger"), client_of(cast, "operator")
    assert "1 people deactivated" in act(operator, User, "deactivate", cast.users["stranger"], reason="Left")
    assert last_change().reason == "Left"
    assert stranger.get("/").status_code == 302
    act(operator, User, "activate", cast.users["stranger"])
    assert User.objects.get(username="stranger").is_active
    assert stranger.get("/").status_code == 302, "a session from before does not come back"


def test_ending_sessions_keeps_the_one_that_asks(cast: World) -> None:
    stranger, operator = client_of(cast, "stranger"), client_of(cast, "operator")
    elsewhere = client_of(cast, "operator")
    words = act(operator, User, "end_sessions", cast.users["stranger"], cast.users["operator"])
    assert "2 people signed out" in words
    assert stranger.get("/").status_code == 302 and elsewhere.get("/").status_code == 302
    assert operator.get("/admin/").status_code == 200
    assert Session.objects.filter(user=cast.users["operator"]).count() == 1


def test_tokens_are_revoked(cast: World) -> None:
    operator, token = client_of(cast, "operator"), Token.objects.get()
    assert "1 tokens revoked" in act(operator, Token, "revoke", token)
    token.refresh_from_db()
    assert token.revoked_at is not None and last_change().via == "admin"


def test_all_tokens_of_a_person_are_revoked(cast: World) -> None:
    act(client_of(cast, "operator"), User, "revoke_tokens", cast.users["dev"])
    assert Token.objects.get().revoked_at is not None


def test_no_page_shows_a_secret(cast: World) -> None:
    operator, token = client_of(cast, "operator"), Token.objects.get()
    for path in (list_page(Token), change_page(token), list_page(User), change_page(cast.users["dev"])):
        words = operator.get(path).content.decode()
        assert token.digest not in words and cast.users["dev"].password not in words, path


def test_nobody_is_deleted(cast: World) -> None:
    client = client_of(cast, "operator")
    path = reverse("admin:accounts_user_delete", args=[cast.users["stranger"].pk])
    assert client.post(path, {"post": "yes"}).status_code == 403
    act(client, User, "delete_selected", cast.users["stranger"], post="yes")
    assert User.objects.filter(username="stranger").exists()


def test_setting_a_password_ends_the_sessions(cast: World) -> None:
    stranger, operator = client_of(cast, "stranger"), client_of(cast, "operator")
    path = reverse("admin:accounts_user_password", args=[cast.users["stranger"].pk])
    assert operator.get(path).status_code == 200
    fresh = "battery staple 7"
    assert operator.post(path, {"password1": fresh, "password2": "another staple 7"}).status_code == 422
    assert operator.post(path, {"password1": fresh, "password2": fresh, "reason": "Forgotten"}).status_code == 302
    assert User.objects.get(username="stranger").check_password(fresh)
    assert last_change().reason == "Forgotten"
    assert stranger.get("/").status_code == 302


def test_the_last_operator_stays_one(cast: World) -> None:
    client, operator = client_of(cast, "operator"), cast.users["operator"]
    form = filled(client, operator)
    del form["is_superuser"]
    response = client.post(change_page(operator), form)
    assert response.status_code == 422 and "last active operator" in response.content.decode()

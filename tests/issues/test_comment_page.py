from __future__ import annotations

import pytest
from django.test import Client

from issues.models import Comment, Issue
from issues.services.commenting import add_comment, edit_comment
from issues.services.deleting import delete_issue
from tests.issues.browsing import messages_after, signed_in, text_of, token_in
from tests.world import World

NEW = "/issues/PUB-2/comments/"


def say(world: World, name: str = "viewer", key: str = "PUB-2", **more: int) -> Comment:
    return add_comment(world.actor(name), world.issue(key), body=f"Words of {name}", **more)


@pytest.mark.parametrize("name", ["lead", "dev", "viewer", "stranger", "operator"])
def test_whoever_sees_it_may_comment(world: World, name: str) -> None:
    response = signed_in(world, name).post(NEW, {"body": "Hello\r\nthere"})
    comment = Comment.objects.get()
    assert response["Location"] == f"/issues/PUB-2/#c{comment.pk}"
    assert (comment.body, comment.author) == ("Hello\nthere", world.users[name])
    assert world.issue("PUB-2").version == 1, "a comment is no version of the issue"


def test_replies_stand_one_level_below(world: World) -> None:
    top = say(world)
    client = signed_in(world, "dev")
    page = text_of(client.get(f"/issues/PUB-2/?reply={top.pk}"))
    assert f'name="parent" value="{top.pk}"' in page
    assert client.post(NEW, {"body": "Answer", "parent": top.pk}).status_code == 303
    reply = Comment.objects.get(parent=top)
    refused = client.post(NEW, {"body": "Too deep", "parent": reply.pk})
    assert refused.status_code == 422
    assert "Too deep" in text_of(refused)
    elsewhere = say(world, key="PUB-1")
    assert client.post(NEW, {"body": "Lost", "parent": elsewhere.pk}).status_code == 422
    assert client.post(NEW, {"body": "Lost", "parent": "x"}).status_code == 422


def test_refused_words_are_kept(world: World) -> None:
    client = signed_in(world, "dev")
    empty = client.post(NEW, {"body": " \n "})
    assert empty.status_code == 422
    assert "Write something first." in text_of(empty)
    odd = client.post(NEW, {"body": "Kept words \x07"})
    assert odd.status_code == 422
    assert "Kept words" in text_of(odd)
    assert "U+0007" in text_of(odd)
    long = client.post(NEW, {"body": "x" * 65_536})
    assert long.status_code == 422
    assert Comment.objects.count() == 0


def test_refusals_of_a_new_one(world: World) -> None:
    assert Client().post(NEW, {"body": "x"})["Location"].startswith("/accounts/login/")
    assert signed_in(world, "stranger").post("/issues/PRIV-2/comments/", {"body": "x"}).status_code == 404
    assert signed_in(world, "lead").post("/issues/OLD-2/comments/", {"body": "x"}).status_code == 409
    assert signed_in(world, "lead").post("/issues/PUB-99/comments/", {"body": "x"}).status_code == 404
    assert signed_in(world, "lead").get(NEW).status_code == 405
    delete_issue(world.actor("lead"), world.issue("PUB-2"), version=1)
    assert signed_in(world, "lead").post(NEW, {"body": "x"}).status_code == 410
    assert Comment.objects.count() == 0


def test_a_double_click_says_it_once(world: World) -> None:
    client = signed_in(world, "viewer")
    sent = {"body": "Once", "idempotency_key": token_in(client.get("/issues/PUB-2/"))}
    assert client.post(NEW, sent)["Location"] == client.post(NEW, sent)["Location"]
    assert Comment.objects.count() == 1


def test_the_author_edits(world: World) -> None:
    comment = say(world)
    path = f"/comments/{comment.pk}/edit/"
    client = signed_in(world, "viewer")
    assert "Words of viewer" in text_of(client.get(path))
    response = client.post(path, {"body": "Better words", "version": "1"})
    assert response["Location"] == f"/issues/PUB-2/#c{comment.pk}"
    comment.refresh_from_db()
    assert comment.body == "Better words"
    assert comment.edited_at is not None
    assert client.post(path, {"body": " ", "version": "2"}).status_code == 422
    assert client.post(path, {"body": "Blind"}).status_code == 428


@pytest.mark.parametrize("method", ["get", "post"])
def test_refusals_of_an_edit(world: World, method: str) -> None:
    comment, hidden = say(world), say(world, key="PRIV-2")

    def status(name: str, pk: int) -> int:
        sent = {"body": "Changed", "version": "1"}
        return int(getattr(signed_in(world, name), method)(f"/comments/{pk}/edit/", sent).status_code)

    assert getattr(Client(), method)(f"/comments/{comment.pk}/edit/")["Location"].startswith("/accounts/login/")
    for name in ("lead", "operator", "dev", "stranger"):
        assert status(name, comment.pk) == 403
    assert status("stranger", hidden.pk) == 404
    assert status("lead", 999_999) == 404
    comment.refresh_from_db()
    assert comment.version == 1


def test_an_edit_in_two_windows_loses_nothing(world: World) -> None:
    comment = say(world)
    edit_comment(world.actor("viewer"), comment, version=1, body="From the other window")
    client = signed_in(world, "viewer")
    path = f"/comments/{comment.pk}/edit/"
    response = client.post(path, {"body": "From this window", "version": "1"})
    page = text_of(response)
    assert response.status_code == 412
    assert "From the other window" in page
    assert "From this window" in page
    assert 'name="version" value="2"' in page
    assert client.post(path, {"body": "Both", "version": "2"}).status_code == 303
    comment.refresh_from_db()
    assert comment.body == "Both"


@pytest.mark.parametrize("name", ["viewer", "lead", "operator"])
def test_author_and_leads_delete(world: World, name: str) -> None:
    comment = say(world)
    path = f"/comments/{comment.pk}/removal/"
    client = signed_in(world, name)
    assert "Words of viewer" in text_of(client.get(path))
    assert Comment.objects.filter(deleted_at=None).count() == 1, "asking deletes nothing"
    page = messages_after(client, client.post(path, {"version": "1"}))
    assert "Words of viewer" not in page
    assert "This comment was deleted." in page
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("method", ["get", "post"])
def test_refusals_of_a_removal(world: World, method: str) -> None:
    comment, hidden = say(world), say(world, key="PRIV-2")

    def status(name: str, pk: int) -> int:
        return int(getattr(signed_in(world, name), method)(f"/comments/{pk}/removal/", {"version": "1"}).status_code)

    assert status("dev", comment.pk) == 403
    assert status("stranger", comment.pk) == 403
    assert status("leaver", hidden.pk) == 404
    assert Comment.objects.filter(deleted_at=None).count() == 2


def test_a_removal_fits_only_the_words_that_were_read(world: World) -> None:
    comment = say(world)
    edit_comment(world.actor("viewer"), comment, version=1, body="New words")
    response = signed_in(world, "lead").post(f"/comments/{comment.pk}/removal/", {"version": "1"})
    assert response.status_code == 412
    assert "New words" in text_of(response)
    assert Comment.objects.filter(deleted_at=None).count() == 1
    assert Issue.objects.filter(version=1).count() == 6

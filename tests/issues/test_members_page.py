from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Change
from accounts.services.users import register
from issues.services.changing_role import change_role
from issues.services.opening import open_issue
from projects.models import Membership, ProjectUserObjectPermission
from projects.services.deactivating import deactivate_user
from projects.services.members import add_member
from tests.issues.browsing import messages_after, queries_of, signed_in, text_of
from tests.world import PASSWORD, World


def url(key: str = "PUB", *rest: str) -> str:
    return "/".join(["/projects", key, "members", *rest, ""])


def role(world: World, name: str, key: str = "PUB") -> str | None:
    found = Membership.objects.filter(project=world.projects[key], user=world.users[name], slot=0).first()
    return found.role if found else None


def test_it_works(world: World) -> None:
    page = text_of(signed_in(world, "stranger").get(url()))
    assert all(f"/people/{name}/" in page for name in ("lead", "dev", "viewer", "assignee"))
    assert (
        "/people/leaver/" not in page and "/removal/" not in page and "<select" not in page and "identifier" not in page
    )
    assert "q=is%3Aopen+assignee%3Aassignee" in page


@pytest.mark.parametrize("identifier", ["stranger", "STRANGER", "stranger@example.com", " Stranger@Example.com "])
def test_add(world: World, identifier: str) -> None:
    client = signed_in(world, "lead")
    response = client.post(url(), {"identifier": identifier, "role": "VIEWER"})
    assert response["Location"] == url() and "stranger is a Viewer now" in messages_after(client, response)
    assert role(world, "stranger") == "VIEWER"


def test_who_was_there_can_come_back(world: World) -> None:
    assert signed_in(world, "lead").post(url(), {"identifier": "leaver", "role": "LEAD"}).status_code == 303
    assert role(world, "leaver") == "LEAD"


@pytest.mark.parametrize(
    ("identifier", "chosen", "field", "words"),
    [
        ("", "VIEWER", "identifier", "required"),
        ("nobody_here", "VIEWER", "identifier", "no active user “nobody_here”"),
        ("dev", "VIEWER", "identifier", "member of PUB already"),
        ("stranger", "OWNER", "role", "OWNER"),
        ("stranger", "", "role", "required"),
    ],
)
def test_add_refuses_beside_the_field(world: World, identifier: str, chosen: str, field: str, words: str) -> None:
    response = signed_in(world, "lead").post(url(), {"identifier": identifier, "role": chosen})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text_of(response) and words in text_of(response)
    assert f'value="{identifier}"' in text_of(response) or not identifier
    assert role(world, "dev") == "DEVELOPER"


def test_a_deactivated_person_is_not_told_from_none(world: World) -> None:
    deactivate_user(world.actor("operator"), world.users["stranger"].pk)
    assert "no active user" in text_of(
        signed_in(world, "lead").post(url(), {"identifier": "stranger", "role": "VIEWER"})
    )


def test_sent_twice_it_acts_once(world: World) -> None:
    client = signed_in(world, "lead")
    for path, sent in (
        (url(), {"identifier": "stranger", "role": "VIEWER"}),
        (url("PUB", "stranger", "role"), {"role": "LEAD"}),
        (url("PUB", "stranger", "removal"), {}),
    ):
        before = Change.objects.count()
        answers = [client.post(path, {**sent, "idempotency_key": f"key-of-{len(path)}-{len(sent)}"}) for _ in range(2)]
        assert [a.status_code for a in answers] == [303, 303], path
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Change.objects.count() == before + 1


def test_leaving_a_private_project_twice(world: World) -> None:
    client = signed_in(world, "dev")
    path = url("PRIV", "dev", "removal")
    answers = [client.post(path, {"idempotency_key": "k" * 16})["Location"] for _ in range(2)]
    assert answers == ["/projects/", "/projects/"]
    # Somebody else's key, or another form, tells nothing.
    assert client.post(path, {"idempotency_key": "l" * 16}).status_code == 404
    assert signed_in(world, "stranger").post(path, {"idempotency_key": "k" * 16}).status_code == 404


def test_another_role(world: World) -> None:
    client = signed_in(world, "lead")
    response = client.post(url("PUB", "dev", "role"), {"role": "LEAD"})
    assert "dev is a Lead now" in messages_after(client, response)
    assert role(world, "dev") == "LEAD"


def test_a_viewer_is_taken_off_their_issues(world: World) -> None:
    assert signed_in(world, "lead").post(url("PUB", "assignee", "role"), {"role": "VIEWER"}).status_code == 303
    assert world.issue("PUB-2").assignee is None


@pytest.mark.parametrize("chosen", ["", "OWNER", "lead"])
def test_a_role_that_is_none(world: World, chosen: str) -> None:
    assert signed_in(world, "lead").post(url("PUB", "dev", "role"), {"role": chosen}).status_code == 422
    assert role(world, "dev") == "DEVELOPER"


def test_removal_says_what_becomes_of_the_issues(world: World) -> None:
    open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Two", assignee="assignee")
    client = signed_in(world, "lead")
    page = text_of(client.get(url("PUB", "assignee", "removal")))
    assert "2 issues assigned to assignee become unassigned (2 of them open)" in page
    assert "no member any more" in messages_after(client, client.post(url("PUB", "assignee", "removal")))
    assert role(world, "assignee") is None and world.issue("PUB-2").assignee is None
    assert "No issue is assigned to viewer" in text_of(client.get(url("PUB", "viewer", "removal")))


@pytest.mark.parametrize("who", ["dev", "viewer"])
def test_everyone_may_leave(world: World, who: str) -> None:
    client = signed_in(world, who)
    assert "Leave" in text_of(client.get(url()))
    assert "Leave project" in text_of(client.get(url("PUB", who, "removal")))
    assert client.post(url("PUB", who, "removal"))["Location"] == "/projects/PUB/"
    assert role(world, who) is None
    assert Change.objects.filter(verb="member.leave", actor__username=who).exists()
    assert not ProjectUserObjectPermission.objects.filter(
        user=world.users[who], content_object=world.projects["PUB"]
    ).exists()


def test_the_last_lead_stays(world: World) -> None:
    client = signed_in(world, "lead")
    assert url("PUB", "lead", "removal") not in text_of(client.get(url()))
    assert "keeps at least one active Lead" in text_of(client.get(url("PUB", "lead", "removal")))
    assert client.post(url("PUB", "lead", "removal")).status_code == 409
    assert client.post(url("PUB", "lead", "role"), {"role": "VIEWER"}).status_code == 409
    assert role(world, "lead") == "LEAD"
    change_role(world.actor("lead"), world.projects["PUB"].pk, world.users["dev"].pk, "LEAD")
    assert url("PUB", "lead", "removal") in text_of(client.get(url()))
    assert client.post(url("PUB", "lead", "removal")).status_code == 303


@pytest.mark.parametrize(
    ("who", "key", "status"),
    [
        ("stranger", "PUB", 403), ("viewer", "PUB", 403), ("dev", "PUB", 403), ("leaver", "PUB", 403),
        ("stranger", "PRIV", 404), ("leaver", "PRIV", 404), ("viewer", "PRIV", 403),
    ],
)  # fmt: skip
def test_refusals(world: World, who: str, key: str, status: int) -> None:
    client = signed_in(world, who)
    assert client.post(url(key), {"identifier": "stranger", "role": "LEAD"}).status_code == status
    assert client.post(url(key, "assignee", "role"), {"role": "LEAD"}).status_code == status
    assert client.get(url(key, "assignee", "removal")).status_code == status
    assert client.post(url(key, "assignee", "removal")).status_code == status
    assert role(world, "assignee", key) == "DEVELOPER"


@pytest.mark.parametrize("username", ["nobody_here", "leaver", "stranger", "é"])
def test_who_is_no_member_is_not_found(world: World, username: str) -> None:
    client = signed_in(world, "lead")
    assert client.get(url("PUB", username, "removal")).status_code == 404
    assert client.post(url("PUB", username, "role"), {"role": "LEAD"}).status_code == 404


def test_archived_only_downwards(world: World) -> None:
    client = signed_in(world, "lead")
    page = text_of(client.get(url("OLD")))
    assert "identifier" not in page and '<option value="LEAD"' not in page
    assert client.post(url("OLD"), {"identifier": "stranger", "role": "VIEWER"}).status_code == 409
    assert client.post(url("OLD", "dev", "role"), {"role": "LEAD"}).status_code == 409
    assert client.post(url("OLD", "dev", "role"), {"role": "VIEWER"}).status_code == 303
    assert client.post(url("OLD", "assignee", "removal")).status_code == 303


def test_queries_do_not_grow(world: World) -> None:
    client = signed_in(world, "lead")
    before = queries_of(client, url())
    add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="stranger", role="LEAD")
    add_member(world.actor("lead"), world.projects["PUB"].pk, identifier="leaver", role="VIEWER")
    assert queries_of(client, url()) == before


def test_anonymous(world: World) -> None:
    for path in (url(), url("PUB", "dev", "role"), url("PUB", "dev", "removal")):
        assert Client().post(path)["Location"].startswith("/accounts/login/")


def test_page_by_page(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    for n in range(52):
        name = f"many{n:02}"
        register(None, username=name, email=f"{name}@example.com", password=PASSWORD)
        add_member(lead, pub, identifier=name, role="VIEWER")
    client = signed_in(world, "lead")
    first = text_of(client.get("/projects/PUB/members/"))
    older = first[first.index('rel="next" href="') + 17 :].split('"')[0].replace("&amp;", "&")
    second = text_of(client.get(older))
    both = first + second
    assert all(both.count(f'href="/projects/PUB/members/many{n:02}/removal/"') == 1 for n in range(52))
    assert "First page" in second and first.count("/removal/") > 40
    assert client.get("/projects/PUB/members/?after=nonsense").status_code == 422

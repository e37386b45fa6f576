from __future__ import annotations

from typing import Any

from issues.services.assigning import assign_issue
from issues.services.editing import edit_issue
from projects.models import Label
from tests.issues.browsing import signed_in, text_of
from tests.issues.test_edit_page import EDIT, form
from tests.world import World


def theirs(world: World, **fields: Any) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("assignee"), issue, version=issue.version, fields=fields)


def resolution(**more: Any) -> dict[str, Any]:
    return {"resolving": "1", "version": "2", **more}


def test_both_values_are_shown_and_nothing_is_saved(world: World) -> None:
    theirs(world, title="Their title", priority="HIGH", type="BUG")
    response = signed_in(world, "lead").post(EDIT, form(title="My title", priority="LOW", due_date="2030-01-01"))
    page = text_of(response)
    assert response.status_code == 412
    for words in ("Their title", "My title", "Taken issue of PUB", "High", "Low", "assignee changed PUB-2"):
        assert words in page
    assert 'name="version" value="2"' in page
    assert 'name="choice_title"' in page
    assert 'name="choice_priority"' in page
    assert 'name="choice_due_date"' not in page
    assert 'name="mine_due_date" value="2030-01-01"' in page
    assert "Bug" in page, "what they changed elsewhere is named too"
    assert world.issue("PUB-2").version == 2


def test_mine_and_theirs_are_taken_as_chosen(world: World) -> None:
    theirs(world, title="Their title", priority="HIGH")
    sent = resolution(
        asked=["title", "priority"], choice_title="mine", choice_priority="theirs",
        mine_title="My title", mine_priority="LOW", mine_due_date="2030-01-01",
    )  # fmt: skip
    response = signed_in(world, "lead").post(EDIT, sent)
    assert response["Location"] == "/issues/PUB-2/"
    issue = world.issue("PUB-2")
    assert (issue.title, issue.priority, str(issue.due_date), issue.version) == ("My title", "HIGH", "2030-01-01", 3)


def test_a_description_is_put_together(world: World) -> None:
    theirs(world, description="Their text\nof two lines")
    client = signed_in(world, "lead")
    page = text_of(client.post(EDIT, form(description="My text")))
    assert "Their text" in page
    assert '<textarea id="id_merged_description"' in page
    sent = resolution(
        asked=["description"], choice_description="merge", mine_description="My text",
        merged_description="Their text\r\nand mine",
    )  # fmt: skip
    assert client.post(EDIT, sent).status_code == 303
    assert world.issue("PUB-2").description == "Their text\nand mine"


def test_labels_collide_as_lists(world: World) -> None:
    theirs(world, labels=["ui"])
    client = signed_in(world, "lead")
    response = client.post(EDIT, form(labels=[]))
    assert response.status_code == 412
    assert 'name="mine_labels_sent"' in text_of(response)
    sent = resolution(asked=["labels"], choice_labels="mine", mine_labels_sent="1")
    assert client.post(EDIT, sent).status_code == 303
    assert not Label.objects.filter(issue_labels__issue=world.issue("PUB-2")).exists()


def test_a_choice_is_asked_for(world: World) -> None:
    theirs(world, title="Their title")
    response = signed_in(world, "lead").post(EDIT, resolution(asked=["title"], mine_title="My title"))
    assert response.status_code == 422
    assert world.issue("PUB-2").title == "Their title"


def test_another_change_in_between_shows_the_page_again(world: World) -> None:
    theirs(world, title="Their title")
    theirs(world, title="Their second title")
    sent = resolution(asked=["title"], choice_title="mine", mine_title="My title")
    response = signed_in(world, "lead").post(EDIT, sent)
    assert response.status_code == 412
    assert "Their second title" in text_of(response)
    assert "My title" in text_of(response)


def test_who_may_not_edit_cannot_resolve(world: World) -> None:
    theirs(world, title="Their title")
    sent = resolution(asked=["title"], choice_title="mine", mine_title="My title")
    assert signed_in(world, "dev").post(EDIT, sent).status_code == 403
    assert signed_in(world, "stranger").post("/issues/PRIV-2/edit/", sent).status_code == 404
    # A reporter's right ends at title and description, here too.
    sent = resolution(version="1", mine_priority="LOW")
    assert signed_in(world, "viewer").post("/issues/PUB-1/edit/", sent).status_code == 403
    assert world.issue("PUB-1").version == 1


def test_a_version_that_never_was(world: World) -> None:
    response = signed_in(world, "lead").post(EDIT, form(version="77", title="Future"))
    assert response.status_code == 412
    assert "There is no version 77" in text_of(response)


def test_a_quick_change_collides_too(world: World) -> None:
    theirs(world, status="IN_PROGRESS")
    client = signed_in(world, "lead")
    response = client.post("/issues/PUB-2/status/", {"status": "RESOLVED", "version": "1"})
    assert response.status_code == 412
    assert f'action="{EDIT}"' in text_of(response)
    sent = resolution(asked=["status"], choice_status="mine", mine_status="RESOLVED")
    assert client.post(EDIT, sent).status_code == 303
    assert world.issue("PUB-2").status == "RESOLVED"


def test_assignees_collide_too(world: World) -> None:
    issue = world.issue("PUB-2")
    assign_issue(world.actor("lead"), issue, version=1, assignee="dev")
    client = signed_in(world, "lead")
    action = "/issues/PUB-2/assignee/"
    response = client.post(action, {"assignee": "", "version": "1"})
    assert response.status_code == 412
    assert f'action="{action}"' in text_of(response)
    sent = resolution(asked=["assignee"], mine_assignee="")
    assert client.post(action, {**sent, "choice_assignee": "theirs"}).status_code == 303
    assert world.issue("PUB-2").assignee == world.users["dev"]
    assert client.post(action, {**sent, "choice_assignee": "mine"}).status_code == 303
    assert world.issue("PUB-2").assignee is None

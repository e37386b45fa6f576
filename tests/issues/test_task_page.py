from __future__ import annotations

import pytest

from accounts.models import Change
from issues.models import Comment
from issues.services.commenting import add_comment, edit_comment
from issues.services.editing import edit_issue
from itms_site.task_lists import Tick, progress, tasks_in, ticked
from tests.issues.browsing import signed_in, text_of
from tests.world import World

TASKS = "/issues/PUB-2/tasks/"
LIST = "- [ ] one\n- [x] two\n  1. [ ] three\n\n```\n- [ ] code\n```\n> * [ ] quoted"


def name(text: str, index: int, done: bool) -> str:
    return str(Tick(index, tasks_in(text)[index].print_, done))


def describe(world: World, text: str) -> int:
    issue = world.issue("PUB-2")
    return edit_issue(world.actor("lead"), issue, version=issue.version, fields={"description": text}).version


def test_items_of_a_text() -> None:
    assert [(task.line, task.done, task.words) for task in tasks_in(LIST)] == [
        (0, False, "one"), (1, True, "two"), (2, False, "three"), (7, False, "quoted"),
    ]  # fmt: skip
    assert progress(LIST) == (1, 4)
    assert progress("no list [x]") is None
    for index, line in ((0, "- [x] one"), (2, "  1. [x] three"), (3, "> * [x] quoted")):
        assert line in str(ticked(LIST, Tick(index, tasks_in(LIST)[index].print_, True))).split("\n")
    assert ticked("- [ ] same\n- [ ] same", Tick(7, tasks_in("- [ ] same")[0].print_, True)) is None, "which of them?"


@pytest.mark.parametrize("person", ["lead", "assignee", "operator"])
def test_it_works(world: World, person: str) -> None:
    version = describe(world, LIST)
    response = signed_in(world, person).post(TASKS, {"task": name(LIST, 0, True), "version": version})
    assert response["Location"] == "/issues/PUB-2/"
    issue = world.issue("PUB-2")
    assert issue.description == LIST.replace("[ ] one", "[x] one")
    assert (issue.version, issue.change.verb) == (version + 1, "issue.edit")


def test_refusals(world: World) -> None:
    version = describe(world, LIST)
    sent = {"task": name(LIST, 0, True), "version": version}
    for person in ("dev", "viewer", "stranger"):
        assert signed_in(world, person).post(TASKS, sent).status_code == 403
        assert 'class="task-box"' not in text_of(signed_in(world, person).get("/issues/PUB-2/"))
    assert signed_in(world, "stranger").post("/issues/PRIV-2/tasks/", sent).status_code == 404
    lead = signed_in(world, "lead")
    assert lead.post(TASKS, {**sent, "task": "0-nonsense-1"}).status_code == 422
    assert lead.post(TASKS, {**sent, "task": "0-000000000000-1"}).status_code == 422
    assert lead.post(TASKS, {"task": sent["task"]}).status_code == 428
    assert world.issue("PUB-2").version == version


def test_a_tick_lands_on_its_item_though_others_wrote(world: World) -> None:
    version = describe(world, LIST)
    describe(world, f"- [ ] zero\n{LIST}")
    sent = {"task": name(LIST, 0, True), "version": version}
    assert signed_in(world, "assignee").post(TASKS, sent).status_code == 303
    assert world.issue("PUB-2").description == f"- [ ] zero\n{LIST}".replace("[ ] one", "[x] one")


def test_an_item_that_was_rewritten_meanwhile_is_a_conflict(world: World) -> None:
    version = describe(world, LIST)
    describe(world, LIST.replace("one", "other"))
    response = signed_in(world, "assignee").post(TASKS, {"task": name(LIST, 0, True), "version": version})
    assert response.status_code == 412
    assert "merged_description" in text_of(response)
    assert "[ ] other" in world.issue("PUB-2").description


def test_those_of_a_comment_are_its_authors(world: World) -> None:
    comment = add_comment(world.actor("viewer"), world.issue("PUB-2"), body="- [ ] mine")
    path, sent = f"/comments/{comment.pk}/tasks/", {"task": name("- [ ] mine", 0, True), "version": 1}
    for person in ("lead", "operator", "stranger"):
        assert signed_in(world, person).post(path, sent).status_code == 403
    viewer = signed_in(world, "viewer")
    assert viewer.post(path, sent)["Location"] == f"/issues/PUB-2/#c{comment.pk}"
    assert Comment.objects.get().body == "- [x] mine"
    edit_comment(world.actor("viewer"), Comment.objects.get(), version=2, body="all new")
    again = viewer.post(path, {"task": name("- [x] mine", 0, False), "version": 2})
    assert again.status_code == 412 and "all new" in text_of(again)
    assert Comment.objects.get().body == "all new"


def test_a_comment_closes_its_issue_or_nothing_happens(world: World) -> None:
    new = "/issues/PUB-2/comments/"
    before = Change.objects.count()
    for person in ("dev", "viewer", "stranger"):
        assert "Comment and close" not in text_of(signed_in(world, person).get("/issues/PUB-2/"))
        refused = signed_in(world, person).post(new, {"body": "Done", "move": "CLOSED", "version": 1})
        assert refused.status_code == 403
    assignee = signed_in(world, "assignee")
    assert assignee.post(new, {"body": "", "move": "CLOSED", "version": 1}).status_code == 422
    assert assignee.post(new, {"body": "Done", "move": "AWAY", "version": 1}).status_code == 422
    assert assignee.post(new, {"body": "Done", "move": "CLOSED"}).status_code == 428
    assert (Comment.objects.count(), Change.objects.count()) == (0, before), "not even the comment"
    response = assignee.post(new, {"body": "Done", "move": "CLOSED", "version": 1})
    comment = Comment.objects.get()
    assert response["Location"] == f"/issues/PUB-2/#c{comment.pk}"
    assert world.issue("PUB-2").status == "CLOSED"
    assert list(Change.objects.order_by("-pk").values_list("verb", flat=True)[:2]) == [
        "issue.transition",
        "comment.add",
    ]
    wrong = assignee.post(new, {"body": "More", "move": "RESOLVED", "version": 2})
    assert wrong.status_code == 422 and "it can become OPEN" in text_of(wrong) and "More" in text_of(wrong)
    stale = assignee.post(new, {"body": "Kept words", "move": "IN_PROGRESS", "version": 1})
    assert stale.status_code == 412 and "Kept words" in text_of(stale)
    assert Comment.objects.count() == 1

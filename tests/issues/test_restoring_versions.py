from __future__ import annotations

from issues.selectors.detail import get_comment
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.editing import edit_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

BACK = "/issues/PUB-2/reversion/"


def change(world: World, **fields: object) -> int:
    issue = world.issue("PUB-2")
    return edit_issue(world.actor("lead"), issue, version=issue.version, fields=fields).version


def test_one_field_or_all_come_back(world: World) -> None:
    version = change(world, title="New title", priority="HIGH", labels=["ui"])
    lead = signed_in(world, "lead")
    page = text_of(lead.get(BACK, {"to": "1", "field": "title"}))
    assert "Taken issue of PUB" in page and "New title" in page
    assert lead.post(BACK, {"to": "1", "field": "title", "version": version})["Location"] == "/issues/PUB-2/"
    issue = world.issue("PUB-2")
    assert (issue.title, issue.priority, issue.change.reason) == (
        "Taken issue of PUB",
        "HIGH",
        "restored from version 1",
    )
    everything = {"to": "1", "field": ["title", "priority", "labels"], "version": issue.version}
    assert lead.post(BACK, everything).status_code == 303
    assert world.issue("PUB-2").priority == "MEDIUM"
    assert "Nothing to restore" in text_of(lead.get(BACK, {"to": "1"}))


def test_todays_rules_decide(world: World) -> None:
    change(world, status="IN_PROGRESS")
    version = change(world, status="CLOSED")
    lead = signed_in(world, "lead")
    refused = lead.post(BACK, {"to": "2", "field": "status", "version": version})
    assert refused.status_code == 422
    assert "it can become OPEN" in text_of(refused)
    assert lead.post(BACK, {"to": "1", "version": version}).status_code == 422, "no field chosen"
    assert lead.get(BACK, {"to": "99"}).status_code == 404
    assert lead.get(BACK, {"to": "x"}).status_code == lead.get(BACK).status_code == 422
    for person in ("dev", "viewer", "stranger"):
        assert signed_in(world, person).get(BACK, {"to": "1"}).status_code == 403
        assert "/reversion/" not in text_of(signed_in(world, person).get("/issues/PUB-2/history/"))
    assert world.issue("PUB-2").version == version


def test_a_reporter_restores_only_their_own_words(world: World) -> None:
    issue = world.issue("PUB-1")
    edit_issue(world.actor("lead"), issue, version=1, fields={"title": "Other", "priority": "HIGH"})
    viewer, path = signed_in(world, "viewer"), "/issues/PUB-1/reversion/"
    page = text_of(viewer.get(path, {"to": "1"}))
    assert 'value="title"' in page and 'value="priority"' not in page
    assert viewer.post(path, {"to": "1", "field": "priority", "version": 2}).status_code == 403
    assert viewer.post(path, {"to": "1", "field": "title", "version": 2}).status_code == 303


def test_two_versions_side_by_side(world: World) -> None:
    change(world, title="New title", description="one\ntwo")
    change(world, description="one\nthree")
    client = signed_in(world, "stranger")
    page = text_of(client.get("/issues/PUB-2/history/", {"from": "3", "to": "1"}))
    assert page.index("Version 1<") < page.index("Version 3<")
    assert "three" in page and "two" not in page
    assert "The same in both: type, priority" in page
    assert client.get("/issues/PUB-2/history/", {"from": "1", "to": "9"}).status_code == 404
    assert "say the same" in text_of(client.get("/issues/PUB-2/history/", {"from": "1", "to": "1"}))
    assert queries_of(client, "/issues/PUB-2/history/?from=1&to=3") <= 12


def test_what_a_comment_said_before(world: World) -> None:
    comment = add_comment(world.actor("viewer"), world.issue("PUB-2"), body="call Ana at noon <b>")
    edit_comment(world.actor("viewer"), comment, version=1, body="call Bob at noon <b>")
    path = f"/comments/{comment.pk}/history/"
    for person in ("viewer", "lead", "operator"):
        page = text_of(signed_in(world, person).get(path))
        assert "<del>Ana</del>" in page and "<ins>Bob</ins>" in page and "<b>" not in page.split("<main")[1]
        assert f'href="{path}"' in text_of(signed_in(world, person).get("/issues/PUB-2/"))
    for person in ("dev", "stranger"):
        assert signed_in(world, person).get(path).status_code == 403
        assert f'href="{path}"' not in text_of(signed_in(world, person).get("/issues/PUB-2/"))
    delete_comment(world.actor("viewer"), get_comment(world.actor("viewer"), comment.pk), version=2)
    assert signed_in(world, "lead").get(path).status_code == 410


def test_a_preview_has_the_readers_references_and_a_limit(world: World) -> None:
    sent = {"text": "**Bold** PUB-1 PRIV-1 <script>"}
    stranger = text_of(signed_in(world, "stranger").post("/markdown/preview/", sent))
    assert "<strong>Bold</strong>" in stranger and "/issues/PUB-1/" in stranger
    assert "/issues/PRIV-1/" not in stranger and "<script" not in stranger
    assert "/issues/PRIV-1/" in text_of(signed_in(world, "dev").post("/markdown/preview/", sent))
    assert signed_in(world, "dev").post("/markdown/preview/", {"text": "x" * 65_536}).status_code == 422


def test_only_a_part_of_the_timeline(world: World) -> None:
    add_comment(world.actor("dev"), world.issue("PUB-2"), body="Some words")
    change(world, priority="HIGH")
    client = signed_in(world, "dev")
    comments = text_of(client.get("/issues/PUB-2/?show=comments"))
    changes = text_of(client.get("/issues/PUB-2/?show=changes"))
    assert "Some words" in comments and "changed priority" not in comments
    assert "Some words" not in changes and "changed priority" in changes

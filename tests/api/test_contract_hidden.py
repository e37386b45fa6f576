"""What may not be seen is told by no answer: the same words, byte for byte, whether it exists elsewhere or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.calling import Answer, Caller

By = Callable[..., Caller]


def alike(first: Answer, second: Answer, *words: tuple[str, str]) -> None:
    """Fails unless the answers differ in nothing but the words that were asked for."""
    raw = first.raw
    for there, nowhere in words:
        raw = raw.replace(there.encode(), nowhere.encode())
    assert raw == second.raw
    assert first.status == second.status
    names = {name for name in first.headers if name not in {"X-Request-ID", "Content-Length"}}
    assert {n: first.headers[n] for n in names} == {n: second.headers[n] for n in names if n in second.headers}


PATHS = [
    "/projects/PRIV", "/projects/PRIV/members", "/projects/PRIV/labels", "/projects/PRIV/issues",
    "/projects/PRIV/issues?q=x&limit=0", "/projects/PRIV/history", "/projects/PRIV/history?cursor=x",
    "/issues/PRIV-1", "/issues/PRIV-1?version=1", "/issues/PRIV-1?version=x", "/issues/PRIV-1?as_of=x",
    "/issues/PRIV-1/history", "/issues/PRIV-1/comments", "/issues/PRIV-99",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["stranger", "leaver"])
def test_addresses(by: By, path: str, name: str) -> None:
    caller = by(name)
    there, nowhere = caller.get(path), caller.get(path.replace("PRIV", "NONE"))
    there.is_problem(404, "not_found")
    alike(there, nowhere, ("PRIV", "NONE"))
    alike(caller.get(path.replace("PRIV", "priv")), nowhere, ("priv", "NONE"))


def test_old_and_other_spellings_of_hidden_keys(by: By) -> None:
    by("lead").patch("/projects/PRIV", {"key": "HUSH"}, If_Match='"1"')
    for key in ("PRIV", "HUSH", "hush"):
        alike(by("stranger").get(f"/projects/{key}"), by("stranger").get("/projects/NONE"), (key, "NONE"))
        alike(by("stranger").get(f"/issues/{key}-1"), by("stranger").get("/issues/NONE-1"), (key, "NONE"))


def test_comments(by: By) -> None:
    pk = by("lead").post("/issues/PRIV-1/comments", {"body": "x"}).json["id"]
    for path in ("/comments/{}", "/comments/{}/history"):
        alike(by("stranger").get(path.format(pk)), by("stranger").get(path.format(999_999)))
    for body in ({"body": "x"}, {"unknown": 1}):
        there = by("stranger").patch(f"/comments/{pk}", body)
        alike(there, by("stranger").patch("/comments/999999", body))


def test_names_in_bodies(by: By) -> None:
    lead = by("lead")
    by("lead").post("/projects/PRIV/labels", {"name": "hidden"})
    for make in (
        lambda name: lead.post("/projects/PUB/issues", {"title": "x", "assignee": name}),
        lambda name: lead.put("/issues/PUB-1/assignee", {"assignee": name}, If_Match='"1"'),
    ):
        for name in ("stranger", "leaver", "viewer", "operator"):
            alike(make(name).is_problem(422), make("nobody_at_all"), (name, "nobody_at_all"))
    for make in (
        lambda name: lead.post("/projects/PUB/issues", {"title": "x", "labels": [name]}),
        lambda name: lead.patch("/issues/PUB-1", {"labels": [name]}, If_Match='"1"'),
        lambda name: lead.put(f"/issues/PUB-1/labels/{name}"),
        lambda name: lead.post("/projects/PUB/labels/bug/merge", {"into": name}),
    ):
        alike(make("hidden"), make("nothing"), ("hidden", "nothing"))


def test_a_developer_does_not_learn_who_exists(by: By) -> None:
    dev = by("dev")
    for name in ("stranger", "lead", "viewer", "nobody_at_all"):
        alike(
            dev.put("/issues/PUB-1/assignee", {"assignee": name}, If_Match='"1"').is_problem(403),
            dev.put("/issues/PUB-1/assignee", {"assignee": "other"}, If_Match='"1"'),
            (name, "other"),
        )


def test_deactivated_people_are_not_told_from_none(by: By, world: object) -> None:
    from accounts.actor import Actor
    from projects.services.deactivating import deactivate_user

    deactivate_user(Actor.system(), world.users["stranger"].pk)  # type: ignore[attr-defined]
    lead = by("lead")
    alike(
        lead.post("/projects/PUB/members", {"identifier": "stranger", "role": "VIEWER"}).is_problem(422),
        lead.post("/projects/PUB/members", {"identifier": "nobody_at_all", "role": "VIEWER"}),
        ("stranger", "nobody_at_all"),
    )


def test_lists_and_searches(by: By) -> None:
    stranger = by("stranger")
    for q in ("project:PRIV", "PRIV-1", "#1", "is:deleted", '"Free issue of PRIV"', "label:bug", "assignee:assignee"):
        answer = stranger("GET", f"/issues?q={q.replace('#', '%23').replace(' ', '%20')}")
        assert b"PRIV" not in answer.raw, q
    alike(stranger.get("/issues?q=project:PRIV"), stranger.get("/issues?q=project:NONE"), ("PRIV", "NONE"))
    alike(
        stranger.get("/issues?q=project:PRIV&strict=1"),
        stranger.get("/issues?q=project:NONE&strict=1"),
        ("PRIV", "NONE"),
    )
    assert b"PRIV" not in stranger.get("/projects").raw


def test_losing_access_between_two_pages(by: By) -> None:
    page = by("viewer").get("/issues?limit=1").json
    by("lead").delete("/projects/PRIV/members/viewer")
    cursor, keys = page["next"], []
    while cursor:
        page = by("viewer").get(f"/issues?limit=1&cursor={cursor}").json
        keys += [item["key"] for item in page["items"]]
        cursor = page["next"]
    assert keys
    assert not [key for key in keys if key.startswith("PRIV")]

"""ETag, If-Match, 428 and 412."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Change
from tests.api.calling import Answer, Caller, is_comment, is_issue, is_project

By = Callable[..., Caller]
Act = Callable[..., Answer]


@pytest.fixture
def acts(by: By) -> dict[str, tuple[Act, str, Callable[[object], None]]]:
    """Every act that needs a version: (the call, the field that it changes, the form of `current`)."""
    lead = by("lead")
    comment = lead.post("/issues/PUB-1/comments", {"body": "First."}).json["id"]

    def act(method: str, path: str, **fields: object) -> Act:
        return lambda version=None, **headers: lead(
            method, path, {**fields, **({} if version is None else {"version": version})} or None, **headers
        )

    return {
        "edit a project": (act("PATCH", "/projects/PUB", name="Mine"), "name", is_project),
        "delete a project": (act("DELETE", "/projects/PUB"), "", is_project),
        "edit an issue": (act("PATCH", "/issues/PUB-1", title="Mine"), "title", is_issue),
        "assign an issue": (act("PUT", "/issues/PUB-1/assignee", assignee="dev"), "assignee", is_issue),
        "delete an issue": (act("DELETE", "/issues/PUB-1"), "", is_issue),
        "edit a comment": (act("PATCH", f"/comments/{comment}", body="Mine."), "body", is_comment),
        "delete a comment": (act("DELETE", f"/comments/{comment}"), "", is_comment),
    }


ALL = (
    "edit a project", "delete a project", "edit an issue", "assign an issue", "delete an issue", "edit a comment",
    "delete a comment",
)  # fmt: skip


@pytest.fixture(params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_version_is_428(acts: dict[str, tuple[Act, str, object]], name: str) -> None:
    before = Change.objects.count()
    acts[name][0]().is_problem(428, "version_required")
    assert Change.objects.count() == before


@pytest.mark.parametrize("header", ['"1"', "1", 'W/"1"', ' "1" '])
def test_if_match(acts: dict[str, tuple[Act, str, object]], name: str, header: str) -> None:
    assert acts[name][0](If_Match=header).status in {200, 204}


def test_a_version_in_the_body(acts: dict[str, tuple[Act, str, object]], name: str) -> None:
    assert acts[name][0](version=1).status in {200, 204}


def test_both_when_they_agree(acts: dict[str, tuple[Act, str, object]], name: str) -> None:
    acts[name][0](version=1, If_Match='"2"').is_problem(422, field="version")
    assert acts[name][0](version=1, If_Match='"1"').status in {200, 204}


@pytest.mark.parametrize(
    "header", ["", "*", '"x"', '"1", "2"', '"１"', '"-1"', '"0"', '"9"', '"' + "9" * 400 + '"', "\x00"]
)
def test_what_is_no_version_matches_nothing(acts: dict[str, tuple[Act, str, object]], name: str, header: str) -> None:
    answer = acts[name][0](If_Match=header).is_problem(412, "stale")
    assert answer.json["mergeable"] is False
    assert answer.json["changes_since"] == []


@pytest.mark.parametrize("version", ["1", 1.0, True, 0, -1, 2**63, [1], None])
def test_versions_of_the_wrong_shape(acts: dict[str, tuple[Act, str, object]], by: By, version: object) -> None:
    answer = by("lead").patch("/issues/PUB-1", {"title": "Mine", "version": version})
    answer.is_problem(428 if version is None else 422)


def test_a_stale_one_is_412_and_changes_nothing(
    acts: dict[str, tuple[Act, str, Callable[[object], None]]], by: By, name: str
) -> None:
    act, field, is_form = acts[name]
    lead = by("lead")
    if "project" in name:
        lead.patch("/projects/PUB", {"name": "Theirs"}, If_Match='"1"')
        expected = {"field": "name", "old": "Project PUB", "new": "Theirs"}
    elif "issue" in name:
        lead.patch("/issues/PUB-1", {"title": "Theirs"}, If_Match='"1"')
        expected = {"field": "title", "old": "Free issue of PUB", "new": "Theirs"}
    else:
        acts["edit a comment"][0](If_Match='"1"')
        expected = {"field": "body", "old": "First.", "new": "Mine."}
    before = Change.objects.count()
    answer = act(If_Match='"1"').is_problem(412, "stale")
    assert Change.objects.count() == before
    is_form(answer.json["current"])
    assert answer.json["current"]["version"] == 2
    assert answer.json["changes_since"] == [expected]
    same = field == expected["field"] and name != "edit a comment"  # the comment's own text is what they wrote too
    assert answer.json["mergeable"] is not same
    assert act(If_Match='"2"').status in {200, 204}


def test_mergeable_when_both_wrote_the_same(by: By) -> None:
    lead = by("lead")
    lead.patch("/issues/PUB-1", {"title": "Same", "priority": "HIGH"}, If_Match='"1"')
    agreed = lead.patch("/issues/PUB-1", {"title": "Same"}, If_Match='"1"').is_problem(412)
    assert agreed.json["mergeable"] is True
    apart = lead.patch("/issues/PUB-1", {"description": "Other"}, If_Match='"1"').is_problem(412)
    assert apart.json["mergeable"] is True  # and still not written: the API never merges on its own
    collides = lead.patch("/issues/PUB-1", {"priority": "LOW", "type": "BUG"}, If_Match='"1"').is_problem(412)
    assert collides.json["mergeable"] is False
    assert lead.get("/issues/PUB-1").json["description"] == "Nobody has it."


def test_labels_and_people_in_changes_since(by: By) -> None:
    lead = by("lead")
    lead.put("/issues/PUB-1/labels/bug")
    lead.put("/issues/PUB-1/assignee", {"assignee": "dev", "version": 2})
    answer = lead.patch("/issues/PUB-1", {"labels": ["ui"]}, If_Match='"1"').is_problem(412)
    assert answer.json["changes_since"] == [
        {"field": "assignee", "old": None, "new": "dev"},
        {"field": "labels", "old": [], "new": ["bug"]},
    ]
    assert answer.json["mergeable"] is False

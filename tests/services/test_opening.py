"""Creating an issue."""

from __future__ import annotations

import datetime

import pytest

from issues.models import IssueLabel
from issues.services.opening import open_issue
from itms_site.errors import Archived, Forbidden, Invalid, NotFound
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def test_it_works(world: World) -> None:
    with writes(issue=1):
        issue = open_issue(
            world.actor("lead", via="api"),
            world.projects["PUB"].pk,
            title="  A title ",
            description="Words\r\nand more  \n",
            type="BUG",
            priority="CRITICAL",
            assignee="dev",
            due_date="2030-01-31",
            labels=["BUG", "ui", "bug"],
        )
    issue = world.issue(issue.key)
    assert (issue.key, issue.version, issue.status, issue.closed_at) == ("PUB-3", 1, "OPEN", None)
    assert (issue.title, issue.description) == ("A title", "Words\nand more")
    assert (issue.type, issue.priority, issue.priority_rank) == ("BUG", "CRITICAL", 4)
    assert (issue.reporter.username, issue.assignee and issue.assignee.username) == ("lead", "dev")
    assert issue.due_date == datetime.date(2030, 1, 31)
    assert issue.created_at == issue.updated_at
    assert sorted(IssueLabel.objects.filter(issue=issue).values_list("label__name", flat=True)) == ["bug", "ui"]


def test_the_change_says_who_how_and_when(world: World) -> None:
    issue = open_issue(world.actor("viewer", via="api"), world.projects["PUB"].pk, title="New")
    change = last_change()
    assert (change.verb, change.via, change.actor_id) == ("issue.create", "api", world.users["viewer"].pk)
    row = issue.history.get()
    assert (row.change_id, row.history_date, row.history_user_id) == (change.pk, change.at, change.actor_id)
    assert (row.history_type, row.version, row.label_ids) == ("+", 1, [])
    assert issue.created_at == change.at


def test_numbers_follow_each_other_in_each_project(world: World) -> None:
    lead = world.actor("lead")
    numbers = [open_issue(lead, world.projects[key].pk, title="New").number for key in ("PUB", "PRIV", "PUB", "PRIV")]
    assert numbers == [3, 3, 4, 4]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " \n "},
        {"title": "x" * 201},
        {"title": "two\nlines"},
        {"title": "\u202eturned round"},
        {"title": "half a pair \ud800"},
        {"description": "x" * 65_536},
        {"description": "\x00"},
        {"description": "half a pair \udfff"},
        {"type": "EPIC"},
        {"type": "bug"},
        {"priority": "URGENT"},
        {"due_date": "2030-02-30"},
        {"due_date": "31.01.2030"},
        {"due_date": "20300131"},
        {"due_date": "2030-W05-4"},
        {"due_date": "1999-12-31"},
        {"due_date": "2101-01-01"},
        {"labels": ["nowhere"]},
        {"labels": ["\ud800"]},
        {"assignee": "nobody"},
        {"assignee": "\ud800"},
    ],
    ids=repr,
)
def test_wrong_values_are_named_and_take_no_number(world: World, wrong: dict[str, object]) -> None:
    pub = world.projects["PUB"].pk
    with writes_nothing(), pytest.raises(Invalid) as caught:
        open_issue(world.actor("lead"), pub, **{"title": "New", **wrong})  # type: ignore[arg-type]
    assert {error.field for error in caught.value.errors} == set(wrong)
    assert open_issue(world.actor("lead"), pub, title="The next").number == 3


@pytest.mark.parametrize("who", ["viewer", "leaver", "stranger", "nobody", "operator"])
def test_only_leads_and_developers_are_assigned_in_the_same_words(world: World, who: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title="New", assignee=who)
    (error,) = caught.value.errors
    assert (error.field, error.code) == ("assignee", "no_such_assignee")
    assert error.message == f"“{who}” is no active Lead or Developer of PUB."


def test_another_projects_label_is_refused_in_the_same_words(world: World) -> None:
    from projects.services.labels import create_label

    create_label(world.actor("lead"), world.projects["PRIV"].pk, name="secret")
    messages = []
    for name in ("secret", "nowhere"):
        with pytest.raises(Invalid) as caught:
            open_issue(world.actor("lead"), world.projects["PUB"].pk, title="New", labels=[name])
        messages.append(caught.value.detail.replace(name, "…"))
    assert messages[0] == messages[1]


def test_who_may_not(world: World) -> None:
    with pytest.raises(Forbidden):
        open_issue(world.actor("stranger"), world.projects["PUB"].pk, title="New")
    with pytest.raises(NotFound):
        open_issue(world.actor("stranger"), world.projects["PRIV"].pk, title="New")
    with pytest.raises(Forbidden):
        open_issue(world.actor("dev"), world.projects["PUB"].pk, title="New", assignee="lead")
    with pytest.raises(Forbidden):
        open_issue(world.actor("viewer"), world.projects["PUB"].pk, title="New", assignee="viewer")


def test_the_archive_comes_before_wrong_values_and_after_rights(world: World) -> None:
    old = world.projects["OLD"].pk
    with pytest.raises(Archived):
        open_issue(world.actor("lead"), old, title="", type="EPIC")
    with pytest.raises(Forbidden):
        open_issue(world.actor("stranger"), old, title="New")

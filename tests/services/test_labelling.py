"""Labels on issues, and labels themselves: renaming, merging, deleting."""

from __future__ import annotations

import pytest

from issues.models import IssueLabel
from issues.services.deleting import delete_issue
from issues.services.deleting_label import delete_label
from issues.services.editing import edit_issue
from issues.services.labelling import put_label, take_off_label
from issues.services.merging_labels import merge_labels
from issues.services.opening import open_issue
from itms_site.errors import Archived, Forbidden, Invalid, NotFound, Taken
from projects.models import Label
from projects.services.labels import create_label, edit_label
from tests.services.watching import last_change, writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def label(world: World, name: str, key: str = "PUB") -> Label:
    return Label.objects.get(project=world.projects[key], name=name, slot=0)


def names(world: World, key: str) -> list[str]:
    return sorted(IssueLabel.objects.filter(issue=world.issue(key)).values_list("label__name", flat=True))


def test_putting_on_and_taking_off(world: World) -> None:
    lead = world.actor("lead")
    with writes(issue=1):
        assert put_label(lead, world.issue("PUB-2"), " UI ").version == 2
    assert (names(world, "PUB-2"), last_change().verb) == (["bug", "ui"], "issue.label")
    with writes(issue=1):
        assert take_off_label(lead, world.issue("PUB-2"), "Bug").version == 3
    assert (names(world, "PUB-2"), last_change().verb) == (["ui"], "issue.unlabel")
    ids = [row.label_ids for row in world.issue("PUB-2").history.order_by("version")]
    bug, ui = label(world, "bug").pk, label(world, "ui").pk
    assert ids == [[bug], sorted([bug, ui]), [ui]]


def test_the_same_again_writes_nothing(world: World) -> None:
    with writes_nothing():
        assert put_label(world.actor("lead"), world.issue("PUB-2"), "BUG").version == 1
        assert take_off_label(world.actor("lead"), world.issue("PUB-2"), "ui").version == 1


def test_it_needs_no_version_and_comes_on_top_of_others_changes(world: World) -> None:
    issue = world.issue("PUB-2")
    edit_issue(world.actor("lead"), issue, version=1, fields={"title": "Other"})
    assert put_label(world.actor("assignee"), issue, "ui").title == "Other"


@pytest.mark.parametrize("name", ["nowhere", "", "\ud800", "x" * 500])
def test_a_label_that_the_project_does_not_have(world: World, name: str) -> None:
    for act in (put_label, take_off_label):
        with writes_nothing(), pytest.raises(NotFound):
            act(world.actor("lead"), world.issue("PUB-2"), name)


def test_another_projects_label_is_not_found_in_the_same_words(world: World) -> None:
    create_label(world.actor("lead"), world.projects["PRIV"].pk, name="secret")
    for name in ("secret", "nowhere"):
        with pytest.raises(NotFound) as caught:
            put_label(world.actor("lead"), world.issue("PUB-2"), name)
        assert caught.value.detail == f"PUB has no label “{name}”."


def test_creating(world: World) -> None:
    with writes(label=1):
        made = create_label(world.actor("lead"), world.projects["PUB"].pk, name=" Ünser  Ding ", colour="#ABCDEF")
    made.refresh_from_db()
    assert (made.name, made.colour, made.version, made.slot) == ("Ünser  Ding", "#abcdef", 1, 0)


@pytest.mark.parametrize("name", ["bug", "BUG", " Bug ", "ｂｕｇ"])
def test_a_taken_name(world: World, name: str) -> None:
    with writes_nothing(), pytest.raises(Taken):
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=name)
    with writes_nothing(), pytest.raises(Taken):
        edit_label(world.actor("lead"), world.projects["PUB"].pk, label(world, "ui").pk, {"name": name})


@pytest.mark.parametrize("name", ["", " ", "x" * 33, "a/b", "a,b", 'a"b', ".", "..", "a\nb", "a\u200bb", "\ud800"])
def test_a_wrong_name(world: World, name: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        create_label(world.actor("lead"), world.projects["PUB"].pk, name=name)
    assert {error.field for error in caught.value.errors} == {"name"}


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "##12345", "123456"])
def test_a_wrong_colour(world: World, colour: str) -> None:
    with writes_nothing(), pytest.raises(Invalid) as caught:
        create_label(world.actor("lead"), world.projects["PUB"].pk, name="new", colour=colour)
    assert {error.field for error in caught.value.errors} == {"colour"}


def test_renaming_is_the_labels_change_alone(world: World) -> None:
    with writes(label=1):
        edit_label(world.actor("lead"), world.projects["PUB"].pk, label(world, "bug").pk, {"name": "defect"})
    assert (world.issue("PUB-2").version, names(world, "PUB-2")) == (1, ["defect"])


def test_the_same_name_in_other_capitals_is_a_change(world: World) -> None:
    with writes(label=1):
        edit_label(world.actor("lead"), world.projects["PUB"].pk, label(world, "bug").pk, {"name": "Bug"})


@pytest.mark.parametrize("same", [{}, {"name": " bug "}, {"colour": "#D73A4A"}, {"name": "bug", "colour": " #d73a4a"}])
def test_no_change_writes_nothing(world: World, same: dict[str, str]) -> None:
    with writes_nothing():
        edit_label(world.actor("lead"), world.projects["PUB"].pk, label(world, "bug").pk, same)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["slot", "project", "project_id", "version", "id", "x"])
def test_no_other_field_is_assigned(world: World, name: str) -> None:
    with writes_nothing(), pytest.raises(Invalid):
        edit_label(world.actor("lead"), world.projects["PUB"].pk, label(world, "bug").pk, {name: "1"})  # type: ignore[typeddict-unknown-key, misc]


def test_deleting_gives_each_issue_one_version_in_one_change(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    for title in ("Third", "Fourth"):
        open_issue(lead, pub, title=title, labels=["bug", "ui"])
    delete_issue(lead, world.issue("PUB-4"), version=1)
    pk = label(world, "bug").pk
    with writes(issue=3, label=1):
        assert delete_label(lead, pub, pk) == 3
    assert [world.issue(f"PUB-{n}").version for n in (1, 2, 3, 4)] == [1, 2, 2, 3]
    assert (names(world, "PUB-2"), names(world, "PUB-3"), names(world, "PUB-4")) == ([], ["ui"], ["ui"])
    gone = Label.objects.get(pk=pk)
    assert (gone.slot, gone.version, gone.history.get(version=2).history_type) == (pk, 2, "-")
    with pytest.raises(NotFound):
        delete_label(lead, pub, pk)
    with pytest.raises(NotFound):
        put_label(lead, world.issue("PUB-2"), "bug")


def test_a_deleted_labels_name_is_free_again(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    old = label(world, "bug").pk
    delete_label(lead, pub, old)
    assert create_label(lead, pub, name="bug").pk != old
    delete_label(lead, pub, label(world, "bug").pk)


def test_merging(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    open_issue(lead, pub, title="Both", labels=["bug", "ui"])
    open_issue(lead, pub, title="The other", labels=["ui"])
    with writes(issue=2, label=1):
        assert merge_labels(lead, pub, label(world, "bug").pk, label(world, "ui").pk).name == "ui"
    assert [names(world, f"PUB-{n}") for n in (2, 3, 4)] == [["ui"]] * 3
    assert world.issue("PUB-4").version == 1


def test_merging_refused(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    bug, elsewhere = label(world, "bug").pk, label(world, "ui", "PRIV").pk
    words = set()
    for into in (bug, elsewhere, 10**9):
        with writes_nothing(), pytest.raises(Invalid) as caught:
            merge_labels(lead, pub, bug, into)
        if into != bug:
            words.add(caught.value.detail)
    assert len(words) == 1
    with writes_nothing(), pytest.raises(NotFound):
        merge_labels(lead, pub, elsewhere, bug)


def test_who_may_not(world: World) -> None:
    for who in ("dev", "assignee", "viewer", "stranger"):
        with pytest.raises(Forbidden):
            delete_label(world.actor(who), world.projects["PUB"].pk, label(world, "bug").pk)
    with pytest.raises(Forbidden):
        put_label(world.actor("viewer"), world.issue("PUB-1"), "ui")
    with pytest.raises(Archived):
        edit_label(world.actor("lead"), world.projects["OLD"].pk, label(world, "bug", "OLD").pk, {"name": "x"})

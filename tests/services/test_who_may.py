"""product.md §2 as a table: every act × everybody × public, private, archived. What is not visible is not found,
what is visible but not permitted is forbidden, what an archived project does not take is a conflict."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.actor import Actor
from issues.selectors.detail import get_issue
from issues.services.assigning import assign_issue
from issues.services.changing_role import change_role
from issues.services.commenting import add_comment, delete_comment, edit_comment
from issues.services.deleting import delete_issue, restore_issue
from issues.services.deleting_label import delete_label
from issues.services.deleting_project import delete_project, restore_project
from issues.services.editing import edit_issue
from issues.services.labelling import put_label, take_off_label
from issues.services.merging_labels import merge_labels
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from itms_site.errors import Archived, Forbidden, ItmsError, NotFound
from projects.models import Label
from projects.selectors import get_project
from projects.services.labels import create_label, edit_label
from projects.services.members import add_member
from projects.services.projects import edit_project
from tests.services.watching import writes_nothing
from tests.world import World

EVERYBODY = ("operator", "lead", "dev", "assignee", "viewer", "leaver", "stranger")
MEMBERS = ("lead", "dev", "assignee", "viewer")
Act = Callable[[World, Actor, str], object]
ACTS: dict[str, tuple[Act, frozenset[str], bool]] = {}


def act(name: str, *allowed: str, frozen: bool = True) -> Callable[[Act], Act]:
    """`allowed` may, on a project that they see; `frozen`: an archived project refuses it."""

    def register(run: Act) -> Act:
        ACTS[name] = (run, frozenset(allowed), frozen)
        return run

    return register


def label_of(world: World, key: str, name: str) -> int:
    return Label.objects.get(project=world.projects[key], name=name, slot=0).pk


LEADS = ("operator", "lead")
# An operator who is no member cannot be assigned: test_assigning.py.
ELSEWHERE = {("create an issue for oneself", "operator"), ("take an unassigned issue", "operator")}


@act("see the project", *EVERYBODY, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    return get_project(actor, key)


@act("see an issue", *EVERYBODY, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    return get_issue(actor, f"{key}-1")


@act("edit the project", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return edit_project(actor, world.projects[key].pk, version=world.projects[key].version, fields={"name": "Other"})


@act("change the key", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return edit_project(actor, world.projects[key].pk, version=world.projects[key].version, fields={"key": "OTHER"})


@act("change the visibility", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    project = world.projects[key]
    return edit_project(actor, project.pk, version=project.version, fields={"is_public": not project.is_public})


@act("archive or un-archive", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    project = world.projects[key]
    return edit_project(actor, project.pk, version=project.version, fields={"archived": not project.is_archived})


@act("delete the project", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    return delete_project(actor, world.projects[key].pk, version=world.projects[key].version)


@act("restore the project", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    delete_project(world.actor("operator"), world.projects[key].pk, version=world.projects[key].version)
    return restore_project(actor, world.projects[key].pk)


@act("add a member", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return add_member(actor, world.projects[key].pk, identifier="stranger", role="VIEWER")


@act("promote a member", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return change_role(actor, world.projects[key].pk, world.users["dev"].pk, "LEAD")


@act("demote a member", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    return change_role(actor, world.projects[key].pk, world.users["assignee"].pk, "VIEWER")


@act("remove somebody else", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    target = "viewer" if actor.user_id != world.users["viewer"].pk else "dev"
    return remove_member(actor, world.projects[key].pk, world.users[target].pk)


@act("create a label", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return create_label(actor, world.projects[key].pk, name="new")


@act("rename a label", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return edit_label(actor, world.projects[key].pk, label_of(world, key, "ui"), {"name": "other"})


@act("delete a label", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return delete_label(actor, world.projects[key].pk, label_of(world, key, "bug"))


@act("merge labels", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return merge_labels(actor, world.projects[key].pk, label_of(world, key, "bug"), label_of(world, key, "ui"))


@act("create an issue", "operator", *MEMBERS)
def _(world: World, actor: Actor, key: str) -> object:
    return open_issue(actor, world.projects[key].pk, title="New", labels=["bug"], due_date="2030-01-31")


@act("create an issue for oneself", "lead", "dev", "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    assert actor.user is not None
    return open_issue(actor, world.projects[key].pk, title="New", assignee=actor.user.username)


@act("create an issue for another", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    other = "dev" if actor.user_id != world.users["dev"].pk else "assignee"
    return open_issue(actor, world.projects[key].pk, title="New", assignee=other)


@act("edit an issue", *LEADS, "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    return edit_issue(actor, world.issue(f"{key}-2"), version=1, fields={"title": "Other", "priority": "HIGH"})


@act("edit one's own untouched report", *LEADS, "viewer")
def _(world: World, actor: Actor, key: str) -> object:
    return edit_issue(actor, world.issue(f"{key}-1"), version=1, fields={"title": "Other", "description": "Other"})


@act("change the status of one's own untouched report", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return edit_issue(actor, world.issue(f"{key}-1"), version=1, fields={"status": "CLOSED"})


@act("put a label on", *LEADS, "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    return put_label(actor, world.issue(f"{key}-2"), "ui")


@act("take a label off", *LEADS, "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    return take_off_label(actor, world.issue(f"{key}-2"), "bug")


@act("take an unassigned issue", "lead", "dev", "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    assert actor.user is not None
    return assign_issue(actor, world.issue(f"{key}-1"), version=1, assignee=actor.user.username)


@act("hand an issue back", *LEADS, "assignee")
def _(world: World, actor: Actor, key: str) -> object:
    return assign_issue(actor, world.issue(f"{key}-2"), version=1, assignee=None)


@act("assign somebody else", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    other = "dev" if actor.user_id != world.users["dev"].pk else "lead"
    return assign_issue(actor, world.issue(f"{key}-2"), version=1, assignee=other)


@act("delete an issue", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return delete_issue(actor, world.issue(f"{key}-2"), version=1)


@act("restore an issue", *LEADS, frozen=False)
def _(world: World, actor: Actor, key: str) -> object:
    if key == "OLD":
        return restore_issue(actor, world.issue("OLD-2"))  # not deleted: comes back unchanged
    delete_issue(world.actor("operator"), world.issue(f"{key}-2"), version=1)
    return restore_issue(actor, world.issue(f"{key}-2"))


@act("comment", *EVERYBODY)
def _(world: World, actor: Actor, key: str) -> object:
    return add_comment(actor, world.issue(f"{key}-1"), body="Hello")


@act("edit one's own comment", *EVERYBODY)
def _(world: World, actor: Actor, key: str) -> object:
    comment = comment_of(world, actor, key)
    return edit_comment(actor, comment, version=1, body="Other")


@act("edit another's comment")
def _(world: World, actor: Actor, key: str) -> object:
    return edit_comment(actor, comment_of(world, another(world, actor), key), version=1, body="Other")


@act("delete one's own comment", *EVERYBODY)
def _(world: World, actor: Actor, key: str) -> object:
    return delete_comment(actor, comment_of(world, actor, key), version=1)


@act("delete another's comment", *LEADS)
def _(world: World, actor: Actor, key: str) -> object:
    return delete_comment(actor, comment_of(world, another(world, actor), key), version=1)


def another(world: World, actor: Actor) -> Actor:
    return world.actor("viewer" if actor.user_id != world.users["viewer"].pk else "dev")


def comment_of(world: World, author: Actor, key: str) -> object:
    """A comment by `author`, made while they saw the project and it was not archived."""
    operator, project = world.actor("operator"), world.projects[key]
    fields = {"is_public": True, "archived": False}
    opened = edit_project(operator, project.pk, version=project.version, fields=fields)  # type: ignore[arg-type]
    comment = add_comment(author, world.issue(f"{key}-1"), body="Hello")
    before = {"is_public": project.is_public, "archived": project.is_archived}
    edit_project(operator, project.pk, version=opened.version, fields=before)  # type: ignore[arg-type]
    return comment


def outcome(name: str, who: str, key: str) -> type[ItmsError] | None:
    _run, allowed, frozen = ACTS[name]
    if key == "PRIV" and who in ("leaver", "stranger"):
        return NotFound
    if who not in allowed:
        return Forbidden
    return Archived if key == "OLD" and frozen else None


def result(name: str, world: World, who: str, key: str) -> type[ItmsError] | None:
    """What comes of it; undone afterwards."""
    with transaction.atomic():
        try:
            ACTS[name][0](world, world.actor(who), key)
        except ItmsError as error:
            return type(error)
        finally:
            transaction.set_rollback(True)
    return None


@pytest.mark.parametrize("name", ACTS)
def test_who_may(name: str, world: World) -> None:
    cells = [(who, key) for who in EVERYBODY for key in ("PUB", "PRIV", "OLD") if (name, who) not in ELSEWHERE]
    expected = {cell: outcome(name, *cell) for cell in cells}
    assert {(who, key): result(name, world, who, key) for who, key in cells} == expected


@pytest.mark.parametrize("who", ["dev", "viewer", "stranger"])
def test_a_refusal_writes_nothing(who: str, world: World) -> None:
    for name, (run, _allowed, _frozen) in ACTS.items():
        if outcome(name, who, "OLD") is None or "comment" in name or name == "restore the project":
            continue
        with writes_nothing(), pytest.raises(ItmsError):
            run(world, world.actor(who), "OLD")

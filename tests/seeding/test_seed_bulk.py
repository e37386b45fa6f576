"""Bulk data: what was asked for, the same every time, and `verify` accepts it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Avg, Count, Max, Min
from django.db.models.functions import Length
from pytest_django import Settings

from accounts.actor import Actor
from accounts.models import Change, User
from issues.history.verify import differences
from issues.models import Comment, Issue, IssueLabel, Priority, Status, Type
from issues.selectors.detail import get_issue
from issues.services.bulk_loading import load_bulk
from issues.services.bulk_plan import Sizes, plan
from issues.services.bulk_texts import Texts, read_words
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site.db import triggers
from projects.models import Membership, Project
from tests.world import World

SMALL = {"projects": 4, "users": 30, "issues": 600, "comments": 1800, "history": 2400}


@pytest.fixture(autouse=True)
def _debug(settings: Settings) -> None:
    settings.DEBUG = True


def seed_bulk(**sizes: int) -> list[str]:
    out = io.StringIO()
    call_command("seed_bulk", **{**SMALL, **sizes}, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def contents() -> dict[str, set[tuple[Any, ...]]]:
    """All rows of our tables; grants by the name of the permission, whose key every flush gives anew."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "projects", "issues"}:
            columns = [f.attname for f in model._meta.concrete_fields]
            if "permission_id" in columns:
                columns = [c for c in columns if c not in {"id", "permission_id"}] + ["permission__codename"]
            found[model._meta.label] = {
                tuple(str(value) for value in row) for row in model._default_manager.values_list(*columns)
            }
    return found


@pytest.mark.django_db(transaction=True)
def test_it_works() -> None:
    lines = seed_bulk()
    assert differences() == []
    assert lines[-1].startswith("600 issues, 1,800 comments and 2,400 changes in ")
    assert Issue.objects.count() == 600
    assert Comment.objects.count() == 1800
    assert Issue.history.count() == 600 + 2400
    assert User.objects.count() == 30
    assert Change.objects.filter(verb="comment.add").count() == 1800

    _shape()
    _detail(lines)
    _sign_ins()
    _life_goes_on()
    assert differences() == []


def _shape() -> None:
    sizes = [count for _, count in Project.objects.annotate(n=Count("issues")).order_by("pk").values_list("pk", "n")]
    assert sizes == [309, 154, 60, 77]  # Zipf, but for the one with exactly a tenth
    assert set(Issue.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Issue.objects.values_list("type", flat=True)) == set(Type.values)
    assert set(Issue.objects.values_list("priority", flat=True)) == set(Priority.values)
    assert 1.7 < IssueLabel.objects.count() / 600 < 2.3
    length = Issue.objects.aggregate(average=Avg(Length("description")), most=Max(Length("title")))
    assert 330 < length["average"] < 470
    assert length["most"] <= 200
    members = Membership.objects.filter(slot=0).values_list("user_id", "role")
    everywhere = {pair for pair in members if list(members).count(pair) == 4}
    assert len(everywhere) >= 20
    span = Change.objects.filter(head__isnull=False).aggregate(first=Min("at"), last=Max("at"))
    assert 2.9 < (span["last"] - span["first"]).days / 365 <= 3
    assert not any(text.isascii() for text in ["".join(Comment.objects.values_list("body", flat=True))])


def _detail(lines: list[str]) -> None:
    assert "Every 50th issue of CARGO up to CARGO-50 has exactly 20 comments and 15 changes." in lines
    issue = Issue.objects.get(project__key="CARGO", number=50)
    assert issue.comments.count() == 20
    assert issue.version == 16
    assert issue.deleted_at is None


def _sign_ins() -> None:
    first, last, none = (User.objects.get(username=f"bulk{number}") for number in (1, 5, 6))
    assert first.is_superuser
    assert not last.is_superuser
    assert first.check_password("bulkpass")
    assert last.check_password("bulkpass")
    assert not none.has_usable_password()


def _life_goes_on() -> None:
    """The guards are back, keys and numbers go on where the data ends."""
    assert triggers.missing(connection) == []
    actor = Actor(User.objects.get(username="bulk1"))
    project = Project.objects.get(key="CARGO")
    assert open_issue(actor, project.pk, title="The next").number == 61
    old = get_issue(actor, "CARGO-50")
    edit_issue(actor, old, version=16, fields={"title": "Edited"})


@pytest.mark.django_db(transaction=True)
def test_the_same_every_time() -> None:
    results = []
    for seed in (1, 1, 2):
        call_command("flush", verbosity=0, interactive=False)  # the tables begin to count anew
        seed_bulk(issues=60, comments=90, history=120, seed=seed)
        results.append(contents())
    assert results[0] == results[1]
    assert results[0] != results[2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sizes",
    [
        {"projects": 1, "users": 1, "issues": 1, "comments": 0, "history": 0},
        {"projects": 35, "users": 5, "issues": 40, "comments": 0, "history": 200},
    ],
)
def test_odd_sizes(sizes: dict[str, int]) -> None:
    seed_bulk(**sizes)
    assert differences() == []
    counts = Issue.objects.count(), Comment.objects.count(), Issue.history.count() - Issue.objects.count()
    assert counts == (sizes["issues"], sizes["comments"], sizes["history"])


def test_the_plan_of_the_large_one() -> None:
    """Nothing is written here: the sizes that measurements are made with."""
    for issues in (10_000, 100_000):
        plans = plan(Sizes(20, 200, issues, 3 * issues, 4 * issues, 1), read_words())
        assert sum(project.issues for project in plans) == issues
        assert sum(sum(project.comments) for project in plans) == 3 * issues
        assert sum(sum(project.changes) for project in plans) == 4 * issues
        tenth = plans[2]
        assert tenth.issues == issues // 10
        assert len(tenth.detail) == issues // 500
        assert all(tenth.comments[n - 1] == 20 and tenth.changes[n - 1] == 15 for n in tenth.detail)
        assert len({project.key for project in plans}) == 20


def test_the_texts() -> None:
    texts = Texts(1, read_words())
    assert len({texts.title(n) for n in range(1000)}) > 900
    assert len({texts.description(n) for n in range(1000)}) == 1000
    assert all(text == text.strip() for n in range(1000) for text in (texts.title(n), texts.comment(n)))


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"projects": 0}, "projects is 0"),
        ({"users": 0}, "users is 0"),
        ({"issues": 3}, "issues is 3; write at least 4"),
        ({"comments": -1}, "comments is -1"),
        ({"history": -1}, "changes is -1"),
    ],
)
def test_wrong_sizes(sizes: dict[str, int], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        seed_bulk(**sizes)


def test_not_in_use(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="only where DEBUG is on"):
        seed_bulk()


def test_not_beside_other_projects(world: World) -> None:
    with pytest.raises(CommandError, match="The database holds 3 projects"):
        seed_bulk()
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_not_beside_users_of_these_names() -> None:
    User.objects.create(username="Bulk7", username_canonical="bulk7", email="a@b.c", email_canonical="a@b.c")
    with pytest.raises(CommandError, match="There is a user Bulk7 already"):
        seed_bulk()
    assert triggers.missing(connection) == []
    assert User.objects.count() == 1


class Interrupt(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_broken_off() -> None:
    """Whole projects are there or nothing of them, and the guards are back."""

    told: list[int] = []

    def tell(acts: int) -> None:
        told.append(acts)
        if len(told) == 2:
            raise Interrupt

    with pytest.raises(Interrupt):
        load_bulk(Sizes(3, 5, 30, 90, 120, 1), tell)
    assert triggers.missing(connection) == []
    assert differences() == []
    assert Project.objects.count() == Issue.objects.values("project").distinct().count() == 1

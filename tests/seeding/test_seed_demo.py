"""`manage.py seed_demo`: what it brings, what it refuses, and that it is all or nothing."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Change, Head, User
from accounts.services.users import add_demo_user, add_user
from issues.history.verify import differences
from issues.management.commands import seed_demo
from issues.models import Comment, Issue
from itms_site.errors import Forbidden
from projects.models import Membership, Project
from projects.services.projects import create_project

ACCOUNTS = [("lead1", "leadpass", "LEAD"), ("dev1", "devpass", "DEVELOPER"), ("viewer1", "viewpass", "VIEWER")]
Demo = dict[str, Any]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _debug(settings: LazySettings) -> None:
    settings.DEBUG = True


def seed(*options: str) -> str:
    out = io.StringIO()
    call_command("seed_demo", *options, stdout=out, verbosity=0)
    return out.getvalue()


def test_it_works() -> None:
    began = time.process_time()
    out = seed()
    assert time.process_time() - began < 30, "it takes about 8 s of one core"
    projects = {project.key: project for project in Project.objects.all()}
    assert {key: project.is_public for key, project in projects.items()} == {"APOLLO": True, "WEB": True, "OPS": False}
    assert Issue.objects.count() == 60
    assert Comment.objects.count() > 200
    shown = {line.split()[0]: line for line in out.splitlines() if line.startswith("  ")}
    assert shown.keys() == {name for name, _, _ in ACCOUNTS}
    for name, password, role in ACCOUNTS:
        assert password in shown[name]
        assert authenticate(None, username=name, password=password) is not None
        memberships = dict(Membership.objects.filter(user__username=name).values_list("project__key", "role"))
        assert memberships["APOLLO"] == role
        assert all(key in shown[name] and of in shown[name] for key, of in memberships.items())
    _check_the_past()
    assert differences() == []
    before = Change.objects.count()
    with pytest.raises(CommandError, match=r"the account lead1.*the project key APOLLO"):
        seed()
    assert "already" in seed("--if-empty")
    assert Change.objects.count() == before


def _check_the_past() -> None:
    """Ninety days of it, each project's ledger in the order of its time, nothing still to come."""
    changes = Change.objects.exclude(head=None)
    moments = sorted(changes.values_list("at", flat=True))
    assert moments[-1] < timezone.now()
    assert 85 < (moments[-1] - moments[0]).days < 95
    for head in Head.objects.all():
        ledger = list(changes.filter(head=head).order_by("seq").values_list("at", flat=True))
        assert ledger == sorted(ledger)
    assert {"issue.transition", "issue.edit", "issue.assign", "issue.delete", "comment.edit"} <= set(
        changes.values_list("verb", flat=True)
    )
    assert not Issue.objects.filter(created_at__lt=User.objects.earliest("date_joined").date_joined).exists()


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """A shorter demo in the place of the other: OPS alone, with its first acts. Call it to write it."""
    demo = json.loads(seed_demo.FILE.read_text(encoding="utf-8"))
    demo["projects"] = [project for project in demo["projects"] if project["key"] == "OPS"]
    demo["projects"][0]["acts"] = demo["projects"][0]["acts"][:6]
    monkeypatch.setattr(seed_demo, "FILE", tmp_path / "demo.json")
    seed_demo.FILE.write_text(json.dumps(demo), encoding="utf-8")
    return demo  # type: ignore[no-any-return]


def test_if_empty_means_without_any_account() -> None:
    add_user(Actor.system(), username="somebody", email="somebody@example.com", password=None)
    assert seed("--if-empty").count("\n") == 1
    assert User.objects.count() == 1


def test_if_empty_fills_an_empty_one(short: Demo) -> None:
    assert "Sign in as" in seed("--if-empty")
    assert Project.objects.get().key == "OPS"


@pytest.mark.parametrize("what", ["user", "e-mail", "key"])
def test_what_is_in_the_way_is_named_and_stays(what: str) -> None:
    user = add_user(
        Actor.system(),
        username="LEAD1" if what == "user" else "other",
        email="LEAD1@example.com" if what == "e-mail" else "other@example.com",
        password=None,
    )
    if what == "key":
        create_project(Actor(user), key="OPS", name="Ours")
    with pytest.raises(CommandError, match={"user": "LEAD1", "e-mail": "other", "key": "OPS"}[what]):
        seed()
    assert User.objects.count() == 1


def test_without_debug_nobody_gets_a_known_password(settings: LazySettings) -> None:
    settings.DEBUG = False
    for options in ([], ["--if-empty"]):
        with pytest.raises(CommandError, match="DEBUG"):
            seed(*options)
    with pytest.raises(Forbidden):
        add_demo_user(
            Actor.system(),
            username="x",
            email="x@example.com",
            first_name="",
            last_name="",
            time_zone="UTC",
            password="x",
            at=timezone.now(),
        )
    assert not User.objects.exists()


def test_demo_accounts_are_made_by_operators_alone() -> None:
    user = add_user(Actor.system(), username="somebody", email="somebody@example.com", password=None)
    with pytest.raises(Forbidden):
        add_demo_user(
            Actor(user),
            username="x",
            email="x@example.com",
            first_name="",
            last_name="",
            time_zone="UTC",
            password="x",
            at=timezone.now(),
        )


def test_an_act_that_is_refused_takes_everything_back(short: Demo) -> None:
    act = next(act for act in short["projects"][0]["acts"] if act["do"] == "status")
    act["by"] = "viewer1"
    seed_demo.FILE.write_text(json.dumps(short), encoding="utf-8")
    with pytest.raises(CommandError, match=r"OPS day .*: viewer1 cannot status o1.*Nothing was written"):
        seed()
    assert not User.objects.exists()
    assert not Project.objects.exists()

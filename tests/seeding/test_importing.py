"""Acts of the past: under whose authority, in whose name, with which moment, and what the ledger says of them."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.actor import Actor
from accounts.models import Change, Head, User
from accounts.selectors import find_user
from accounts.services.users import add_user
from issues.history.as_of import version_at
from issues.history.verify import differences
from issues.models import Comment, Issue
from issues.selectors.detail import get_issue
from issues.services import importing
from issues.services.opening import open_issue
from issues.services.placeholders import address_of, placeholder_for
from itms_site.errors import Archived, Forbidden, Invalid, ItmsError, Moved, NotFound, Taken
from tests.standing import stand
from tests.world import World

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2014, 5, 7, 20, 47, 16, 123456, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
SYSTEM = Actor.system()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> Iterator[World]:
    yield World.present()
    assert differences() == []


@pytest.fixture
def ana(world: World) -> User:
    """A placeholder."""
    user, _new = placeholder_for(
        SYSTEM, world.projects["PUB"].pk, source="moon", person_id="ana", login="ana", name="Ana Pé"
    )
    return user


def bring(world: World, reporter: User, authority: Actor = SYSTEM, key: str = "PUB", **words: Any) -> Issue:
    wanted: dict[str, Any] = {
        "old_key": "MOON-7",
        "reporter": reporter,
        "at": AT,
        "title": "From elsewhere",
        "description": "",
        "type": "BUG",
        "priority": "HIGH",
        "assignee": None,
        "due_date": None,
        "label_ids": [],
        "source": {"source": "moon", "key": "MOON-7"},
    }
    return importing.import_issue(authority, world.projects[key].pk, **wanted | words)


class TestIssue:
    def test_it_works(self, world: World, ana: User) -> None:
        issue = bring(world, ana, due_date=datetime.date(2014, 6, 1))
        assert (issue.key, issue.status, issue.version) == ("PUB-3", "OPEN", 1)
        assert issue.created_at == issue.updated_at == AT
        assert issue.reporter == ana
        assert not ana.is_active

    def test_the_ledger_names_the_author_the_moment_and_who_imported(self, world: World, ana: User) -> None:
        issue = bring(world, ana, world.actor("lead", "command"))
        change = Change.objects.get(pk=issue.change_id)
        assert (change.verb, change.actor, change.at, change.via) == ("issue.import", ana, AT, "command")
        assert change.data == {"imported": True, "by": "lead", "source": "moon", "key": "MOON-7"}
        row = issue.history.get()  # type: ignore[attr-defined]
        assert (row.history_type, row.history_date, row.history_user_id) == ("+", AT, ana.pk)

    def test_the_system_is_nobody(self, world: World, ana: User) -> None:
        assert Change.objects.get(pk=bring(world, ana).change_id).data["by"] is None

    def test_the_old_key_leads_here(self, world: World, ana: User) -> None:
        issue = bring(world, ana, old_key=" moon-7 ")
        with pytest.raises(Moved) as moved:
            get_issue(world.actor("stranger"), "MOON-7")
        assert moved.value.new == issue.key
        assert get_issue(world.actor("stranger"), "moon-7", follow=True).pk == issue.pk

    def test_in_a_private_project_it_leads_only_those_who_see_it(self, world: World, ana: User) -> None:
        issue = bring(world, ana, key="PRIV")
        with pytest.raises(NotFound):
            get_issue(world.actor("stranger"), "MOON-7", follow=True)
        assert get_issue(world.actor("viewer"), "MOON-7", follow=True).pk == issue.pk

    def test_a_key_comes_in_once_for_each_project(self, world: World, ana: User) -> None:
        bring(world, ana)
        with pytest.raises(Taken):
            bring(world, ana, old_key="moon-7")
        assert bring(world, ana, key="PRIV").key == "PRIV-3"

    def test_an_assignee_has_to_be_able_to_work(self, world: World, ana: User) -> None:
        assert bring(world, ana, assignee="dev").assignee == world.users["dev"]
        for name in ("viewer", "stranger", "ana"):
            with pytest.raises(Invalid):
                bring(world, ana, assignee=name, old_key="MOON-8")

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": "a\nb"}, "title"),
            ({"description": "x" * 65_536}, "description"),
            ({"description": "\x00"}, "description"),
            ({"type": "EPIC"}, "type"),
            ({"priority": "P1"}, "priority"),
            ({"due_date": datetime.date(1999, 1, 1)}, "due_date"),
        ],
    )
    def test_the_rules_of_every_issue_hold(self, world: World, ana: User, words: Any, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            bring(world, ana, **words)
        assert {error.field for error in refused.value.errors} == {field}
        assert bring(world, ana).number == 3, "a refused issue takes no number"

    @pytest.mark.parametrize(
        ("at", "code"),
        [
            (datetime.datetime(2014, 5, 7), "time_zone"),
            (datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC), "future"),
            (datetime.datetime(1969, 12, 31, tzinfo=datetime.UTC), "past"),
        ],
    )
    def test_moments_that_cannot_be(self, world: World, ana: User, at: Any, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            bring(world, ana, at=at)
        assert [error.code for error in refused.value.errors] == [code]


class TestStatus:
    def test_it_works(self, world: World, ana: User) -> None:
        issue = bring(world, ana)
        closed = importing.import_status(
            SYSTEM, issue, status="CLOSED", author=ana, at=AT + HOUR, source={"source": "moon"}
        )
        assert (closed.status, closed.version) == ("CLOSED", 2)
        assert closed.closed_at == closed.updated_at == AT + HOUR
        change = Change.objects.get(pk=closed.change_id)
        assert (change.verb, change.actor, change.at) == ("issue.transition", ana, AT + HOUR)
        assert (version_at(closed, AT), version_at(closed, AT + HOUR)) == (1, 2)

    def test_nobody_knows_who_it_was(self, world: World, ana: User) -> None:
        issue = importing.import_status(SYSTEM, bring(world, ana), status="RESOLVED", author=None, at=AT, source={})
        assert Change.objects.get(pk=issue.change_id).actor is None
        assert issue.closed_at is None

    def test_versions_follow_each_other_in_time(self, world: World, ana: User) -> None:
        issue = bring(world, ana)
        with pytest.raises(Invalid, match="changed after"):
            importing.import_status(SYSTEM, issue, status="CLOSED", author=None, at=AT - HOUR, source={})

    def test_transitions_are_those_of_every_issue(self, world: World, ana: User) -> None:
        issue = importing.import_status(SYSTEM, bring(world, ana), status="CLOSED", author=None, at=AT, source={})
        with pytest.raises(Invalid, match="cannot become RESOLVED"):
            importing.import_status(SYSTEM, issue, status="RESOLVED", author=None, at=AT + HOUR, source={})
        with pytest.raises(Invalid, match="not a status"):
            importing.import_status(SYSTEM, issue, status="Done", author=None, at=AT + HOUR, source={})


class TestComment:
    def say(self, issue: Issue, author: User, **words: Any) -> Comment:
        return importing.import_comment(
            SYSTEM, issue, **{"author": author, "body": "Words.", "at": AT + HOUR, "source": {}} | words
        )

    def test_it_works(self, world: World, ana: User) -> None:
        issue = bring(world, ana)
        comment = self.say(issue, ana, edited_at=AT + 2 * HOUR)
        answer = self.say(issue, world.users["dev"], parent=comment)
        assert (comment.author, comment.created_at, comment.edited_at) == (ana, AT + HOUR, AT + 2 * HOUR)
        assert answer.parent == comment
        change = Change.objects.get(pk=comment.change_id)
        assert (change.verb, change.actor, change.at) == ("comment.add", ana, AT + HOUR)
        assert Issue.objects.get(pk=issue.pk).version == 1, "a comment is no version of its issue"

    def test_refusals(self, world: World, ana: User) -> None:
        issue, other = bring(world, ana), bring(world, ana, old_key="MOON-8")
        comment = self.say(issue, ana)
        answer = self.say(issue, ana, parent=comment)
        for words in (
            {"at": AT - HOUR},
            {"body": "  "},
            {"body": "x" * 65_536},
            {"parent": answer},
            {"parent": self.say(other, ana)},
            {"edited_at": datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)},
        ):
            with pytest.raises(Invalid):
                self.say(issue, ana, **words)


class TestLabel:
    def test_it_works(self, world: World) -> None:
        label = importing.import_label(
            world.actor("lead"), world.projects["PUB"].pk, name="hull", at=AT, source={"source": "moon"}
        )
        change = Change.objects.get(pk=label.change_id)
        assert (change.verb, change.at, change.actor) == ("label.create", AT, world.users["lead"])
        assert change.data == {"imported": True, "by": "lead", "source": "moon"}

    def test_a_name_that_is_taken(self, world: World) -> None:
        with pytest.raises(Taken):
            importing.import_label(SYSTEM, world.projects["PUB"].pk, name="BUG", at=AT, source={})


class TestAuthority:
    ACTS = ("open", "label", "issue", "status", "comment", "person")

    def act(self, name: str, world: World, authority: Actor, key: str) -> object:
        project, dev = world.projects[key].pk, world.users["dev"]
        issue = Issue.objects.get(project_id=project, number=1)
        now = issue.updated_at
        if name == "open":
            return importing.open_import(authority, project)
        if name == "label":
            return importing.import_label(authority, project, name="hull", at=AT, source={})
        if name == "issue":
            return bring(world, dev, authority, key)
        if name == "status":
            return importing.import_status(authority, issue, status="CLOSED", author=dev, at=now, source={})
        if name == "comment":
            return importing.import_comment(authority, issue, author=dev, body="x", at=now, source={})
        return placeholder_for(authority, project, source="moon", person_id="ana", login="", name="")

    @pytest.mark.parametrize("name", ACTS)
    @pytest.mark.parametrize("who", ["operator", "lead", None])
    def test_who_may(self, world: World, name: str, who: str | None) -> None:
        assert self.act(name, world, world.actor(who) if who else SYSTEM, "PRIV")

    @pytest.mark.parametrize("name", ACTS)
    @pytest.mark.parametrize(
        ("who", "key", "error"),
        [
            ("dev", "PUB", Forbidden),
            ("viewer", "PUB", Forbidden),
            ("stranger", "PUB", Forbidden),
            ("leaver", "PUB", Forbidden),
            ("stranger", "PRIV", NotFound),
            ("lead", "OLD", Archived),
            ("operator", "OLD", Archived),
        ],
    )
    def test_who_may_not(self, world: World, name: str, who: str, key: str, error: type[ItmsError]) -> None:
        before = Change.objects.count(), User.objects.count()
        with pytest.raises(error):
            self.act(name, world, world.actor(who), key)
        assert (Change.objects.count(), User.objects.count()) == before

    def test_replaying_is_for_operators_and_the_system(self, world: World) -> None:
        dev, project = world.actor("dev"), world.projects["PUB"].pk
        with pytest.raises(Forbidden):
            importing.replay(world.actor("lead"), open_issue, dev, project, at=AT, title="x")
        for authority in (SYSTEM, world.actor("operator")):
            issue = importing.replay(authority, open_issue, dev, project, at=AT, title="x")
            assert (issue.created_at, issue.reporter) == (AT, world.users["dev"])

    def test_what_is_replayed_obeys_the_rules_of_the_act(self, world: World) -> None:
        with pytest.raises(NotFound):
            importing.replay(SYSTEM, open_issue, world.actor("stranger"), world.projects["PRIV"].pk, at=AT, title="x")
        late = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)
        with pytest.raises(Invalid):
            importing.replay(SYSTEM, open_issue, world.actor("dev"), world.projects["PUB"].pk, at=late, title="x")

    def test_no_page_and_no_address_can_write_a_past_moment(self) -> None:
        doors = [
            path
            for app in ("accounts", "projects", "issues")
            for part in ("views", "api", "forms", "views.py", "api.py", "forms.py", "admin.py", "admin")
            for path in _sources(Path(settings.BASE_DIR) / app / part)
        ]
        assert len(doors) > 10
        for path in doors:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom | ast.Import):
                    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                    names += [f"{name}.{alias.name}" for name in (names or [""]) for alias in node.names]
                    writing = [name for name in names if "services.importing" in name or "issues.transfer" in name]
                    assert all(name.startswith("issues.transfer.files") for name in writing), path


def _sources(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


class TestPlaceholders:
    def make(
        self, world: World, person_id: str, login: str = "", name: str = "", source: str = "moon"
    ) -> tuple[User, bool]:
        return placeholder_for(
            SYSTEM, world.projects["PUB"].pk, source=source, person_id=person_id, login=login, name=name
        )

    def test_it_works(self, world: World) -> None:
        user, new = self.make(world, "ana", "ana", "Ana  de Pé ")
        assert new
        assert (user.username, user.email, user.first_name, user.last_name) == (
            "ana",
            "ana@moon.invalid",
            "Ana",
            "de Pé",
        )
        assert not user.is_active
        assert not user.has_usable_password()

    def test_they_are_found_again_whatever_they_are_called_by_then(self, world: World) -> None:
        user, _ = self.make(world, "ana", "ana")
        User.objects.filter(pk=user.pk).update(username="ana_pe", username_canonical="ana_pe")
        assert self.make(world, "ana", "other", "Other Name") == (user, False)

    def test_two_sources_have_two_anas(self, world: World) -> None:
        first, _ = self.make(world, "ana", "ana")
        second, new = self.make(world, "ana", "ana", source="mars")
        assert new
        assert (first.username, second.username) == ("ana", "ana_2")

    @pytest.mark.parametrize(
        ("person_id", "login", "name", "username"),
        [
            ("a.b@c.d", "a.b@c.d", "", "a_b_c_d"),
            ("557058:f58131cb", "", "Jörg Müller", "Jorg_Muller"),
            ("1", "me", "", "user_me"),
            ("2", "None", "", "user_None"),
            ("3", "李", "李小龍", "user"),
            ("4", "DEV", "", "DEV_2"),
            ("5", "x" * 40, "", "x" * 32),
            ("6", "a_", "", "a_"),
        ],
    )
    def test_names_fit_and_are_free(self, world: World, person_id: str, login: str, name: str, username: str) -> None:
        assert self.make(world, person_id, login, name)[0].username == username

    def test_a_name_with_what_a_line_cannot_hold(self, world: World) -> None:
        user, _ = self.make(world, "7", "seven", f"Ana\x07\n\u202e {'x' * 70}")
        assert (user.first_name, user.last_name) == ("Ana", "x" * 63 + "…")

    def test_different_ids_have_different_addresses(self) -> None:
        ids = ["ana", "Ana", "a na", "a_na", "a.na", "a" * 32, "a" * 33, "", " ", "李", "小", "\ud83d"]
        assert len({address_of("moon", one) for one in ids}) == len(ids)

    def test_an_account_that_somebody_uses_is_no_placeholder(self, world: World) -> None:
        add_user(SYSTEM, username="mallory", email="ana@moon.invalid", password=None)
        with pytest.raises(Taken, match="--map-user ana=mallory"):
            self.make(world, "ana", "ana")
        assert find_user("ana") is None


class TestManyInOneTransaction:
    def test_each_is_a_change_of_its_own_and_numbers_have_no_gap(self, world: World, ana: User) -> None:
        project = world.projects["PUB"].pk
        before = Head.objects.get(pk=project)
        with transaction.atomic():
            importing.open_import(SYSTEM, project)
            issues = [bring(world, ana, old_key=f"MOON-{number}") for number in range(1, 6)]
            for issue in issues:
                importing.import_comment(SYSTEM, issue, author=ana, body="x", at=AT, source={})
        head = Head.objects.get(pk=project)
        assert [issue.number for issue in issues] == list(range(before.last_number + 1, before.last_number + 6))
        assert head.last_seq == before.last_seq + 10
        assert head.open_change is None

    def test_one_that_is_refused_leaves_the_others(self, world: World, ana: User) -> None:
        project = world.projects["PUB"].pk
        with transaction.atomic():
            bring(world, ana, old_key="MOON-1")
            with pytest.raises(Invalid):
                bring(world, ana, old_key="MOON-2", title="")
            third = bring(world, ana, old_key="MOON-3")
        assert third.number == 4
        assert Head.objects.get(pk=project).last_number == 4
        assert importing.keys_brought_in(world.projects["PUB"]) == {"MOON-1", "MOON-3"}

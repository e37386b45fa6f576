"""What is compiled once answers as what is compiled anew, for every actor and moment."""

from __future__ import annotations

import datetime
import zoneinfo

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from issues import search
from issues.models import Issue
from issues.selectors import counting, reading
from issues.selectors.counting import count_found
from issues.selectors.listing import list_issues
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from itms_site.db.prepared import Prepared, filled_up
from tests.world import World

ASKERS = ["assignee:@me", "is:mine", "author:me is:open", "commenter:@Me", "mentions:@ME", "involves:me", "was:@me"]
ASKERS += ["-assignee:Me", "status:open (assignee:@me OR mentions:@me)"]
TEXTS = ["", "is:open", "status:OPEN priority:>=medium", "label:bug sort:created", "-type:task sort:key", "Free", "#1"]


def named(upper: bool, name: str, since: datetime.datetime, pk: int) -> QuerySet[User]:
    rows = User.objects.filter(username_canonical=name, date_joined__gte=since, pk=pk)
    return rows.order_by("-pk" if upper else "pk")


def test_given_values_stand_where_the_stand_ins_stood(world: World) -> None:
    prepared, long_ago = Prepared(named), timezone.now() - datetime.timedelta(days=1)
    for name in ("lead", "dev", "viewer", "lead"):
        user = world.users[name]
        assert prepared.fetch(True, given=(name, long_ago, user.pk)) == [user]
        assert prepared.fetch(True, given=(name, long_ago, user.pk + 1)) == []
        assert prepared.fetch(False, given=(name, timezone.now(), user.pk)) == []
    assert len(prepared._kept) == 2


def test_a_statement_is_compiled_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    def build(pk: int) -> QuerySet[User]:
        built.append(pk)
        return User.objects.filter(pk=pk)

    prepared = Prepared(build)
    for user in world.users.values():
        with CaptureQueriesContext(connection) as asked:
            assert prepared.fetch(given=(user.pk,)) == [user]
        assert len(asked) == 1
    assert len(built) == 1


def test_a_query_that_can_find_nothing_asks_nothing(world: World) -> None:
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk, pk__in=[]))
    with CaptureQueriesContext(connection) as asked:
        assert prepared.fetch(given=(1,)) == []
    assert len(asked) == 0


def test_only_values_that_can_stand_for_themselves() -> None:
    with pytest.raises(TypeError, match="bool"):
        Prepared(lambda flag: User.objects.filter(is_active=flag)).fetch(given=(True,))


def test_few_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itms_site.db.prepared.KEPT", 3)
    prepared = Prepared(lambda size, pk: User.objects.filter(pk=pk)[:size])
    for size in range(1, 9):
        assert prepared.fetch(size, given=(world.users["lead"].pk,)) == [world.users["lead"]]
    assert len(prepared._kept) == 3


@pytest.mark.parametrize("text", TEXTS)
def test_lists_are_those_that_are_compiled_anew(world: World, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Whoever asked first, everybody gets what they may see, on every page."""
    for key in ("PUB", "PRIV"):
        for n in range(4):
            open_issue(world.actor("lead"), world.projects[key].pk, title=f"Free {n}")

    def pages(name: str, key: str | None) -> list[list[str]]:
        actor, project = world.actor(name), world.projects[key] if key else None
        query = search.compile(search.parse(text), actor, today=timezone.localdate(), project=project)
        found, after = [], None
        while True:
            page = list_issues(actor, query, project=project, after=after, limit=3)
            found.append([issue.key for issue in page.items])
            after = page.next
            if after is None:
                return found

    askers = [(name, key) for name in ("lead", "operator", "stranger", "viewer") for key in ("PUB", None)]
    prepared = [pages(*asker) for asker in askers]
    monkeypatch.setattr(reading, "is_prepared", lambda actor, query: False)
    assert prepared == [pages(*asker) for asker in askers]
    assert all(
        "PRIV" not in str(pages_of) for asker, pages_of in zip(askers, prepared, strict=True) if asker[0] == "stranger"
    )
    assert Issue.objects.filter(project__key="PRIV").exists()


@pytest.mark.parametrize("text", [*ASKERS, "project:PUB assignee:dev", "mentions:dev"])
def test_what_means_the_asker_is_each_ones_own(world: World, text: str) -> None:
    """The same words, asked by three who find different issues, with one statement for all, or with none."""
    pub = world.projects["PUB"].pk
    for name in ("lead", "dev"):
        said = {"title": f"Of {name}", "description": f"@{name}"}
        issue = open_issue(world.actor(name), pub, assignee=name, **said)
        add_comment(world.actor(name), issue, body="Mine")
        assign_issue(world.actor("lead"), issue, version=1, assignee=None)
        open_issue(world.actor("lead"), pub, assignee=name, **said)

    def found(name: str) -> tuple[list[str], int]:
        actor = world.actor(name)
        query = search.compile(search.parse(text), actor, today=timezone.localdate())
        listed = [issue.key for issue in list_issues(actor, query).items]
        return listed, count_found(actor, query, project=None, most=50)

    reading._pages._kept.clear()
    prepared = {name: found(name) for name in ("lead", "dev", "viewer", "dev")}
    by_name = any(key in text for key in ("mentions:@", "involves:"))
    frame = search.compile(search.parse(text), world.actor("dev"), today=timezone.localdate()).frame
    pieces = 2 if frame.few and frame.is_open is None else 1  # the open ones, and the others
    # Whose comments are looked up first, the rows of these issues are read by their ids.
    assert len(reading._pages._kept) == (0 if frame.comments else (3 if by_name else 1) * pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "is_prepared", lambda actor, query: False)
        patch.setattr(counting, "is_prepared", lambda actor, query: False)
        assert prepared == {name: found(name) for name in prepared}
    assert text not in ASKERS or prepared["lead"] != prepared["dev"] != prepared["viewer"]


def test_days_begin_where_each_reader_lives(world: World) -> None:
    """The same text, asked in turn by somebody in Auckland and somebody in Honolulu."""
    issue = open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Now")
    found = {}
    for _ in range(2):
        for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
            User.objects.filter(pk=world.users["dev"].pk).update(time_zone=zone)
            actor = world.actor("dev")
            day = issue.created_at.astimezone(zoneinfo.ZoneInfo(zone)).date()
            tomorrow, today = day + datetime.timedelta(days=1), timezone.localdate()
            for text in (f"created:{day}", f"created:{tomorrow}"):
                query = search.compile(search.parse(text), actor, today=today)
                keys = [found.key for found in list_issues(actor, query, project=world.projects["PUB"]).items]
                found.setdefault(text.split(":")[1] == str(day), []).append(issue.key in keys)
    assert found == {True: [True] * 4, False: [False] * 4}


def test_numbers_that_people_type_are_no_stand_ins(world: World) -> None:
    """The greatest number of an issue has 18 digits."""
    from itms_site.db import prepared

    assert prepared._INT > 10**18


def test_lists_of_ids_are_filled_up_to_few_lengths() -> None:
    lengths = {n: len(filled_up(list(range(n)), 50)) for n in range(1, 60)}
    assert set(lengths.values()) == {1, 2, 4, 8, 16, 32, 50, *range(51, 60)}
    assert all(length >= n for n, length in lengths.items())
    assert filled_up([7, 9, 3], 50) == [7, 9, 3, 3]

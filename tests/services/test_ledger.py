"""`recording()` itself: one Change, the order of writing, what is refused."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Change, Head
from accounts.services.idempotency import once
from accounts.services.ledger import recording
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from itms_site.errors import Invalid, ItmsError
from itms_site.retry import transactional
from tests.services.watching import writes, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")


def test_an_act_that_changes_nothing_leaves_nothing(world: World) -> None:
    with writes_nothing(), recording(world.actor("lead"), "issue.edit", world.projects["PUB"].pk) as record:
        assert not record.wrote


def test_a_nested_recording_joins_the_outer_change(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    with writes(issue=2), recording(lead, "issue.bulk", pub):
        open_issue(lead, pub, title="One")
        open_issue(lead, pub, title="Two")
    assert Change.objects.latest("pk").verb == "issue.bulk"
    assert [world.issue(f"PUB-{n}").title for n in (3, 4)] == ["One", "Two"]


def test_one_change_belongs_to_one_project(world: World) -> None:
    lead = world.actor("lead")
    with pytest.raises(AssertionError), transaction.atomic(), recording(lead, "issue.bulk", world.projects["PUB"].pk):
        open_issue(lead, world.projects["PRIV"].pk, title="Elsewhere")


def test_a_failure_takes_everything_back(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    with writes_nothing(), pytest.raises(ZeroDivisionError), transaction.atomic():
        with recording(lead, "issue.bulk", pub):
            open_issue(lead, pub, title="One")
            raise ZeroDivisionError
    assert Head.objects.get(pk=pub).open_change is None
    assert open_issue(lead, pub, title="The next").number == 3


def test_a_row_that_moved_on_since_it_was_read_is_refused(world: World) -> None:
    lead, pub = world.actor("lead"), world.projects["PUB"].pk
    before = world.issue("PUB-1")
    with transaction.atomic(), recording(lead, "issue.edit", pub) as record:
        record.update(world.issue("PUB-1"), history={"label_ids": []}, type="BUG", updated_at=record.at)
    with writes_nothing(), pytest.raises(IntegrityError), transaction.atomic():
        with recording(lead, "issue.edit", pub) as record:
            record.update(before, history={"label_ids": []}, type="OTHER")


def test_seqs_and_request_ids(world: World) -> None:
    from accounts.actor import Actor

    pub = world.projects["PUB"].pk
    last = Head.objects.get(pk=pub).last_seq
    actor = Actor(world.users["lead"], "api", "request-0001")
    for step in (1, 2):
        add_comment(actor, world.issue("PUB-1"), body="Words")
        change = Change.objects.latest("pk")
        assert (change.seq, change.request_id, change.via) == (last + step, "request-0001", "api")


class TestOnce:
    """Acting once, however often the request comes."""

    def act(self, world: World, key: str = "k", print_: str = "p", who: str = "lead", fail: bool = False) -> int:
        @transactional
        def run() -> int:
            issue = open_issue(world.actor(who), world.projects["PUB"].pk, title="Once")
            if fail:
                raise Invalid.one("title", "no")
            return issue.number

        return once(
            world.actor(who), key, print_, run, remember=lambda n: {"n": n}, recall=lambda stored: int(stored["n"])
        )

    def test_it_acts_once(self, world: World) -> None:
        with writes(issue=1):
            assert self.act(world) == 3
        with writes_nothing():
            assert self.act(world) == 3

    def test_another_request_under_the_same_key(self, world: World) -> None:
        self.act(world)
        with writes_nothing(), pytest.raises(Invalid) as caught:
            self.act(world, print_="another")
        assert caught.value.errors[0].code == "key_reused"

    def test_keys_are_each_persons_own_and_spelled_exactly(self, world: World) -> None:
        assert [self.act(world), self.act(world, who="viewer"), self.act(world, key="K")] == [3, 4, 5]

    def test_a_refusal_is_not_remembered(self, world: World) -> None:
        with writes_nothing(), pytest.raises(ItmsError):
            self.act(world, fail=True)
        with writes(issue=1):
            assert self.act(world) == 3

"""Deadlocks, lock timeouts, lost connections, a locked file: provoked for real. The act is done again as a whole, or
answers that the database is unavailable and leaves nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Change, Head, IdempotentRequest
from accounts.services.idempotency import once
from issues.models import Issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from itms_site import retry
from itms_site.errors import Invalid, Unavailable
from itms_site.retry import code_of, database_away_is_unavailable, run, transactional
from tests.concurrency.running import refused, together
from tests.standing import stand
from tests.world import World

sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's one write lock")
servers = pytest.mark.skipif(connection.vendor != "mysql", reason="needs a server's row locks and sessions")
LOCK_WAIT_TIMEOUT, DEADLOCK, INTERRUPTED = 1205, 1213, 1317
LOST = {2006, 2013, 4031, 1927}


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def db(standing: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of the plugin's: no transaction around a test, it would keep every act from being done again."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def world(standing: World, db: None) -> World:
    return World.present()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, noted instead of waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(retry.time, "sleep", pauses.append)
    return pauses


@contextmanager
def other_session() -> Iterator[Any]:
    """A second connection to the same database."""
    session = connections.create_connection("default")
    try:
        yield session
    finally:
        session.close()


def kill(what: str = "CONNECTION") -> None:
    """Ends this thread's own connection, or its running statement, from a second session."""
    own = connection.connection.thread_id()
    with other_session() as session, session.cursor() as cursor:
        cursor.execute(f"KILL {what} {own}")


@contextmanager
def before_statement(position: int, do: Callable[[], object]) -> Iterator[None]:
    """Does something once, just before that statement is sent."""
    count = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == position:
            do()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


class TestRun:
    """The loop itself, with errors that are made up."""

    def failing(self, *errors: Exception) -> Callable[[], int]:
        left, calls = list(errors), [0]

        def act() -> int:
            calls[0] += 1
            if left:
                raise left.pop(0)
            return calls[0]

        return act

    @pytest.mark.parametrize("code", sorted(retry.AGAIN | retry.AWAY))
    def test_it_is_done_again(self, db: None, hurried: list[float], code: int) -> None:
        assert run(self.failing(OperationalError(code, ""), OperationalError(code, ""))) == 3
        assert len(hurried) == 2

    def test_not_for_ever(self, db: None, hurried: list[float]) -> None:
        with pytest.raises(Unavailable) as caught:
            run(self.failing(*[OperationalError(DEADLOCK, "")] * 100))
        assert (len(hurried), caught.value.status, caught.value.retry_after) == (retry.TRIES - 1, 503, 5)
        assert sum(hurried) < retry.LONGEST

    @pytest.mark.parametrize(
        "error", [OperationalError(1054, "Unknown column"), IntegrityError(1062, "Duplicate"), ValueError("mine")]
    )
    def test_what_is_not_the_databases_doing_passes_through(
        self, db: None, hurried: list[float], error: Exception
    ) -> None:
        with pytest.raises(type(error)) as caught:
            run(self.failing(error))
        assert caught.value is error
        assert hurried == []

    def test_only_the_outermost_is_done_again(self, db: None, hurried: list[float]) -> None:
        inner = self.failing(OperationalError(DEADLOCK, ""))
        tries = []

        @transactional
        def outer() -> int:
            tries.append(1)
            return run(inner)

        assert outer() == 2
        assert len(tries) == 2

    def test_codes(self) -> None:
        assert code_of(OperationalError(DEADLOCK, "Deadlock found")) == DEADLOCK
        assert code_of(OperationalError("database is locked")) == LOCK_WAIT_TIMEOUT
        assert code_of(OperationalError("no such table")) is None
        assert code_of(ValueError(DEADLOCK)) is None

    def test_a_read_that_finds_no_database(self, db: None) -> None:
        with pytest.raises(Unavailable), database_away_is_unavailable():
            raise OperationalError(2003, "Can't connect")
        with pytest.raises(OperationalError), database_away_is_unavailable():
            raise OperationalError(1054, "Unknown column")


@servers
class TestServers:
    def test_a_deadlock(self, world: World) -> None:
        """Two acts that lock two heads in opposite orders: one is thrown away by the server, and done again."""
        heads = sorted(project.pk for project in world.projects.values())[:2]
        barrier, tries = threading.Barrier(2), []

        def locking(*order: int) -> Callable[[], object]:
            first = [True]

            def act() -> None:
                tries.append(order)
                Head.objects.select_for_update().get(pk=order[0])
                if first.pop() if first else False:
                    barrier.wait(20)
                Head.objects.select_for_update().get(pk=order[1])

            return lambda: run(act)

        assert refused(together(locking(*heads), locking(*reversed(heads)))) == []
        assert len(tries) == 3

    def test_a_deadlock_that_somebody_swallows_is_not_taken_for_saved(self, world: World) -> None:
        """The first half of the act is gone with the server's transaction, so the act has to be done again."""
        heads = sorted(project.pk for project in world.projects.values())[:2]
        barrier, tries = threading.Barrier(2), []

        def swallowing(*order: int) -> Callable[[], object]:
            state = {"first": True}

            def act() -> None:
                tries.append(order)
                key = f"half-{order[0]}-{len(tries)}"
                IdempotentRequest.objects.create(scope="torn", key=key, fingerprint=str(order[0]))
                Head.objects.select_for_update().get(pk=order[0])
                if state.pop("first", False):
                    barrier.wait(20)
                with suppress(DatabaseError):
                    Head.objects.select_for_update().get(pk=order[1])

            return lambda: run(act)

        together(swallowing(*heads), swallowing(*reversed(heads)))
        assert len(tries) == 3
        rows = IdempotentRequest.objects.filter(scope="torn")
        assert sorted(rows.values_list("fingerprint", flat=True)) == sorted(map(str, heads))
        rows.delete()

    def test_after_an_error_that_was_swallowed_no_statement_runs(self, world: World) -> None:
        def act() -> None:
            with before_statement(1, kill), pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            assert code_of(caught.value) in LOST
            with pytest.raises(transaction.TransactionManagementError):
                Head.objects.first()
            tries.append(1)
            if len(tries) < 3:
                return
            raise StopIteration

        tries: list[int] = []
        with pytest.raises(StopIteration):
            run(act)

    def test_a_lock_that_is_held_too_long(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        before = Change.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        with other_session() as session, session.cursor() as cursor:
            session.set_autocommit(False)
            cursor.execute("SELECT id FROM accounts_head WHERE id = %s FOR UPDATE", [pub])
            with pytest.raises(Unavailable):
                open_issue(world.actor("lead"), pub, title="Waiting")
            session.rollback()
        assert Change.objects.count() == before

    def test_a_lock_that_is_let_go_in_time(self, world: World) -> None:
        pub = world.projects["PUB"].pk
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        with other_session() as session, session.cursor() as cursor:
            session.set_autocommit(False)
            cursor.execute("SELECT id FROM accounts_head WHERE id = %s FOR UPDATE", [pub])
            release = threading.Timer(1.5, session.rollback)
            session.inc_thread_sharing()
            release.start()
            before = Issue.objects.filter(project=pub).count()
            open_issue(world.actor("lead"), pub, title="Waited")
            release.join()
            session.dec_thread_sharing()
        assert Issue.objects.filter(project=pub).count() == before + 1

    @pytest.mark.parametrize("position", [1, 4, 9, 14])
    def test_a_connection_that_is_lost_on_the_way(self, world: World, position: int) -> None:
        pub, lead = world.projects["PUB"].pk, world.actor("lead")
        changes, issues = Change.objects.count(), Issue.objects.filter(project=pub).count()
        with before_statement(position, kill):
            issue = open_issue(lead, pub, title="Carried on", labels=["bug"])
        assert Change.objects.count() == changes + 1
        assert (issue.number, Issue.objects.filter(project=pub).count()) == (issues + 1, issues + 1)

    def test_a_connection_that_is_lost_at_commit(self, world: World) -> None:
        """Nobody knows whether it was saved; the sentence says so, and the idempotency key settles it."""
        pub, lead = world.projects["PUB"].pk, world.actor("lead")
        before = Change.objects.count()

        def request() -> int:
            return once(
                lead,
                "lost-at-commit",
                "print",
                lambda: open_issue(lead, pub, title="Ambiguous").number,
                remember=lambda number: {"number": number},
                recall=lambda stored: int(stored["number"]),
            )

        wrapper = connections["default"]

        def dying() -> None:
            del wrapper._commit
            kill()
            wrapper._commit()

        wrapper._commit = dying
        with pytest.raises(Unavailable, match="Look whether it was saved"):
            request()
        assert Change.objects.count() == before
        number = request()
        assert (request(), Change.objects.count()) == (number, before + 1)

    def test_a_statement_that_is_interrupted(self, world: World) -> None:
        tries = []

        def act() -> str:
            tries.append(1)
            if len(tries) == 1:
                raise OperationalError(INTERRUPTED, "Query execution was interrupted")
            return "done"

        assert run(act) == "done"
        assert len(tries) == 2

    def test_an_edit_is_not_done_twice(self, world: World) -> None:
        """The version that it is based on is read again under the lock in every try."""
        lead = world.actor("lead")
        issue = open_issue(lead, world.projects["PUB"].pk, title="Once")
        with before_statement(12, kill):
            after = edit_issue(lead, issue, version=1, fields={"title": "Edited"})
        assert (after.version, Issue.objects.get(pk=issue.pk).version) == (2, 2)


@sqlite
class TestSQLite:
    @contextmanager
    def holding(self) -> Iterator[Any]:
        """Another connection holds the write lock."""
        with other_session() as session, session.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            session.inc_thread_sharing()
            yield session
            if session.connection.in_transaction:
                session.connection.rollback()
            session.dec_thread_sharing()

    @pytest.fixture(autouse=True)
    def _impatient(self, db: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")

    def test_a_locked_database(self, world: World) -> None:
        before = Change.objects.count()
        with self.holding(), pytest.raises(Unavailable):
            open_issue(world.actor("lead"), world.projects["PUB"].pk, title="Waiting")
        assert Change.objects.count() == before

    def test_a_database_that_is_unlocked_in_time(self, world: World) -> None:
        lead, pub = world.actor("lead"), world.projects["PUB"].pk
        before = Change.objects.count()
        with self.holding() as session:
            release = threading.Timer(0.4, session.connection.rollback)
            release.start()
            open_issue(lead, pub, title="Waited")
            release.join()
        assert Change.objects.count() == before + 1

    def test_reading_goes_on(self, world: World) -> None:
        with self.holding():
            assert world.issue("PUB-1").title == "Free issue of PUB"


def savepoints_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return sum(query["sql"].startswith("SAVEPOINT") for query in asked)


def test_what_stands_or_falls_with_its_request_needs_no_savepoint(world: World) -> None:
    """The first service of an act that is done once; those behind it may be caught, and have theirs."""
    lead = world.actor("lead")

    def open_two() -> int:
        for number in (1, 2):
            open_issue(lead, world.projects["PUB"].pk, title=f"Number {number}")
        return 2

    def twice(key: str) -> int:
        return once(lead, key, "print", open_two, remember=lambda n: {"n": n}, recall=lambda told: int(told["n"]))

    assert savepoints_of(lambda: twice("bound-once")) == 1
    before = Issue.objects.count()

    def refused_behind() -> int:
        open_two()
        with suppress(Invalid):
            open_issue(lead, world.projects["PUB"].pk, title="")
        return open_two()

    assert once(lead, "bound-caught", "print", refused_behind, remember=lambda n: {"n": n}, recall=lambda _: 0) == 2
    assert Issue.objects.count() == before + 4


def test_nothing_stays_of_an_act_whose_error_is_caught_inside_it(world: World) -> None:
    """The first service has no savepoint: to go on after its refusal would save half of it."""
    lead, before = world.actor("lead"), Issue.objects.count()

    def swallowed() -> int:
        with suppress(ZeroDivisionError), transaction.atomic():
            run(lambda: (open_issue(lead, world.projects["PUB"].pk, title="Half"), 1 // 0))
        return 1

    def swallowed_without() -> int:
        with suppress(ZeroDivisionError):
            run(lambda: (open_issue(lead, world.projects["PUB"].pk, title="Half"), 1 // 0))
        return 1

    assert once(lead, "swallowed", "print", swallowed, remember=lambda n: {"n": n}, recall=lambda _: 0) == 1
    with pytest.raises(TransactionManagementError):
        once(lead, "swallowed-2", "print", swallowed_without, remember=lambda n: {"n": n}, recall=lambda _: 0)
    assert Issue.objects.count() == before
    assert not IdempotentRequest.objects.filter(key="swallowed-2").exists()

"""Idempotency keys under simultaneous requests, on a committed database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from accounts.models import IdempotentRequest
from issues.models import Comment, Issue
from tests.api.calling import Answer, Caller
from tests.world import World


def _together(count: int, act: Callable[[int], Answer]) -> list[Answer]:
    """What `count` threads are answered that all start at once."""
    answers: list[Answer | None] = [None] * count
    start = threading.Barrier(count)

    def run(place: int) -> None:
        try:
            start.wait()
            answers[place] = act(place)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_time_act_once(committed_world: World) -> None:
    callers = [Caller(committed_world, "lead") for _ in range(6)]
    for round_ in range(3):
        answers = _together(
            6,
            lambda place, round_=round_: callers[place].post(  # type: ignore[misc]
                "/projects/PUB/issues", {"title": "Twin"}, Idempotency_Key=f"twin-{round_}"
            ),
        )
        assert [answer.status for answer in answers] == [201] * 6
        assert len({answer.raw for answer in answers}) == 1
    assert Issue.objects.filter(title="Twin").count() == 3
    answers = _together(
        6, lambda place: callers[place].post("/issues/PUB-1/comments", {"body": "Twin"}, Idempotency_Key="c")
    )
    assert len({answer.raw for answer in answers}) == 1
    assert Comment.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_twin_waits_and_then_says_so(committed_world: World) -> None:
    """While the first runs on, the second waits for about 5 seconds at most."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: the second waits for the first whatever the key")
    lead = Caller(committed_world, "lead")
    with transaction.atomic():
        IdempotentRequest.objects.create(
            scope=f"user:{committed_world.users['lead'].pk}", key="slow", fingerprint="0" * 64
        )
        began = time.monotonic()
        (answer,) = _together(1, lambda _: lead.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="slow"))
        waited = time.monotonic() - began
        transaction.set_rollback(True)
    answer.is_problem(409, "in_flight")
    assert int(answer.headers["Retry-After"]) >= 1
    assert 4 < waited < 8
    assert lead.post("/projects/PUB/issues", {"title": "x"}, Idempotency_Key="slow").status == 201

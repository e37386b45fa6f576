from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Attempt, IdempotentRequest, Session
from accounts.services import sweeping
from tests.admin.asking import client_of
from tests.world import World


def test_what_has_had_its_time_goes(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweeping, "PIECE", 2)
    client, now = client_of(world, "dev"), timezone.now()
    for number in range(5):
        old = now - datetime.timedelta(hours=23 if number == 0 else 25)
        row = IdempotentRequest.objects.create(scope="user:1", key=f"key-{number}", fingerprint="f" * 64, answer={})
        IdempotentRequest.objects.filter(pk=row.pk).update(created_at=old)
        Session.objects.create(
            session_key=f"k{number}" * 16, session_data="x", expire_date=old, started_at=old, seen_at=old
        )
        Attempt.objects.create(kind="sign_in", scope="address:x", failed=True, at=old)
    call_command("sweep")
    assert capsys.readouterr().out == "5 expired sessions, 4 answered requests, 5 old attempts removed.\n"
    assert IdempotentRequest.objects.get().key == "key-0", "within its 24 hours it still answers"
    assert client.get("/projects/").status_code == 200

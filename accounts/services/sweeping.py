"""Rows that have had their time: nothing asks for them any more, and they would grow for ever."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Attempt, IdempotentRequest, Session
from accounts.services.attempts import MEMORY
from accounts.services.idempotency import KEPT

PIECE = 2_000


def sweep() -> dict[str, int]:
    """Removes them in short transactions, beside people at work: what they were → how many."""
    now = timezone.now()
    return {
        "expired sessions": _remove(Session.objects.filter(expire_date__lt=now)),
        "answered requests": _remove(IdempotentRequest.objects.filter(created_at__lt=now - KEPT)),
        "old attempts": _remove(Attempt.objects.filter(at__lt=now - MEMORY)),
    }


def _remove(rows: QuerySet[Any]) -> int:
    removed = 0
    while keys := [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[:PIECE]]:
        rows.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed

"""Acting once, however often the request comes."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import IdempotentRequest
from itms_site.db.rows import insert_row, update_row
from itms_site.errors import InFlight, Invalid
from itms_site.retry import bound, code_of, run

R = TypeVar("R")
LOCK_TIMEOUT = 1205
KEPT = datetime.timedelta(hours=24)


class _Twin(Exception):
    """Somebody wrote this key before, or is just doing so."""


def fingerprint(*parts: str | bytes) -> str:
    """SHA-256 in hex over the parts, each with its length, so that no two lists look alike."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(raw)}:".encode() + raw)
    return digest.hexdigest()


def once(
    actor: Actor | None,
    key: str,
    print_: str,
    act: Callable[[], R],
    *,
    remember: Callable[[R], dict[str, Any]],
    recall: Callable[[dict[str, Any]], R],
) -> R:
    """Runs `act` and stores `remember(result)` in the same transaction; for a key that is there already answers
    `recall(stored)`, which asks today's rights again.

    Raises Invalid when the key came with another request before, InFlight while the first still runs."""
    scope = f"user:{actor.user_id}" if actor else "anonymous"

    def first() -> R:
        row = IdempotentRequest(scope=scope, key=key, fingerprint=print_)
        try:
            insert_row(row)
        except IntegrityError:
            raise _Twin from None
        except OperationalError as error:
            if code_of(error) == LOCK_TIMEOUT:
                raise InFlight("The same request is still running; ask again in a moment.") from error
            raise
        result = bound(act)
        update_row(IdempotentRequest, {"id": row.pk}, {"answer": remember(result)})
        return result

    try:
        return run(first)
    except _Twin:
        stored = IdempotentRequest.objects.get(scope=scope, key=key)
    if stored.created_at < timezone.now() - KEPT:
        IdempotentRequest.objects.filter(pk=stored.pk).delete()
        return once(actor, key, print_, act, remember=remember, recall=recall)
    if stored.fingerprint != print_:
        raise Invalid.one("Idempotency-Key", "This key was used for another request; take a new one.", "key_reused")
    return recall(stored.answer)


def answer_of(actor: Actor | None, key: str, print_: str) -> dict[str, Any] | None:
    """What the same request was answered before; None when it was not."""
    scope = f"user:{actor.user_id}" if actor else "anonymous"
    young = timezone.now() - KEPT
    found = IdempotentRequest.objects.filter(scope=scope, key=key, fingerprint=print_, created_at__gte=young)
    stored = found.first()
    return dict(stored.answer) if stored is not None else None

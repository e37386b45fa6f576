"""Seeing and ending sessions."""

from __future__ import annotations

import datetime
import hashlib
import logging
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY
from django.db.utils import OperationalError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.actor import Actor
from accounts.models import Session, User
from accounts.rules import require_self_or_operator
from accounts.services import session_copies
from accounts.services.ledger import recording
from accounts.services.session_store import forget_copies
from itms_site.errors import NotFound
from itms_site.retry import AGAIN, AWAY, code_of, transactional

log = logging.getLogger(__name__)
NOTED_EVERY = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class SessionShown:
    """ref  names the session on pages; the key itself would let its reader in"""

    ref: str
    address: str
    agent: str
    started_at: datetime.datetime
    seen_at: datetime.datetime
    is_current: bool


def sessions_of(user: User, *, current: str | None = None) -> list[SessionShown]:
    """Those that still let somebody in, the current one first, then the last used. One query.

    `current` is the key of the session that asks."""
    shown = [
        SessionShown(
            ref=_ref(row.session_key),
            address=row.address,
            agent=row.agent,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_current=row.session_key == current,
        )
        for row in _living(user)
    ]
    return sorted(shown, key=lambda each: (not each.is_current, -each.seen_at.timestamp()))


@transactional
def end_session(actor: Actor, user: User, ref: str) -> None:
    """Raises Forbidden, NotFound when there is none of that name (any more)."""
    require_self_or_operator(actor, user)
    keys = [row.session_key for row in _living(user) if _ref(row.session_key) == ref]
    if not keys:
        raise NotFound("This session has ended already.")
    _end(actor, user, keys)


@transactional
def end_other_sessions(actor: Actor, user: User, *, keep: str | None, reason: str = "") -> int:
    """Ends all but the one with the key `keep`; how many. Raises Forbidden."""
    require_self_or_operator(actor, user)
    keys = [row.session_key for row in _living(user) if row.session_key != keep]
    if keys:
        _end(actor, user, keys, reason)
    return len(keys)


def end_all(user_id: int) -> None:
    """Inside the transaction of an act that ends them all: a new password, deactivation."""
    forget_copies(user_id)
    Session.objects.filter(user_id=user_id).delete()


def note_use(session: Session | None) -> None:
    """At most every five minutes. A database that takes no writes just now still lets people read."""
    now = timezone.now()
    if session is None or now - session.seen_at < NOTED_EVERY:
        return
    try:
        Session.objects.filter(pk=session.pk).update(seen_at=now)
        session_copies.drop(session.pk)  # it says when the session was used last
    except OperationalError as error:
        if code_of(error) not in AGAIN | AWAY:
            raise
        log.warning("the use of a session was not noted: %s", error)


def _end(actor: Actor, user: User, keys: list[str], reason: str = "") -> None:
    data = {"user": user.username, "sessions": len(keys)}
    forget_copies(user.pk)
    with recording(actor, "session.end", None, data=data, reason=reason) as record:
        require_self_or_operator(record.actor, user)
        _ = record.change
        Session.objects.filter(pk__in=keys, user=user).delete()


def _living(user: User) -> list[Session]:
    """Without those that a new password or deactivation has shut, should their rows still be there."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    rows = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return [
        row
        for row in rows
        if any(constant_time_compare(row.get_decoded().get(HASH_SESSION_KEY, ""), each) for each in hashes)
    ]


def _ref(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]

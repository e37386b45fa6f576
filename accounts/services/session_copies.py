"""Copies of sessions in a shared cache (CACHE_URL names a Redis), so that the database is not asked for them each time.

A copy decides nothing. It holds the `sessions_version` of the user that it was read together with, in one statement,
and is good only while the user's row, which every request reads from the database, still has that one. Whatever ends
or changes a session moves the version on in the same transaction: a copy that is written too late, left behind, or
brought back is as good as none, and so is a cache that is away or empty. It is signed for its own session: whoever
can write into the cache opens no session by it."""

from __future__ import annotations

import datetime
import hashlib
import logging
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache

from itms_site.cache import is_away

log = logging.getLogger(__name__)
KEPT = datetime.timedelta(minutes=5)
PAUSE = 10  # seconds in which a cache that did not answer is not asked again
_SALT = "accounts.session_copies"
_resume = 0.0


@dataclass(frozen=True)
class Copy:
    """data        of the session
    version     the user's sessions_version
    expires, started, seen  of the row, in seconds since 1970"""

    user: int
    version: int
    data: dict[str, Any]
    expires: float
    started: float
    seen: float


def are_kept() -> bool:
    """Only in a cache that all processes share: another's own would know nothing of what ends elsewhere."""
    return bool(settings.CACHES["default"]["BACKEND"].endswith(".RedisCache")) and time.monotonic() >= _resume


def keep(session_key: str, copy: Copy) -> None:
    name = _name(session_key)
    _ask(lambda: cache.set(name, signing.dumps([name, asdict(copy)], salt=_SALT), timeout=KEPT.total_seconds()))


def read(session_key: str) -> Copy | None:
    """As it was kept: the caller compares its version. None for what this server did not sign for this session."""
    name = _name(session_key)
    kept = _ask(lambda: cache.get(name))
    if not isinstance(kept, str):
        return None
    try:
        signed_for, fields = signing.loads(kept, salt=_SALT, max_age=KEPT)
        return Copy(**fields) if signed_for == name else None
    except (signing.BadSignature, TypeError, ValueError):  # of another release, or nobody's
        return None


def drop(session_key: str) -> None:
    _ask(lambda: cache.delete(_name(session_key)))


def _ask(question: Any) -> Any:
    global _resume
    if not are_kept():
        return None
    try:
        return question()
    except Exception as error:
        if not is_away(error):
            raise
        _resume = time.monotonic() + PAUSE
        log.error("the cache is away, sessions are read from the database: %s", error)
        return None


def _name(session_key: str) -> str:
    """The key itself would let whoever reads the cache in."""
    return f"session:{hashlib.sha256(session_key.encode()).hexdigest()}"

"""Counting in the cache, which may be shared (Redis) and may be away: nobody is locked out because of that."""

from __future__ import annotations

import logging

from django.core.cache import cache

log = logging.getLogger(__name__)


def is_away(error: BaseException) -> bool:
    """Whether this is the shared cache not answering. Its library is loaded only where CACHE_URL names one."""
    return any(kind.__name__ == "RedisError" for kind in type(error).__mro__)


def count(key: str, *, seconds: int) -> int | None:
    """How often it was counted since the first time, for so long; None when the cache does not know."""
    try:
        return 1 if cache.add(key, 1, timeout=seconds) else cache.incr(key)
    except ValueError:  # it ended between the two calls
        return None
    except Exception as error:
        if not is_away(error):
            raise
        log.error("the cache is away: %s", error)
        return None

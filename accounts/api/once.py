"""`Idempotency-Key` on any POST of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from accounts.actor import Actor
from accounts.services.idempotency import fingerprint, once
from itms_site.errors import Invalid

R = TypeVar("R")
_KEY = re.compile(r"\A[\x21-\x7e]{1,128}\Z")


def post_once(
    request: HttpRequest,
    actor: Actor | None,
    act: Callable[[], R],
    *,
    remember: Callable[[R], dict[str, Any]],
    recall: Callable[[dict[str, Any]], R],
    body: bytes | None = None,
) -> R:
    """Runs `act`, once for each key. `recall` finds what the first made, asking today's rights.

    `body` stands for the request's own where that holds a secret: its fingerprint is a quick hash, and stored.

    Raises Invalid for a malformed key and for one that came with another request; InFlight while the first runs."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not _KEY.match(key):
        raise Invalid.one("Idempotency-Key", "Write 1 to 128 printable ASCII characters without blanks.", "key")
    sent = _canonical(request.body) if body is None else body
    print_ = fingerprint(request.method or "", request.get_full_path(), sent)
    return once(actor, key, print_, act, remember=remember, recall=recall)


def _canonical(body: bytes) -> bytes:
    """The same JSON in other bytes (another order of names, other blanks) is the same body."""
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # a POST that takes no body reads none
        return body

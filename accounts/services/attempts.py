"""Limits on sign-in and registration: by address, and after failures by account, with a growing wait.

The wait never becomes a lock-out: it is bounded, a right password is not asked to wait for what strangers did from
other addresses, and it is over after a quiet quarter of an hour."""

from __future__ import annotations

import datetime
import hashlib

from django.conf import settings
from django.utils import timezone

from accounts.models import Attempt
from itms_site.db.text import canonical
from itms_site.errors import TooMany
from itms_site.retry import transactional

MINUTE = datetime.timedelta(minutes=1)
MEMORY = datetime.timedelta(minutes=15)
FREE_FAILURES = 10
LONGEST_WAIT = 60


def check(kind: str, address: str, identifier: str = "") -> None:
    """Before the try. Raises TooMany with the seconds to wait."""
    now = timezone.now()
    limit = settings.SIGN_INS_PER_MINUTE if kind == "sign_in" else settings.REGISTRATIONS_PER_MINUTE
    recent = Attempt.objects.filter(kind=kind, scope=f"address:{address}", at__gt=now - MINUTE)
    if recent.count() >= limit:
        oldest = recent.order_by("at").values_list("at", flat=True).first()
        wait = (oldest + MINUTE - now).total_seconds() if oldest else 60
        raise TooMany("Too many tries from this address; wait a little.", retry_after=max(1, int(wait) + 1))
    if kind == "sign_in" and identifier:
        _check_account(now, address, identifier)


@transactional
def note(kind: str, address: str, identifier: str = "", *, failed: bool) -> None:
    """After the try. A success clears what failed for this account from this address."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - MEMORY).delete()
    Attempt.objects.create(kind=kind, scope=f"address:{address}", failed=failed, at=now)
    if identifier:
        scope = _account(address, identifier)
        if failed:
            Attempt.objects.create(kind=kind, scope=scope, failed=True, at=now)
        else:
            Attempt.objects.filter(scope=scope).delete()


def _check_account(now: datetime.datetime, address: str, identifier: str) -> None:
    """Ten failures for one account from one address are free; then 1, 2, 4 … up to 60 seconds between tries."""
    failures = Attempt.objects.filter(scope=_account(address, identifier), at__gt=now - MEMORY)
    times = list(failures.order_by("-at").values_list("at", flat=True)[: FREE_FAILURES + 7])
    if len(times) < FREE_FAILURES:
        return
    wait = min(LONGEST_WAIT, 2 ** (len(times) - FREE_FAILURES))
    left = wait - (now - times[0]).total_seconds()
    if left > 0:
        raise TooMany("Too many wrong passwords for this account from here; wait a little.", retry_after=int(left) + 1)


def _account(address: str, identifier: str) -> str:
    digest = hashlib.sha256(f"{address}\n{canonical(identifier.strip())}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"account:{digest}"

"""The client's address, believing only one's own proxies."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address that limits count by. With TRUSTED_PROXIES = n, the n-th from the right of X-Forwarded-For:
    what stands further left was written by the client and proves nothing."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:60]
    return remote

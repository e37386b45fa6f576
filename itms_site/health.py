"""`/livez`: this process answers. `/readyz`: it can serve, which its database, migrations, triggers and cache decide.

Both answer without signing in and say nothing of what is stored: words alone, and no error's text."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from itms_site.db import triggers

log = logging.getLogger(__name__)


@csrf_exempt  # so that another method is refused as such
@login_not_required
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process runs; asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@csrf_exempt  # so that another method is refused as such
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200, or 503 with the first reason: {status, checks: {database, migrations, triggers, cache}}."""
    found = findings()
    ready = all(word == "ok" for word in found.values())
    return JsonResponse({"status": "ok" if ready else "not ready", "checks": found}, status=200 if ready else 503)


def findings() -> dict[str, str]:
    """Check → `ok`, or what is wrong in a few words."""
    return {name: _word(name, check) for name, check in CHECKS.items()}


def _word(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # a probe answers whatever is broken; the log has the rest
        log.error("/readyz: %s: %s", name, error)
        return "failed"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    lacking = _all_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(lacking)} not applied: run manage.py migrate" if lacking else "ok"


def _triggers() -> str:
    lost = triggers.missing(connection)
    return f"{len(lost)} missing: run manage.py migrate" if lost else "ok"


def _cache() -> str:
    key, value = f"readyz-{secrets.token_hex(8)}", secrets.token_hex(8)
    caches["default"].set(key, value, timeout=30)
    kept = caches["default"].get(key)
    caches["default"].delete(key)
    return "ok" if kept == value else "does not keep what it is given"


@cache
def _all_migrations() -> frozenset[tuple[str, str]]:
    """Of this code; read from the disk once."""
    return frozenset(MigrationLoader(None).disk_migrations)


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "cache": _cache,
}

"""`/metrics` in Prometheus' text form, for who brings METRICS_TOKEN as a bearer token; without that setting there is
no such page. Names of routes, statuses and totals; nothing of what is stored, no project, no person.

Several processes add up their figures in METRICS_FOLDER; without it each tells its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Aggregate, Count, F, Model, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from itms_site import errors


class Part(NamedTuple):
    """Part of a figure: what `sums` finds of those rows."""

    model: str
    only: dict[str, Any]
    sums: Aggregate = Count("pk")


# Issues and acts are many, and counted already: by the tally of each project and the last number of each ledger. What
# is no project's is written by acts on accounts alone.
TOTALS: dict[str, tuple[str, Sequence[Part]]] = {
    "itms_users": ("Active accounts", [Part("accounts.User", {"is_active": True})]),
    "itms_projects": ("Projects that are not deleted", [Part("projects.Project", {"deleted_at": None})]),
    "itms_issues": (
        "Issues that are not deleted",
        [Part("issues.IssueTally", {}, Sum(F("opened") + F("in_progress") + F("resolved") + F("closed")))],
    ),
    "itms_issues_open": (
        "Issues that are open",
        [Part("issues.IssueTally", {}, Sum(F("opened") + F("in_progress")))],
    ),
    "itms_comments": ("Comments that are not deleted", [Part("issues.Comment", {"deleted_at": None})]),
    "itms_changes": (
        "Acts in the ledger",
        [Part("accounts.Head", {}, Sum("last_seq")), Part("accounts.Change", {"head": None})],
    ),
}


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """401 for another token. Raises NotFound without METRICS_TOKEN."""
    if not settings.METRICS_TOKEN:
        raise errors.NotFound()
    given = request.headers.get("Authorization", "")
    if not secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        words, ask = "This page wants METRICS_TOKEN as a bearer token.\n", {"WWW-Authenticate": "Bearer"}
        return HttpResponse(words, status=401, headers=ask, content_type="text/plain; charset=utf-8")
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    totals = CollectorRegistry()
    totals.register(_Totals())
    counted = REGISTRY
    if settings.METRICS_FOLDER:
        counted = CollectorRegistry()
        MultiProcessCollector(counted, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(counted) + generate_latest(totals), content_type=CONTENT_TYPE_LATEST)


def count(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    from itms_site.metrics_counters import REQUESTS, SECONDS

    match = request.resolver_match
    route = (match.view_name or "unnamed") if match else "none"
    REQUESTS.labels(route, str(request.method) if request.method in METHODS else "other", response.status_code).inc()
    SECONDS.labels(route).observe(seconds)


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class _Totals:
    """Asked of the database whenever somebody looks."""

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        found: dict[str, int] = {}
        try:
            for name, (_, parts) in TOTALS.items():
                found[name] = sum(map(_figure, parts))
        except (DatabaseError, InterfaceError):
            connection.close()
        yield GaugeMetricFamily("itms_database_up", "Whether the database answers", len(found) == len(TOTALS))
        for name, value in found.items():
            yield GaugeMetricFamily(name, TOTALS[name][0], value)


def _figure(part: Part) -> int:
    model: type[Model] = apps.get_model(part.model)
    return int(model._default_manager.filter(**part.only).aggregate(n=part.sums)["n"] or 0)

"""What each process counts; made once, when the first request is counted."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

REQUESTS = Counter("itms_requests", "Answers by route, method and status", ["route", "method", "status"])
SECONDS = Histogram(
    "itms_request_seconds",
    "Time until the answer by route",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

"""How a line of the log is written (LOG_FORMAT), and the line that each request leaves.

No bodies, no query strings (they hold what people search for), no keys of reset links, no cookies."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("itms.access")
# A reset link or a confirmation stands in the address: whoever reads the log must not be able to use it.
_KEYS = re.compile(r"^(/accounts/(?:password/reset/key|confirm-email)/)..*", re.DOTALL)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    10: "\\n", 13: "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029",
}  # fmt: skip


class LineFormatter(logging.Formatter):
    """One line for a person; what a request carried cannot begin another."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_CONTROLS)
        return super().formatMessage(record)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, request_id, message, and what the line has besides
    (method, path, status, ms, user of a request; trace of an exception)."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        body: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        body |= getattr(record, "facts", {})
        if record.exc_info:
            body["trace"] = self.formatException(record.exc_info)
        return json.dumps(body)


class AccessMiddleware:
    """Writes one line when a request has been answered (ACCESS_LOG), and counts it (METRICS_TOKEN)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        if settings.METRICS_TOKEN:
            from itms_site import metrics  # the library is loaded only where somebody asks for it

            metrics.count(request, response, took)
        if settings.ACCESS_LOG:
            actor = getattr(request, "actor", None)
            facts = {
                "method": request.method,
                "path": _KEYS.sub(r"\1…", request.path),
                "status": response.status_code,
                "ms": round(took * 1000, 1),
                "user": actor.user_id if actor else None,
            }
            text = "%(method)s %(path)s %(status)s in %(ms)s ms, user %(user)s"
            log.info(text, facts, extra={"facts": facts})
        return response

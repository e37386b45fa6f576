"""Request ids, and the one place where a domain error becomes an answer: page, fragment or problem+json."""

from __future__ import annotations

import contextvars
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from itms_site import errors, web
from itms_site.retry import AGAIN, AWAY, code_of

log = logging.getLogger(__name__)
_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
_GIVEN_ID = re.compile(r"^[A-Za-z0-9_.-]{8,64}$")

Handler = Callable[[HttpRequest], HttpResponseBase]


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


class RequestIdMiddleware:
    """Gives each request an id (or takes a well-formed `X-Request-ID`), for logs, the ledger and error pages.

    What a signed-in person sees is nobody else's: no shared cache may keep it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _GIVEN_ID.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = _request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response


class ErrorMiddleware:
    """Answers domain errors raised by views. Anything else stays Django's to handle."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, errors.ItmsError):
            return answer(request, exception)
        if code_of(exception) in AWAY | AGAIN:
            log.error("the database is away: %s", exception)
            return answer(request, errors.Unavailable())
        return None


def answer(request: HttpRequest, error: errors.ItmsError) -> HttpResponse:
    """The refusal as the caller reads it; the status is the error's own."""
    if isinstance(error, errors.Moved):
        return moved(request, error)
    if web.wants_json(request):
        response: HttpResponse = JsonResponse(
            problem(error), status=error.status, content_type="application/problem+json"
        )
    else:
        response = web.error_page(request, error)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def moved(request: HttpRequest, error: errors.Moved) -> HttpResponse:
    """308 keeps the method: a form or a script that still has the old key goes on working."""
    segments = [error.new if s == error.old else s for s in request.path.split("/")]
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponse(status=308)
    response["Location"] = "/".join(segments) + (f"?{query}" if query else "")
    return response


def problem(error: errors.ItmsError) -> dict[str, Any]:
    """RFC 9457: {type, title, status, code, detail, errors}."""
    fields = error.errors if isinstance(error, errors.Invalid) else ()
    return {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "errors": [{"field": e.field, "code": e.code, "message": e.message} for e in fields],
    }


class TooLarge(errors.ItmsError):
    code, status, title = "too_large", 413, "That is too much at once"


class BadRequestError(errors.ItmsError):
    code, status, title = "bad_request", 400, "The request cannot be read"


class CsrfFailed(errors.ItmsError):
    code, status, title = "csrf_failed", 403, "The form has expired"


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return answer(request, TooLarge("The request is larger than this server accepts."))
    return answer(request, BadRequestError("The request is not well formed."))


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, errors.Forbidden())


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, errors.NotFound())


def handler500(request: HttpRequest) -> HttpResponse:
    return web.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, CsrfFailed("Go back, reload the page and send the form again; nothing was saved."))



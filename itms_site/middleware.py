"""Request ids, and the one place where a domain error becomes an answer: page, fragment or problem+json."""

from __future__ import annotations

import contextvars
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db.utils import InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from itms_site import errors, web
from itms_site.cache import is_away
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
    """Gives each request an id (or takes a well-formed `X-Request-ID`), for logs, the ledger and error pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _GIVEN_ID.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = _request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = ours(request, self.get_response(request))
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class ErrorMiddleware:
    """Answers what views raise: refusals as such, everything unexpected as 500 with its trace in the log alone."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return ours(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        refusal = refusal_of(exception)
        if refusal is not None:
            return answer(request, refusal)
        log.exception("unexpected error at %s %s", request.method, request.path, exc_info=exception)
        got_request_exception.send(sender=type(self), request=request)
        return failed(request)


def refusal_of(exception: BaseException) -> errors.ItmsError | None:
    """What an exception means to the caller; None for what nobody expected, which is a fault of ours."""
    if isinstance(exception, errors.ItmsError):
        return exception
    if isinstance(exception, InterfaceError) or code_of(exception) in AWAY | AGAIN:
        log.error("the database is away: %s", exception)
        return errors.Unavailable()
    if is_away(exception):
        log.error("the cache is away: %s", exception)
        return errors.Unavailable("The service is short of a part of it just now. Try again in a moment.")
    if isinstance(exception, Http404):
        return errors.NotFound()
    if isinstance(exception, PermissionDenied):
        return errors.Forbidden()
    if isinstance(exception, RequestDataTooBig):
        return TooLarge("The request is larger than this server accepts.")
    if isinstance(exception, SuspiciousOperation | BadRequest | MultiPartParserError | UnreadablePostError):
        return BadRequestError("The request is not well formed.")
    return None


def ours(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Replaces an error page that Django itself made: DEBUG's technical pages, which show settings and routes, and
    the plain ones. Headers that belong to the status stay."""
    made_here = getattr(response, "is_ours", False) or "problem+json" in response.get("Content-Type", "")
    if response.status_code < 400 or made_here:
        return response
    refusals: dict[int, errors.ItmsError] = {
        400: BadRequestError("The request is not well formed."),
        403: errors.Forbidden(),
        404: errors.NotFound(),
        405: MethodNotAllowed(f"{request.method} is not for this address."),
    }
    if response.status_code in refusals and not _has_own_page(request, response):
        refusal = answer(request, refusals[response.status_code])
        if "Allow" in response:
            refusal["Allow"] = response["Allow"]
        return refusal
    if response.status_code == 500:
        return failed(request)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    if web.wants_json(request):
        fault = ServerFault("Something went wrong on the server; the log has the details.")
        return problem_response(fault, problem(fault))
    return _mark(web.server_error(request))


def _has_own_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A view that rendered its own refusal (a form page with 403, an API answer) keeps it."""
    return (
        request.resolver_match is not None
        and response.status_code in {400, 403}
        and bool(getattr(response, "content", b""))
    )


def _mark(response: HttpResponse) -> HttpResponse:
    response.is_ours = True  # type: ignore[attr-defined]
    return response


def answer(request: HttpRequest, error: errors.ItmsError) -> HttpResponse:
    """The refusal as the caller reads it; the status is the error's own."""
    if isinstance(error, errors.Moved):
        return moved(request, error)
    if web.wants_json(request):
        response = problem_response(error, problem(error))
    else:
        response = _mark(web.error_page(request, error))
    return with_retry_after(response, error)


def problem_response(error: errors.ItmsError, body: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(body, status=error.status, content_type="application/problem+json")
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="ITMS"'
    return response


def with_retry_after(response: HttpResponse, error: errors.ItmsError) -> HttpResponse:
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def moved(request: HttpRequest, error: errors.Moved) -> HttpResponse:
    """308 keeps the method: a form or a script that still has the old key goes on working."""
    segments = request.path.split("/")
    for before, (place, segment) in zip(segments, enumerate(segments[1:], 1), strict=False):
        # A key may be spelled like a part of the address: `pr` in /projects/pr/, `api` in /api/v1/projects/api.
        if segment == error.old and before in {"projects", "issues", "people"}:
            segments[place] = error.new
            break
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponse(status=308)
    response["Location"] = escape_uri_path("/".join(segments)) + (f"?{query}" if query else "")
    return response


def problem(error: errors.ItmsError) -> dict[str, Any]:
    """RFC 9457: {type, title, status, code, detail, errors}."""
    fields = error.errors if isinstance(error, errors.Invalid) else ()
    return {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.exactly if isinstance(error, errors.Gone) else error.detail,
        "errors": [{"field": e.field, "code": e.code, "message": e.message} for e in fields],
    }


class TooLarge(errors.ItmsError):
    code, status, title = "too_large", 413, "That is too much at once"


class BadRequestError(errors.ItmsError):
    code, status, title = "bad_request", 400, "The request cannot be read"


class ServerFault(errors.ItmsError):
    code, status, title = "server_error", 500, "Something went wrong"


class MethodNotAllowed(errors.ItmsError):
    code, status, title = "method_not_allowed", 405, "This address does not take that method"


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
    return failed(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, CsrfFailed("Go back, reload the page and send the form again; nothing was saved."))

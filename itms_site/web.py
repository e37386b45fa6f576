"""Answers of the member pages: a whole page or one block of it, redirects, toasts, error pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.template.loader import get_template, select_template
from django.utils.cache import patch_vary_headers
from jinja2_fragments import render_block

from itms_site.errors import ItmsError, Moved, NotSignedIn

HTMX_HEADERS = ("HX-Request", "HX-Target")


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    block: str | Sequence[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or one block of it when htmx asks for just that.

    `block` names the block, or several, that may be asked for alone. The block `issue_list` answers
    a request whose target is the element with id `issue-list`; without a target the first one does.
    Messages that wait are added to a block's answer, so that no toast is lost.
    """
    found = get_template(template)
    name = _wanted(request, [block] if isinstance(block, str) else list(block or ()))
    if name is None:
        body = found.render(dict(context or {}), request)
    else:
        body = _block(request, found, name, dict(context or {}))
    response = HttpResponse(body, status=status)
    patch_vary_headers(response, HTMX_HEADERS)
    return response


def redirect(request: HttpRequest, to: Any) -> HttpResponse:
    """303 to a path, URL name or object with a URL; htmx is told to go there as a browser would."""
    target = resolve_url(to)
    if is_htmx(request):
        response = HttpResponse(headers={"HX-Redirect": target})
    else:
        response = HttpResponseRedirect(target, status=303)
    patch_vary_headers(response, HTMX_HEADERS)
    return response


def toast(request: HttpRequest, text: str, *, level: str = "error", status: int = 200) -> HttpResponse:
    """The answer to an htmx request that changes nothing on the page but says something.

    `level` is one of debug, info, success, warning, error.
    """
    body = get_template("components/toast.html").render({"text": text, "level": level}, request)
    response = HttpResponse(body, status=status, headers={"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"})
    patch_vary_headers(response, HTMX_HEADERS)
    return response


def error_page(request: HttpRequest, error: ItmsError) -> HttpResponse:
    """A refusal as a page, or as a toast for htmx. Not signed in leads to the sign-in page and back.

    The templates get error, status, title, detail and request_id; `errors/page.html` serves any status
    that has no page of its own.
    """
    if isinstance(error, NotSignedIn):
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        return redirect(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
    if isinstance(error, Moved):
        return _moved(request, error)
    if is_htmx(request):
        return toast(request, error.detail, status=error.status)
    context = {
        "error": error,
        "status": error.status,
        "title": error.title,
        "detail": error.detail,
        "request_id": getattr(request, "request_id", ""),
    }
    found = select_template([f"errors/{error.status}.html", "errors/page.html"])
    # When the database is away, the context processors cannot ask it who is signed in.
    return HttpResponse(found.render(context, request if error.status < 500 else None), status=error.status)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that asks neither the database nor the session for anything."""
    request_id = getattr(request, "request_id", "")
    try:
        body = get_template("errors/500.html").render({"request_id": request_id})
    except Exception:  # a broken template must not hide the first fault
        body = f"<!doctype html><title>Error · ITMS</title><p>Something went wrong. Request {request_id}"
    return HttpResponse(body, status=500)


def is_htmx(request: HttpRequest) -> bool:
    """True when htmx asks for a part; a boosted link or a restored history entry needs a whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def wants_json(request: HttpRequest) -> bool:
    """True for the API, and where the Accept header puts JSON before HTML."""
    if request.path_info.startswith("/api/"):
        return True
    preferred = request.get_preferred_type(["text/html", "application/json", "application/problem+json"])
    return preferred is not None and preferred != "text/html"


def _moved(request: HttpRequest, error: Moved) -> HttpResponse:
    path = request.get_full_path().replace(f"/{error.old}", f"/{error.new}", 1)
    response = HttpResponseRedirect(path, status=308 if request.method != "GET" else 301)
    # The key may be renamed again: no browser may remember this for ever.
    response["Cache-Control"] = "private, no-store"
    return response


def _wanted(request: HttpRequest, blocks: list[str]) -> str | None:
    if not blocks or not is_htmx(request):
        return None
    target = request.headers.get("HX-Target")
    if not target:
        return blocks[0]
    name = target.replace("-", "_")
    return name if name in blocks else None


def _block(request: HttpRequest, template: Any, name: str, context: dict[str, Any]) -> str:
    context["request"] = request
    context["csrf_input"] = csrf_input_lazy(request)
    context["csrf_token"] = csrf_token_lazy(request)
    for processor in template.backend.template_context_processors:
        context.update(processor(request))
    environment = template.template.environment
    body = render_block(environment, template.template.name, name, context)
    if request.headers.get("HX-Request") == "true" and get_messages(request):
        body += environment.get_template("components/toasts.html").render(context, oob=True)
    return body

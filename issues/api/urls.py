"""The API's addresses. Its endpoints decide themselves who is signed in, so that the answer is JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from issues.api.build import api

View = Callable[..., HttpResponseBase]


def answering_head(view: View) -> View:
    """HEAD is GET without the body, which the server leaves out."""

    @functools.wraps(view)
    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "HEAD":
            return view(request, *args, **kwargs)
        request.method = "GET"
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = "HEAD"

    return call


urlpatterns, _app_name, app_name = api.urls
for pattern in urlpatterns:
    assert isinstance(pattern, URLPattern)
    pattern.callback = login_not_required(answering_head(pattern.callback))
    if pattern.name in {"openapi-view", "openapi-json"}:
        pattern.callback = require_safe(pattern.callback)
    # The endpoints decide about CSRF tokens themselves (`Caller`); the rest changes nothing.
    pattern.callback = csrf_exempt(pattern.callback)
    if pattern.name == "openapi-view":
        # Swagger UI writes style attributes; nothing else of the policy is loosened, and only on this page.
        pattern.callback = csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]})(pattern.callback)

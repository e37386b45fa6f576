"""The API's addresses. Its endpoints decide themselves who is signed in, so that the answer is JSON."""

from __future__ import annotations

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern

from issues.api.build import api

urlpatterns, _app_name, app_name = api.urls
for pattern in urlpatterns:
    assert isinstance(pattern, URLPattern)
    pattern.callback = login_not_required(pattern.callback)
    if pattern.name == "openapi-view":
        # Swagger UI writes style attributes; nothing else of the policy is loosened, and only on this page.
        pattern.callback = csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]})(pattern.callback)

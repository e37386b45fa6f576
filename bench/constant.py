"""A limit: fifty rows that never change, through the same middleware and session, drawn by the same template engine.

Served beside ITMS's own pages (to sign in), under /constant/."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")
django.setup()
settings.ROOT_URLCONF = "bench.constant"
ROWS = [(f"CARGO-{n}", f"A title of about the length that titles have, number {n}", "Open", "High") for n in range(50)]
PAGE = engines["jinja2"].from_string(
    "<!doctype html><title>Rows</title><ul>{% for key, title, status, priority in rows %}<li><b>{{ key }}</b>"
    '<a href="/issues/{{ key }}/">{{ title }}</a><i>{{ status }}</i><i>{{ priority }}</i></li>{% endfor %}</ul>'
)


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE.render({"rows": ROWS}))


urlpatterns = [path("constant/", constant), path("", include("itms_site.urls"))]
from itms_site.wsgi import application  # noqa: E402, F401

"""The door for WSGI servers: `itms_site.wsgi:application`."""

import gc
import os
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.template import engines
from django.urls import get_resolver
from django.utils.http import parse_header_parameters
from jinja2 import Environment

from itms_site.db import timeouts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itms_site.settings")


class Request(WSGIRequest):
    """The charset that a Content-Type names is for the body. Django reads the query string by it too, before any
    middleware could answer, and breaks on those that are no text encodings (`charset=hex`)."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
timeouts.limit(connections.settings["default"])
application = Handler()
# All pages and their templates are loaded now and not by the first requests, which would take half a second, and stay
# as long as the process does: the garbage collector, which would go through them again and again, leaves them alone.
get_resolver().url_patterns  # noqa: B018
if not settings.DEBUG:  # where templates may change, each is read when it is asked for
    pages: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in pages.list_templates(extensions=["html"]):
        pages.get_template(name)
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

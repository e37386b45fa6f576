"""The door for WSGI servers: `itms_site.wsgi:application`."""

import gc
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

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
# All pages are loaded now and not by the first request, and stay as long as the process does: the garbage collector,
# which would go through them again and again, is told to leave them alone.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

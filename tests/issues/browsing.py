"""Reading and sending pages in tests, as a browser without scripts does."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.world import World

_KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def token_in(response: HttpResponse) -> str:
    """The idempotency key of the page's first form."""
    found = _KEY.search(text_of(response))
    assert found, "the page has no form"
    return found[1]


def queries_of(client: Client, path: str) -> int:
    """How many queries a page needs, asked twice because the first time fills Django's own caches."""
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(found)


def messages_after(client: Client, response: Any) -> str:
    """The page that a redirect leads to, where messages are said."""
    assert response.status_code == 303, (response.status_code, text_of(response)[:500])
    return text_of(client.get(response["Location"]))

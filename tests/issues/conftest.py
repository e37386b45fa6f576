"""The small cast, committed once for all page tests; each test's writes are rolled back. A page that loads related rows
one by one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker
from zeal.constants import initialize_app_registry
from zeal.middleware import zeal_middleware
from zeal.patch import patch

from tests.standing import as_it_stands, stand
from tests.world import World


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def world(standing: World, db: None) -> World:
    return as_it_stands(standing)


@pytest.fixture(scope="package")
def _loads_are_seen() -> None:
    initialize_app_registry()
    patch()


def watched(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware. What is read alone: an act on many issues writes them one after the other."""
    seen = zeal_middleware(get_response)
    return lambda request: seen(request) if request.method in {"GET", "HEAD"} else get_response(request)


@pytest.fixture(autouse=True)
def nothing_is_loaded_row_by_row(_loads_are_seen: None) -> Iterator[None]:
    """django-zeal raises at the second load of the same kind from one place within a request."""
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, f"{__name__}.watched"]):
        yield

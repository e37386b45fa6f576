"""The small cast, committed once, for processes that die; what they leave behind is verified."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.standing import as_it_stands, stand
from tests.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/faults/" in str(item.path):
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def db(standing: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """No transaction around a test: another process has to see what was committed."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(standing: World, db: None) -> Iterator[World]:
    yield as_it_stands(standing)

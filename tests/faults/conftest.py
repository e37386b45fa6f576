"""The small cast, committed once: the processes that die work on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from issues.history.verify import differences
from tests.standing import stand
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
    """In place of the plugin's: no transaction around a test, since other processes have to see the rows.
    By this name the plugin knows that these tests need the test database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(standing: World, db: None) -> Iterator[World]:
    yield World.present()
    assert differences() == []

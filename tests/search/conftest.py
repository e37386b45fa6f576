from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.search.cast import Tracker


@pytest.fixture(scope="module")
def tracker(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tracker]:
    """Made once for a whole module, whose tests only read; rolled back behind the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Tracker.make()
        transaction.set_rollback(True)

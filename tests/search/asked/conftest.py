from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.search.asked.cast import Tracker
from tests.stage import STAGE


@pytest.fixture(scope="package")
def tracker(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tracker]:
    """Committed once for all tests of this package, which only read; the database is emptied behind the last."""
    with django_db_blocker.unblock():
        STAGE.clear()
        made = Tracker.make()
    yield made
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)

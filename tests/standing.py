"""The small cast, committed for a package or module whose tests commit too, so that nothing rolls them back (for others
tests/stage.py does it). It says in its conftest.py:

    @pytest.fixture(scope="package")
    def standing(django_db_setup, django_db_blocker):
        yield from stand(django_db_blocker)

    @pytest.fixture
    def world(standing, db):
        return World.present()

Its tests ask for `db` all the same: by that name the plugin knows that the test database is to be made.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.stage import STAGE
from tests.world import World


def stand(blocker: DjangoDbBlocker) -> Iterator[World]:
    """Yields the committed world; empties the database afterwards."""
    with blocker.unblock():
        assert "test" in str(connection.settings_dict["NAME"]), "this is no test database"
        STAGE.clear()
        world = World.make()
    yield world
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)

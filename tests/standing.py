"""The small cast, committed once for a whole package of tests: each test works on it inside a transaction that is
rolled back. A package that wants it says in its conftest.py:

    @pytest.fixture(scope="package")
    def standing(django_db_setup, django_db_blocker):
        yield from stand(django_db_blocker)

Its tests ask for `db` all the same: by that name the plugin knows that the test database is to be made.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from projects.models import Project
from tests.world import World


def stand(blocker: DjangoDbBlocker) -> Iterator[World]:
    """Yields the committed world; empties the database afterwards."""
    with blocker.unblock():
        assert "test" in str(connection.settings_dict["NAME"]), "this is no test database"
        world = World.make()
    yield world
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


def as_it_stands(world: World) -> World:
    """The same cast with every row read again, so that nothing of an earlier test sticks to it."""
    users = {name: User.objects.get(pk=user.pk) for name, user in world.users.items()}
    return World(users, {key: Project.objects.get(pk=project.pk) for key, project in world.projects.items()})

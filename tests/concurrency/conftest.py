"""The small cast, committed once; every test makes projects of its own, and what it leaves behind is verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from pytest_django.plugin import DjangoDbBlocker

from issues.history.verify import differences
from projects.models import Project
from projects.services.labels import create_label
from projects.services.members import add_member
from projects.services.projects import create_project
from tests.standing import stand
from tests.world import World

MakeProject = Callable[..., Project]
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/concurrency/" in str(item.path):
            item.add_marker(pytest.mark.concurrency)


@pytest.fixture(scope="package")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from stand(django_db_blocker)


@pytest.fixture
def db(standing: World, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of the plugin's: no transaction around a test, since every thread has to see what the others did.
    By this name the plugin knows that these tests need the test database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def world(standing: World, db: None) -> Iterator[World]:
    yield World.present()
    assert differences() == []


@pytest.fixture
def make_project(world: World) -> MakeProject:
    """`make_project(dev="LEAD", viewer="VIEWER")`: led by `lead`, with these members and the labels bug and ui."""

    def make(*, is_public: bool = True, **roles: str) -> Project:
        lead = world.actor("lead")
        project = create_project(lead, key=f"RACE{next(_numbers)}", name="Race", is_public=is_public)
        for name, role in roles.items():
            add_member(lead, project.pk, identifier=name, role=role)
        for name in ("bug", "ui"):
            create_label(lead, project.pk, name=name)
        return project

    return make

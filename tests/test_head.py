"""HEAD is GET without the content: monitors and link checkers ask so, of every page."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Change
from tests.every_page import every_page
from tests.issues.browsing import signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("person", ["lead", None])
def test_every_page_answers_head_as_get_and_does_nothing(world: World, person: str | None) -> None:
    client = signed_in(world, person) if person else Client()
    pages = dict(every_page(world, client))
    assert len(pages) > (20 if person else 2)
    before = Change.objects.count()
    for name, path in pages.items():
        response = client.head(path)
        assert (name, response.status_code, response.content) == (name, 200, b"")
    assert Change.objects.count() == before


def test_what_only_takes_forms_refuses_head(world: World) -> None:
    assert signed_in(world, "lead").head("/issues/PUB-1/status/").status_code == 405

"""The first person on an empty installation."""

from __future__ import annotations

from django.test import Client

from accounts.services.users import register
from tests.issues.browsing import text_of
from tests.world import PASSWORD


def test_the_very_first_person_is_led_to_a_project(db: None) -> None:
    client = Client()
    client.force_login(register(None, username="first", email="first@example.com", password=PASSWORD))
    page = text_of(client.get("/"))
    assert "no project that you can see yet" in page
    assert 'href="/projects/new/"' in page

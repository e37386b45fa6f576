"""What a page weighs, in bytes as they are written: its sheets, its own scripts, and the HTML of a long list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from issues.services.opening import open_issue
from projects.services.projects import create_project
from tests.every_page import every_page
from tests.issues.browsing import signed_in, text_of
from tests.world import World

SHEETS, SCRIPTS, LIST = 40_000, 25_000, 60_000
_LINK = re.compile(r'<(?:link rel="stylesheet" href|script src)="/static/([^"?]+)"')


def loaded(html: str) -> tuple[int, int]:
    """(bytes of the sheets, bytes of the scripts but for htmx). A file that is not there fails."""
    sheets = scripts = 0
    for name in _LINK.findall(html):
        found = finders.find(name)
        assert found, f"{name} does not exist"
        size = Path(found).stat().st_size
        if name.endswith(".css"):
            sheets += size
        elif "htmx" not in name:
            scripts += size
    return sheets, scripts


@pytest.mark.parametrize("person", ["lead", None])
def test_every_page_is_light(world: World, person: str | None) -> None:
    client = signed_in(world, person) if person else Client()
    seen, heavy = 0, []
    for name, path in every_page(world, client):
        sheets, scripts = loaded(text_of(client.get(path)))
        seen += 1
        if not 0 < sheets <= SHEETS or scripts > SCRIPTS:
            heavy.append(f"{name}: {sheets} bytes of sheets, {scripts} of scripts")
    assert seen >= (30 if person else 5)
    assert not heavy, "\n".join(heavy)


def test_a_page_of_fifty_rows_in_a_long_rail(world: World) -> None:
    lead = world.actor("lead")
    for i in range(20):
        create_project(lead, key=f"LONG{i}", name=f"A project with quite a long name, number {i}")
    for i in range(50):
        open_issue(
            lead,
            world.projects["PUB"].pk,
            title=f"A title as people write them, of about sixty characters, {i}",
            assignee="assignee" if i % 4 else None,
            labels=[["bug", "ui"], ["bug"], []][i % 3],
            due_date=None if i % 3 else "2031-01-01",
            priority="HIGH",
        )
    for path in ("/projects/PUB/issues/", "/issues/"):
        page = signed_in(world, "lead").get(path)
        assert text_of(page).count('class="row"') == 50
        assert len(page.content) <= LIST, (path, len(page.content))

"""A real browser on a live server: `live` is the small cast with its address, `page_as` a signed-in page.

Chromium's headless shell is taken from the system; nothing is downloaded. Without it these tests fail, because a
promise about pages that was not looked at is no promise."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.world import World

PROGRAM = "chromium-headless-shell"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 10_000  # ms that a page may take for anything
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PageAs = Callable[..., Page]
_AXE, _RUN = Axe(), "axe.run({ resultTypes: ['violations'] }).then((found) => found.violations)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# For this folder alone: while Playwright runs, Django takes the whole thread for an asynchronous one, and refuses.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    found = shutil.which(PROGRAM)
    if found is None:
        pytest.fail(f"These tests drive {PROGRAM}, which is not installed. On Debian: apt-get install {PROGRAM}")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@dataclass(frozen=True)
class Live:
    """The cast, committed, and the address of the server that shows it."""

    world: World
    url: str


@pytest.fixture
def live(chromium: Browser, live_server: Any, committed_world: World) -> Live:
    return Live(committed_world, live_server.url)


@pytest.fixture
def page_as(chromium: Browser, live: Live) -> Iterator[PageAs]:
    """`page_as(name, **options of the browser's context)`: a new page of that person, `None` for nobody.

    At the end no script of any page may have failed, and the Content-Security-Policy may have refused nothing."""
    contexts, faults = [], []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(name: str | None, **options: Any) -> Page:
        usual = {"base_url": live.url, "viewport": WIDE, "reduced_motion": "reduce"}
        context = chromium.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if name is not None:
            client = Client()
            client.force_login(live.world.users[name])
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", hear)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now: rule and element."""
    page.evaluate(_AXE.axe_script)
    found = page.evaluate(_RUN)  # what it found right is long, and not read
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

"""No page loads related rows one by one: django-zeal raises at the second load of the same kind from one place."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from zeal.constants import initialize_app_registry
from zeal.errors import NPlusOneError
from zeal.patch import patch

from issues.models import Issue
from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from issues.views import listing
from tests.issues.browsing import signed_in
from tests.world import World

PAGES = [
    "/", "/issues/", "/issues/?q=row", "/projects/", "/people/", "/projects/PUB/", "/projects/PUB/issues/",
    "/projects/PUB/issues/?group=assignee", "/projects/PUB/board/", "/projects/PUB/activity/", "/projects/PUB/members/",
    "/projects/PUB/labels/", "/projects/PUB/reports/", "/projects/PUB/issues/new/", "/issues/PUB-1/",
    "/issues/PUB-1/history/", "/people/dev/",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _loads_are_seen() -> None:
    initialize_app_registry()
    patch()


@pytest.fixture
def client(world: World) -> Client:
    for n in range(5):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Row {n}", assignee="dev" if n % 2 else None)
        add_comment(world.actor("dev" if n % 2 else "lead"), world.issue("PUB-1"), body=f"Row {n}")
    return signed_in(world, "dev")


def watched(client: Client, address: str) -> int:
    """Its status, when it was asked for before: what is loaded once for each process does not count."""
    client.get(address)
    with override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, "zeal.middleware.zeal_middleware"]):
        other = Client()  # one that has asked before keeps the middleware of then
        other.cookies = client.cookies
        return other.get(address).status_code


@pytest.mark.parametrize("address", PAGES)
def test_no_page_does(client: Client, address: str) -> None:
    assert watched(client, address) == 200


def test_it_would_be_seen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = listing.rows_for

    def careless(*arguments: Any) -> Any:
        for issue in Issue.objects.filter(project__key="PUB"):
            assert issue.reporter.username
        return drawn(*arguments)

    monkeypatch.setattr(listing, "rows_for", careless)
    with pytest.raises(NPlusOneError):
        watched(client, "/projects/PUB/issues/")

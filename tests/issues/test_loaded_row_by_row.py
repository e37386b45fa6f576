"""That a page which loads related rows one by one would be seen (tests/issues/conftest.py)."""

from __future__ import annotations

from typing import Any

import pytest
from zeal.errors import NPlusOneError

from issues.models import Issue
from issues.views import listing
from tests.issues.browsing import signed_in
from tests.world import World


def test_it_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = listing.rows_for

    def careless(*arguments: Any) -> Any:
        for issue in Issue.objects.filter(project__key="PUB"):
            assert issue.reporter.username
        return drawn(*arguments)

    client = signed_in(world, "dev")
    assert client.get("/projects/PUB/issues/").status_code == 200
    monkeypatch.setattr(listing, "rows_for", careless)
    with pytest.raises(NPlusOneError):
        client.get("/projects/PUB/issues/")

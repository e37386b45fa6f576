"""As many queries for the lists with 1,000 issues as with 10, from bulk data."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from issues.models import Issue
from issues.services.bulk_loading import load_bulk
from issues.services.bulk_plan import Sizes
from projects.models import Project
from tests.api.calling import Caller
from tests.api.test_pages_of_lists import BASELINE, count
from tests.world import World

PATHS = [path.partition("?")[0] for path in BASELINE] + ["/issues?q=is:open", "/issues?q=sort:priority"]


def counts(issues: int) -> dict[str, int]:
    load_bulk(Sizes(projects=1, users=10, issues=issues, comments=3 * issues, changes=4 * issues, seed=1))
    project = Project.objects.get()
    assert Issue.objects.count() == issues
    issue = Issue.objects.filter(assignee__isnull=False).select_related("project").order_by("-version")[0]
    caller = Caller(World({"bulk2": User.objects.get(username="bulk2")}, {}), "bulk2")
    here = {path: path.replace("PUB-1", issue.key).replace("/PUB/", f"/{project.key}/") for path in PATHS}
    return {path: count(caller, address) for path, address in here.items()}


@pytest.mark.django_db(transaction=True)
def test_query_counts(settings: Any) -> None:
    settings.DEBUG = True  # bulk data is loaded only then
    few = counts(10)
    call_command("flush", verbosity=0, interactive=False)
    many = counts(1000)
    assert many == few
    assert {path: n for path, n in many.items() if not path.endswith("1/history")}.items() <= {
        **BASELINE, "/issues?q=is:open": 4, "/issues?q=sort:priority": 5
    }.items()  # fmt: skip

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.utils import timezone

from issues.selectors.reports import WEEKS, counts_by, weeks_of
from issues.services.deleting import delete_issue
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

pytestmark = pytest.mark.django_db
URL = "/projects/PUB/reports/"


def lived(world: World) -> None:
    """PUB-1 stays, PUB-2 is closed, PUB-3 a critical bug, PUB-4 deleted."""
    lead, project = world.actor("lead"), world.projects["PUB"]
    edit_issue(lead, world.issue("PUB-2"), version=1, fields={"status": "CLOSED"})
    open_issue(lead, project.pk, title="Third", type="BUG", priority="CRITICAL", assignee="dev")
    delete_issue(lead, open_issue(lead, project.pk, title="Fourth", type="OTHER"), version=1)


def test_each_number_is_that_of_the_list_it_leads_to(world: World) -> None:
    lived(world)
    client = signed_in(world, "stranger")
    cells = re.findall(r'<td class="num"><a href="([^"]+)">([\d,]+)</a>', text_of(client.get(URL)))
    assert len(cells) > 7
    for href, number in cells:
        listed = text_of(client.get(unescape(href)))
        assert len(set(re.findall(r'href="?/issues/(PUB-\d+)/', listed))) == int(number), href


def test_what_is_counted(world: World) -> None:
    lived(world)
    project = world.projects["PUB"]
    types, people = counts_by(project, "type", "assignee__username")
    assert types == {"TASK": (1, 1), "BUG": (1, 0)}
    assert people == {None: (1, 0), "assignee": (0, 1), "dev": (1, 0)}
    today = timezone.localdate()
    weeks = weeks_of(project, today)
    assert len(weeks) == WEEKS
    assert weeks[0].first <= today <= weeks[0].last == weeks[0].first + datetime.timedelta(days=6)
    assert weeks[0].first.weekday() == 0
    assert (weeks[0].created, weeks[0].closed) == (3, 1)
    assert {(week.created, week.closed) for week in weeks[1:]} == {(0, 0)}
    later = weeks_of(project, today + datetime.timedelta(weeks=2))
    assert [week.created for week in later[:4]] == [0, 0, 3, 0]


def test_as_many_queries_for_many_issues(world: World) -> None:
    client = signed_in(world, "lead")
    few = queries_of(client, URL)
    for n in range(10):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"{n}", assignee=("dev", "lead")[n % 2])
    assert queries_of(client, URL) == few <= 10


def test_who_may_see_it(world: World) -> None:
    assert signed_in(world, "stranger").get("/projects/PRIV/reports/").status_code == 404
    assert signed_in(world, "viewer").get("/projects/PRIV/reports/").status_code == 200
    assert signed_in(world, "lead").get("/projects/pub/reports/").status_code == 308

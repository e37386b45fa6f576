"""Every status to every other."""

from __future__ import annotations

import pytest

from issues.models import Status
from issues.services.editing import edit_issue
from itms_site.errors import Invalid
from tests.services.watching import last_change, writes_nothing
from tests.world import World

pytestmark = pytest.mark.usefixtures("verified")

ALLOWED = {
    ("OPEN", "IN_PROGRESS"),
    ("OPEN", "RESOLVED"),
    ("OPEN", "CLOSED"),
    ("IN_PROGRESS", "OPEN"),
    ("IN_PROGRESS", "RESOLVED"),
    ("IN_PROGRESS", "CLOSED"),
    ("RESOLVED", "CLOSED"),
    ("RESOLVED", "OPEN"),
    ("RESOLVED", "IN_PROGRESS"),
    ("CLOSED", "OPEN"),
}


@pytest.mark.parametrize("old", Status.values)
@pytest.mark.parametrize("new", Status.values)
def test_every_pair(world: World, old: str, new: str) -> None:
    lead, issue = world.actor("lead"), world.issue("PUB-1")
    if old != "OPEN":
        issue = edit_issue(lead, issue, version=1, fields={"status": old})
    before = issue.version
    if (old, new) in ALLOWED:
        issue = edit_issue(lead, issue, version=before, fields={"status": new})
        assert (issue.status, issue.version, last_change().verb) == (new, before + 1, "issue.transition")
        assert issue.is_open == (new in ("OPEN", "IN_PROGRESS"))
        assert issue.closed_at == (last_change().at if new == "CLOSED" else None)
    elif old == new:
        with writes_nothing():
            edit_issue(lead, issue, version=before, fields={"status": new})
    else:
        with writes_nothing(), pytest.raises(Invalid) as caught:
            edit_issue(lead, issue, version=before, fields={"status": new})
        (error,) = caught.value.errors
        assert (error.field, error.code) == ("status", "transition")
        assert error.message.endswith("it can become OPEN.")


def test_a_wrong_word_names_the_right_ones(world: World) -> None:
    with pytest.raises(Invalid, match="OPEN, IN_PROGRESS, RESOLVED, CLOSED"):
        edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"status": "open"})


def test_closed_at_stays_while_it_is_closed(world: World) -> None:
    lead = world.actor("lead")
    closed = edit_issue(lead, world.issue("PUB-1"), version=1, fields={"status": "CLOSED"}).closed_at
    edit_issue(lead, world.issue("PUB-1"), version=2, fields={"title": "Other"})
    assert world.issue("PUB-1").closed_at == closed

from __future__ import annotations

import re

import pytest

from accounts.models import Change
from issues.services.assigning import assign_issue
from issues.services.commenting import add_comment
from issues.services.deleting_label import delete_label
from issues.services.deleting_project import delete_project
from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from issues.services.removing_member import remove_member
from projects.models import Label
from tests.issues.browsing import queries_of, signed_in, text_of
from tests.world import World

URL = "/projects/PUB/activity/"


def sentences(page: str) -> list[str]:
    """What the lines say, without markup, newest first."""
    found = re.findall(r'<li class="entry" id="seq-\d+">(.*?)</li>', page, re.S)
    texts = [
        re.sub(r"<svg.*?</svg>|<span class=\"avatar.*?</span>|<span class=\"entry-at.*", "", line, flags=re.S)
        for line in found
    ]
    return [" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in texts]


def test_it_works(world: World) -> None:
    lead = world.actor("lead")
    issue = world.issue("PUB-1")
    issue = edit_issue(lead, issue, version=1, fields={"status": "CLOSED", "labels": ["ui"]})
    edit_issue(lead, issue, version=2, fields={"priority": "HIGH"})
    comment = add_comment(world.actor("stranger"), world.issue("PUB-2"), body="Well.")
    delete_label(lead, world.projects["PUB"].pk, Label.objects.get(project__key="PUB", name="bug").pk)
    remove_member(lead, world.projects["PUB"].pk, world.users["assignee"].pk)
    page = text_of(signed_in(world, "dev").get(URL))
    said = sentences(page)
    assert said[:5] == [
        "lead removed the member assignee and unassigned PUB-2 Taken issue of PUB",
        "lead deleted the label bug, which was on PUB-2 Taken issue of PUB",
        "stranger commented on PUB-2 Taken issue of PUB",
        "lead changed the priority of PUB-1 Free issue of PUB from Medium to High",
        "lead closed PUB-1 Free issue of PUB and added label ui",
    ]
    assert said[-1] == "lead created the project"
    assert f'href="/issues/PUB-2/#c{comment.pk}"' in page


def test_a_sentence_names_its_issue_first(world: World) -> None:
    issue = edit_issue(world.actor("lead"), world.issue("PUB-1"), version=1, fields={"status": "CLOSED", "type": "BUG"})
    edit_issue(world.actor("lead"), issue, version=2, fields={"status": "OPEN", "title": "Other", "labels": ["ui"]})
    assert sentences(text_of(signed_in(world, "dev").get(URL)))[:2] == [
        "lead renamed PUB-1 Other from “Free issue of PUB” to “Other”, reopened it and added label ui",
        "lead closed PUB-1 Other and changed type from Task to Bug",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "IN_PROGRESS"}, "moved PUB-2 Taken issue of PUB from Open to In progress"),
        ({"labels": ["ui"]}, "added label ui to PUB-2 Taken issue of PUB and removed label bug"),
        ({"labels": []}, "removed label bug from PUB-2 Taken issue of PUB"),
        ({"labels": ["bug", "ui"], "status": "CLOSED"}, "closed PUB-2 Taken issue of PUB and added label ui"),
        ({"description": "Words"}, "wrote the description of PUB-2 Taken issue of PUB"),
        ({"due_date": "2031-01-01"}, "set the due date of PUB-2 Taken issue of PUB to 1 Jan 2031"),
        (
            {"priority": "LOW", "type": "BUG", "due_date": "2031-01-01"},
            "changed the type of PUB-2 Taken issue of PUB from Task to Bug, changed priority from Medium to Low "
            "and set the due date to 1 Jan 2031",
        ),
        (
            {"status": "CLOSED", "labels": [], "type": "BUG"},
            "closed PUB-2 Taken issue of PUB, changed type from Task to Bug and removed label bug",
        ),
        (
            {"description": "Words", "labels": []},
            "wrote the description of PUB-2 Taken issue of PUB and removed label bug",
        ),
    ],
)
def test_compound_sentences_read_as_people_write(world: World, fields: dict[str, object], said: str) -> None:
    edit_issue(world.actor("lead"), world.issue("PUB-2"), version=1, fields=fields)
    assert sentences(text_of(signed_in(world, "dev").get(URL)))[0] == f"lead {said}"


@pytest.mark.parametrize(
    ("assignee", "said"),
    [
        (None, "unassigned assignee from PUB-2 Taken issue of PUB"),
        ("dev", "reassigned PUB-2 Taken issue of PUB from assignee to dev"),
    ],
)
def test_sentences_of_who_works_on_it(world: World, assignee: str | None, said: str) -> None:
    assign_issue(world.actor("lead"), world.issue("PUB-2"), version=1, assignee=assignee)
    assert sentences(text_of(signed_in(world, "dev").get(URL)))[0] == f"lead {said}"


def test_page_by_page_without_a_gap(world: World) -> None:
    for n in range(60):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"Number {n}")
    client, url, seen = signed_in(world, "dev"), URL, []
    while url:
        page = text_of(client.get(url))
        seen += [int(n) for n in re.findall(r'id="seq-(\d+)"', page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1] if older else ""
    last = Change.objects.filter(head_id=world.projects["PUB"].pk).count()
    assert seen == list(range(last, 0, -1)) and last > 50


@pytest.mark.parametrize("before", ["", "x", "0", "1", "-5", "99999999999999999999", "१"])
def test_a_made_up_address_is_no_500(world: World, before: str) -> None:
    assert signed_in(world, "dev").get(URL, {"before": before}).status_code == 200


def test_days_are_those_of_the_reader(world: World) -> None:
    assert text_of(signed_in(world, "dev").get(URL)).count('class="day-heading"') == 1


def test_of_a_deleted_project(world: World) -> None:
    delete_project(world.actor("lead"), world.projects["PUB"].pk, version=1)
    for who, status in (("lead", 200), ("operator", 200), ("dev", 410), ("stranger", 410)):
        response = signed_in(world, who).get(URL)
        assert response.status_code == status, who
    page = text_of(signed_in(world, "lead").get(URL))
    assert sentences(page)[0] == "lead deleted the project"
    assert "/projects/PUB/restoration/" in page and "/projects/PUB/labels/" not in page


def test_queries_do_not_grow(world: World) -> None:
    client = signed_in(world, "lead")
    before = queries_of(client, URL)
    for n in range(12):
        open_issue(world.actor("lead"), world.projects["PUB"].pk, title=f"i{n}", labels=["bug"])
        add_comment(world.actor("dev"), world.issue("PUB-1"), body=f"c{n}")
    assert queries_of(client, URL) <= before + 1

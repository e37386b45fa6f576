"""A list of what a query found: marks that can be read, rows that stay in place, and one row that is edited there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from issues.services.commenting import add_comment
from issues.services.opening import open_issue
from tests.browser.conftest import PHONE, WIDE, Live, PageAs, violations
from tests.browser.test_every_page import faults

FOUND = "/projects/PUB/issues/?q=zebra+sort:relevance"


def fill(live: Live) -> None:
    lead, project = live.world.actor("lead"), live.world.projects["PUB"].pk
    open_issue(lead, project, title="A zebra in the title", description="a zebra", labels=["bug"])
    open_issue(lead, project, title="Long", description=f"{'word ' * 50}zebra{' word' * 50}", due_date="2020-01-01")
    issue = open_issue(lead, project, title="Said", labels=["ui"], assignee="assignee")
    add_comment(live.world.actor("dev"), issue, body="No horse: zebra" + "w" * 200)


def left_edges(page: Page, selector: str) -> set[float]:
    edges = page.locator(selector).evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().left))")
    return set(edges)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_it_can_be_read(live: Live, page_as: PageAs, colours: str, size: dict[str, int]) -> None:
    fill(live)
    page = page_as("lead", bypass_csp=True, viewport=size, color_scheme=colours)
    page.goto(FOUND)
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".row-found")).to_have_count(2)
    assert [*violations(page), *faults(page)] == []
    for line in page.locator(".row-found").all():
        box, mark = line.bounding_box(), line.locator("mark").bounding_box()
        assert box
        assert mark
        assert box["x"] <= mark["x"] < box["x"] + box["width"]
        assert mark["y"] < box["y"] + box["height"], "the match is not cut off"
    if size == WIDE:
        for each in (".row > .key", ".row-title", ".row-found", ".row > .avatar"):
            assert len(left_edges(page, each)) == 1, each
        tops = page.locator(".row").evaluate_all(
            """rows => rows.map(row => [".key", ".row-main", ".avatar", "time:last-child"]
                 .map(one => row.querySelector(":scope > " + one).getBoundingClientRect())
                 .map(box => Math.round((box.top + box.bottom) / 2)))"""
        )
        assert all(max(row) - min(row) <= 1 for row in tops), "what stood in one line still does"


def test_a_row_edited_in_place_keeps_its_marks(live: Live, page_as: PageAs) -> None:
    fill(live)
    page = page_as("lead")
    page.goto(FOUND)
    last = page.locator(".row").last
    expect(last.locator(".row-found mark")).to_have_text("zebra")
    last.locator("button[name=s]").click()
    page.locator(".pick").get_by_role("button", name="In progress").click()
    expect(last.locator(".s-progress")).to_be_visible()
    expect(last.locator(".row-found mark")).to_have_text("zebra")

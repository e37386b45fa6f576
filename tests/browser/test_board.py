"""The board in a browser: cards moved by keys, by drag and by menu; refusals; without scripts; on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.browser.conftest import PHONE, Live, PageAs, violations

BOARD = "/projects/PUB/board/"


def card(page: Page, key: str, column: str = "") -> Locator:
    inside = f"[data-column={column}] " if column else ""
    return page.locator(f"{inside}[data-card={key}]")


def count(page: Page, column: str) -> Locator:
    return page.locator(f"[data-column={column}] [data-count]")


def said(page: Page) -> Locator:
    return page.locator("#board-said")


def change(live: Live, key: str, **fields: object) -> None:
    issue = live.world.issue(key)
    edit_issue(live.world.actor("operator"), issue, version=issue.version, fields=fields)


def test_a_card_is_moved_by_keys(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    page.keyboard.press("ArrowDown")
    expect(card(page, "PUB-2").locator("a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(card(page, "PUB-1").locator("a").first).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    moved = card(page, "PUB-1", "IN_PROGRESS")
    expect(moved).to_have_attribute("data-version", "2")
    expect(page.locator("#toasts .toast").last).to_contain_text("PUB-1 is now in progress.")
    expect(moved.locator("a").first).to_be_focused()
    expect(count(page, "OPEN")).to_have_text("1")
    expect(count(page, "IN_PROGRESS")).to_have_text("1")
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-1", "RESOLVED")).to_have_attribute("data-version", "3")
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-1", "CLOSED")).to_have_attribute("data-version", "4")
    page.keyboard.press("Shift+ArrowLeft")
    expect(card(page, "PUB-1", "OPEN")).to_have_attribute("data-version", "5")
    assert live.world.issue("PUB-1").status == "OPEN", "a closed one can only be opened again"
    page.keyboard.press("ArrowDown")
    expect(card(page, "PUB-2").locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/PUB-2/")


@pytest.mark.parametrize("way", ["toast", "z"])
def test_a_move_is_taken_back(live: Live, page_as: PageAs, way: str) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    page.evaluate("window.same = true")
    card(page, "PUB-1").drag_to(page.locator("[data-column=RESOLVED] ul"))
    toast = page.locator("#toasts .toast").last
    expect(toast).to_contain_text("PUB-1 is now resolved.")
    expect(count(page, "RESOLVED")).to_have_text("1")
    if way == "z":
        page.keyboard.press("z")
    else:
        toast.get_by_role("button", name="Undo").click()
    expect(card(page, "PUB-1", "OPEN")).to_have_attribute("data-version", "3")
    expect(card(page, "PUB-1").locator("a").first).to_be_focused()
    expect(count(page, "RESOLVED")).to_have_text("0")
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(toast).to_contain_text("PUB-1 is now open.")
    assert page.evaluate("window.same"), "the page stands as it stood"
    assert live.world.issue("PUB-1").status == "OPEN"


def test_what_was_moved_on_is_not_taken_back(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    card(page, "PUB-1").locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-1", "IN_PROGRESS")).to_have_attribute("data-version", "2")
    change(live, "PUB-1", status="RESOLVED")
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast.error")).to_contain_text("It was changed since")
    expect(card(page, "PUB-1", "RESOLVED")).to_have_attribute("data-version", "3")


def test_a_card_is_moved_by_drag(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    card(page, "PUB-1").drag_to(page.locator("[data-column=RESOLVED] ul"))
    expect(card(page, "PUB-1", "RESOLVED")).to_have_attribute("data-version", "2")
    expect(page.locator("#toasts .toast").last).to_contain_text("PUB-1 is now resolved.")
    assert live.world.issue("PUB-1").status == "RESOLVED"
    page.reload()
    expect(card(page, "PUB-1", "RESOLVED")).to_be_visible()


def test_a_drag_to_where_it_may_not_go_changes_nothing(live: Live, page_as: PageAs) -> None:
    change(live, "PUB-1", status="CLOSED")
    page = page_as("lead")
    page.goto(BOARD)
    card(page, "PUB-1").drag_to(page.locator("[data-column=RESOLVED] ul"))
    card(page, "PUB-1").drag_to(page.locator("[data-column=OPEN] ul"))
    expect(card(page, "PUB-1", "OPEN")).to_have_attribute("data-version", "3")


def test_the_menu_offers_what_is_permitted(live: Live, page_as: PageAs) -> None:
    change(live, "PUB-1", status="CLOSED")
    page = page_as("lead")
    page.goto(BOARD)
    menu = page.locator("#board-menu")
    card(page, "PUB-1").hover()
    card(page, "PUB-1").get_by_label("Move PUB-1").click()
    expect(menu.get_by_role("button")).to_have_text(["Open"])
    expect(menu.get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    card(page, "PUB-2").locator("a").first.focus()
    page.keyboard.press("s")
    expect(menu.get_by_role("button")).to_have_text(["In progress", "Resolved", "Closed"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(card(page, "PUB-2", "CLOSED")).to_have_attribute("data-version", "2")
    expect(card(page, "PUB-2", "CLOSED").locator("a").first).to_be_focused()


@pytest.mark.parametrize(("by", "column"), [("assignee", "dev"), ("priority", "CRITICAL")])
def test_other_columns(live: Live, page_as: PageAs, by: str, column: str) -> None:
    page = page_as("lead")
    page.goto(f"{BOARD}?by={by}")
    card(page, "PUB-1").drag_to(page.locator(f"[data-column={column}] ul"))
    expect(card(page, "PUB-1", column)).to_have_attribute("data-version", "2")
    assert str(getattr(live.world.issue("PUB-1"), by)) == column


def test_a_refused_move_brings_the_card_back_and_says_why(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    change(live, "PUB-1", status="CLOSED")
    card(page, "PUB-1").locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#toasts .toast.error")).to_contain_text("It was changed since")
    expect(card(page, "PUB-1", "CLOSED")).to_have_attribute("data-version", "2")
    expect(count(page, "OPEN")).to_have_text("1")
    expect(count(page, "CLOSED")).to_have_text("1")
    assert live.world.issue("PUB-1").version == 2


def test_without_a_connection_the_card_comes_back(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    page.context.set_offline(True)
    card(page, "PUB-1").locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#toasts .toast.error")).to_contain_text("PUB-1 is back where it was")
    expect(card(page, "PUB-1", "OPEN")).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-1", "IN_PROGRESS")).to_have_attribute("data-version", "2")


def test_what_others_changed_meanwhile_is_kept_and_said(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(BOARD)
    change(live, "PUB-1", priority="HIGH")
    card(page, "PUB-1").drag_to(page.locator("[data-column=RESOLVED] ul"))
    expect(page.locator("#toasts .toast")).to_contain_text("Meanwhile operator")
    issue = live.world.issue("PUB-1")
    assert (issue.status, issue.priority) == ("RESOLVED", "HIGH")


def test_a_card_that_the_query_finds_no_more_leaves(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(f"{BOARD}?q=is:open")
    card(page, "PUB-2").locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-2", "IN_PROGRESS")).to_have_attribute("data-version", "2")
    page.keyboard.press("Shift+ArrowRight")
    expect(card(page, "PUB-2")).to_have_count(0)
    expect(page.locator("#toasts .toast").last).to_contain_text("PUB-2 is now resolved.")
    expect(count(page, "RESOLVED")).to_have_text("0")


def test_who_may_not_move_is_offered_nothing(live: Live, page_as: PageAs) -> None:
    page = page_as("viewer")
    page.goto(BOARD)
    expect(page.locator("[data-move]")).to_have_count(0)
    assert card(page, "PUB-1").evaluate("card => card.draggable") is False
    card(page, "PUB-1").locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(said(page)).to_have_text("PUB-1 cannot be moved to In progress.")
    assert live.world.issue("PUB-1").version == 1


def test_show_more_goes_on_at_the_first_new_card(live: Live, page_as: PageAs) -> None:
    for i in range(31):
        open_issue(live.world.actor("lead"), live.world.projects["PUB"].pk, title=f"Row {i}")
    page = page_as("lead")
    page.goto(BOARD)
    cards = page.locator("[data-column=OPEN] [data-card]")
    expect(cards).to_have_count(30)
    page.get_by_text("Show more").click()
    expect(cards).to_have_count(33)
    expect(cards.nth(30).locator("a").first).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-column=IN_PROGRESS] [data-card]")).to_have_attribute("data-version", "2")


def test_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", java_script_enabled=False)
    page.goto(f"{BOARD}?q=label:bug")
    card(page, "PUB-2").hover()
    card(page, "PUB-2").get_by_label("Move PUB-2").click()
    page.locator("#moving").get_by_role("button", name="Closed").click()
    assert page.url.endswith(f"{BOARD}?q=label%3Abug")
    expect(card(page, "PUB-2", "CLOSED")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("PUB-2 is now closed.")
    assert live.world.issue("PUB-2").status == "CLOSED"


def test_on_a_phone(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(BOARD)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    widths = page.locator("[data-column]").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert all(0.8 * 390 < width < 390 for width in widths), "one column per screen"
    page.locator("[data-column=CLOSED]").scroll_into_view_if_needed()
    expect(page.locator("[data-column=CLOSED] h2")).to_be_in_viewport()
    page.locator("[data-column=OPEN]").scroll_into_view_if_needed()
    opener = card(page, "PUB-1").get_by_label("Move PUB-1")
    box = opener.bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    opener.tap()
    page.locator("#board-menu").get_by_role("button", name="Resolved").tap()
    expect(page.locator("[data-column=RESOLVED] [data-card=PUB-1]")).to_have_attribute("data-version", "2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(live: Live, page_as: PageAs, scheme: str) -> None:
    change(live, "PUB-1", due_date="2020-01-02", labels=["bug", "ui"])
    page = page_as("lead", color_scheme=scheme)
    for path in (BOARD, f"{BOARD}?by=assignee", f"{BOARD}?by=priority&q=", f"{BOARD}?move=PUB-1", f"{BOARD}?q=zzzz"):
        page.goto(path)
        assert violations(page) == [], path
    page.goto(BOARD)
    card(page, "PUB-1").locator("a").first.focus()
    page.keyboard.press("s")
    expect(page.locator("#board-menu")).to_be_visible()
    assert violations(page) == []


def test_the_list_shows_the_same_query(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(f"{BOARD}?q=label:bug")
    page.get_by_label("Show as list").click()
    page.wait_for_url(re.compile(r"/projects/PUB/issues/\?q=label%3Abug"))

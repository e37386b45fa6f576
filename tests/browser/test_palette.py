"""The command palette in a browser: where it leads, what it does on the page, and that it is operable and silent."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Live, PageAs, violations

ISSUE = "/issues/PUB-1/"


def box(page: Page) -> Locator:
    return page.locator("#palette input")


def chosen(page: Page) -> Locator:
    return page.locator("#palette [aria-selected=true]")


def open_palette(page: Page, text: str = "") -> None:
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    expect(page.locator("#palette-found")).to_contain_text("Pages")
    if text:
        page.keyboard.type(text)


def test_to_an_issue_by_its_key(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/")
    open_palette(page, "pub-2")
    expect(chosen(page)).to_contain_text("Taken issue of PUB")
    assert box(page).get_attribute("aria-activedescendant") == chosen(page).get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/PUB-2/")


def test_to_a_project_and_a_person_by_arrows(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/")
    open_palette(page, "project pub")
    expect(chosen(page)).to_contain_text("Project PUB")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/PUB/")
    open_palette(page, "assignee")
    expect(page.locator("#palette-found")).not_to_contain_text("My work")
    person = page.locator("#palette [href='/people/assignee/']")
    expect(person).to_be_visible()
    for _ in range(10):
        if person.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/assignee/")


def test_what_one_looked_at_comes_first_until_one_signs_out(live: Live, page_as: PageAs) -> None:
    page = page_as("assignee")
    for path in (ISSUE, "/projects/PRIV/", "/issues/PUB-999/", "/people/"):
        page.goto(path)
    open_palette(page)
    recent = page.locator("#palette [aria-label=Recent] [role=option]")
    expect(recent).to_have_text(["Project PRIV", re.compile("PUB-1 Free issue of PUB")])
    expect(chosen(page)).to_have_text("Project PRIV")
    page.keyboard.type("p")
    expect(recent).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("region", name="Recently viewed").get_by_role("link").first).to_have_text("Project PRIV")
    open_palette(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/PRIV/")
    page.locator(".rail-foot > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("sessionStorage.getItem('itms.recent')") is None


def test_arrows_go_round(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/")
    open_palette(page)
    first = chosen(page).get_attribute("id")
    page.keyboard.press("ArrowUp")
    last = chosen(page).get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert first != last and chosen(page).get_attribute("id") == first


def test_a_command_of_the_page_changes_the_status(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    open_palette(page, "status in prog")
    expect(chosen(page)).to_have_text("Status: In progress")
    page.keyboard.press("Enter")
    expect(page.locator(".issue-meta")).to_contain_text("In progress")
    assert live.world.issue("PUB-1").status == "IN_PROGRESS"


def test_assign_to_me(live: Live, page_as: PageAs) -> None:
    for who, issue in (("lead", "PUB-1"), ("dev", "PRIV-1")):
        page = page_as(who)
        page.goto(f"/issues/{issue}/")
        open_palette(page, "assign to me")
        expect(chosen(page)).to_have_text("Assign to me")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert live.world.issue(issue).assignee == live.world.users[who]


def test_a_command_opens_a_menu_also_on_a_phone(live: Live, page_as: PageAs) -> None:
    for size in ({"width": 1280, "height": 800}, PHONE):
        page = page_as("lead", viewport=size)
        page.goto(ISSUE)
        open_palette(page, "change priority")
        expect(chosen(page)).to_have_text("Change priority…")
        page.keyboard.press("Enter")
        expect(page.locator("form[data-commands=Priority] .menu-item[aria-current]")).to_be_focused()


def test_who_may_not_is_offered_no_command(live: Live, page_as: PageAs) -> None:
    page = page_as("stranger")
    page.goto(ISSUE)
    open_palette(page)
    expect(page.locator("#palette-found")).not_to_contain_text("Change")
    expect(page.locator("#palette-found")).not_to_contain_text("Assign")


def test_nothing_private_is_offered(live: Live, page_as: PageAs) -> None:
    page = page_as("stranger")
    page.goto("/projects/")
    open_palette(page, "priv")
    expect(page.locator("#palette [role=status]")).to_have_text("Nothing found")
    expect(page.locator("#palette [role=status]")).to_be_visible()


def test_it_closes_and_gives_the_focus_back(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/PUB/issues/")
    page.locator(".row-title").first.focus()
    open_palette(page, "some words")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator(".row-title").first).to_be_focused()
    open_palette(page)
    assert box(page).input_value() == ""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_it_opens_while_one_types_and_by_pointer(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(ISSUE)
    page.locator(".composer textarea").focus()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.locator("#palette [data-dialog-close]").click()
    page.locator("[data-palette]").click()
    expect(box(page)).to_be_focused()
    page.locator("#palette [href='/people/']").click()
    page.wait_for_url("**/people/")


def test_it_opens_with_single_keys_off(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/accounts/preferences/")
    page.get_by_label("Shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Save preferences").click()
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    open_palette(page, "all issues")
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/")


def test_a_session_that_has_ended_leaves_the_page_alone(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/")
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    page.keyboard.type("x")
    expect(page.locator("#palette [role=status]")).to_have_text("Nothing found")
    expect(page.locator("h1")).to_have_text(re.compile("Projects"))


def test_without_scripts_the_link_leads_to_a_page(live: Live, page_as: PageAs) -> None:
    page = page_as("dev", java_script_enabled=False)
    page.goto("/projects/")
    page.locator("[data-palette]").click()
    page.wait_for_url("**/palette/")
    page.locator("main input[name=q]").fill("taken")
    page.keyboard.press("Enter")
    page.locator("main a[href='/issues/PUB-2/']").click()
    page.wait_for_url("**/issues/PUB-2/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(live: Live, page_as: PageAs, scheme: str) -> None:
    page = page_as("lead", color_scheme=scheme, bypass_csp=True)
    page.goto(ISSUE)
    open_palette(page, "p")
    expect(page.locator("#palette [href='/projects/PUB/']")).to_be_visible()
    assert violations(page) == []
    page.goto("/palette/?q=p")
    assert violations(page) == []


def test_enter_waits_for_what_was_typed(live: Live, page_as: PageAs) -> None:
    """Who types and presses Enter at once must not land on the first of the old list."""
    page = page_as("dev")
    page.goto("/projects/")
    open_palette(page)
    page.route("**/palette/**", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.keyboard.type("pub-2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/PUB-2/")

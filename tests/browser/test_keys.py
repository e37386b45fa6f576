"""Single keys in a browser: what each does, and when none does anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live, PageAs, violations

ISSUE = "/issues/PUB-1/"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize(
    ("start", "keys", "end"),
    [
        ("/projects/", "gh", "/"),
        ("/", "gp", "/projects/"),
        ("/", "gl", "/issues/"),
        ("/projects/PUB/", "gl", "/projects/PUB/issues/"),
        (ISSUE, "gl", "/projects/PUB/issues/"),
        (ISSUE, "gb", "/projects/PUB/board/"),
        ("/projects/PUB/issues/", "gs", "/projects/PUB/settings/"),
    ],
)
def test_going_somewhere(live: Live, page_as: PageAs, start: str, keys: str, end: str) -> None:
    page = page_as("lead")
    page.goto(start)
    press(page, *keys)
    page.wait_for_url(f"{live.url}{end}")


def test_the_search_box(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/")
    press(page, "/")
    expect(page.locator(".rail-search input")).to_be_focused()
    assert page.locator(".rail-search input").input_value() == ""
    page.keyboard.type("taken jgc")
    assert page.locator(".rail-search input").input_value() == "taken jgc"


def test_rows(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/PUB/issues/")
    rows = page.locator(".row-title")
    press(page, "j")
    expect(rows.nth(0)).to_be_focused()
    press(page, "j", "j", "j")
    expect(rows.nth(1)).to_be_focused()
    press(page, "k")
    expect(rows.nth(0)).to_be_focused()
    press(page, "ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    where = rows.nth(1).get_attribute("href")
    press(page, "o")
    page.wait_for_url(f"{live.url}{where}")


@pytest.mark.parametrize(("key", "name"), [("s", "Status"), ("a", "Assignee"), ("p", "Priority")])
def test_menus_of_an_issue(live: Live, page_as: PageAs, key: str, name: str) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    press(page, key)
    expect(page.locator(f"form[data-commands={name}] .menu-item[aria-current]")).to_be_focused()
    press(page, "c", "j", "t")  # in a menu no key is a shortcut
    expect(page.locator(f"form[data-commands={name}] .menu-item[aria-current]")).to_be_focused()
    press(page, "Escape")
    expect(page.locator(f"form[data-commands={name}]")).to_be_hidden()


def test_a_status_by_keys_alone(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    press(page, "s", "ArrowDown", "Enter")
    expect(page.locator(".issue-meta")).to_contain_text("In progress")
    assert live.world.issue("PUB-1").status == "IN_PROGRESS"


def test_labels_and_due_date(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    press(page, "l")
    expect(page.locator("input[name=labels]").first).to_be_focused()
    press(page, "Space", "Escape", "d")
    expect(page.locator("input[name=due_date]")).to_be_focused()


def test_acts_of_one_key(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    with page.expect_navigation():
        press(page, "i")
    assert live.world.issue("PUB-1").assignee == live.world.users["lead"]
    with page.expect_navigation():
        press(page, "e")
    assert live.world.issue("PUB-1").status == "CLOSED"
    page.goto(ISSUE)
    press(page, "t")
    page.wait_for_url("**/issues/PUB-1/edit/")


def test_a_comment(live: Live, page_as: PageAs) -> None:
    page = page_as("stranger")
    page.goto(ISSUE)
    press(page, "r")
    expect(page.locator(".composer textarea")).to_be_focused()
    page.keyboard.type("seapic?")
    press(page, "Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("seapic?")


def test_who_may_not_has_no_keys_for_it(live: Live, page_as: PageAs) -> None:
    page = page_as("stranger")
    page.goto(ISSUE)
    press(page, "s", "a", "i", "e", "p", "l", "d", "t")
    page.wait_for_timeout(300)
    assert page.url == f"{live.url}{ISSUE}" and live.world.issue("PUB-1").version == 1


def test_never_while_typing(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    area = page.locator(".composer textarea")
    area.focus()
    page.keyboard.type("gh c / ? seatpli jk")
    assert area.input_value() == "gh c / ? seatpli jk" and page.url == f"{live.url}{ISSUE}"
    assert live.world.issue("PUB-1").version == 1
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_never_with_ctrl_or_alt(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    press(page, "Alt+s", "Control+i", "Alt+e")
    page.wait_for_timeout(200)
    expect(page.locator("details[open].prop-edit")).to_have_count(0)
    assert live.world.issue("PUB-1").version == 1


def test_never_when_switched_off(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/accounts/preferences/")
    page.get_by_label("Shortcuts of a single key").uncheck()
    page.get_by_role("button", name="Save preferences").click()
    page.goto(ISSUE)
    press(page, "?", "/", "s", "i", "e", "t", "c", "g", "h", "j")
    page.wait_for_timeout(300)
    expect(page.locator("dialog[open], details[open].prop-edit")).to_have_count(0)
    expect(page.locator("body")).to_be_focused()
    assert page.url == f"{live.url}{ISSUE}" and live.world.issue("PUB-1").version == 1


def test_a_g_waits_only_a_moment(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ISSUE)
    press(page, "g")
    page.wait_for_timeout(1700)
    press(page, "p")
    expect(page.locator("form[data-commands=Priority] .menu-item[aria-current]")).to_be_focused()


def test_the_list_of_keys(live: Live, page_as: PageAs) -> None:
    page = page_as("dev", bypass_csp=True)
    page.goto(ISSUE)
    press(page, "?")
    expect(page.locator("#help-keys-dialog")).to_contain_text("Next, previous row")
    assert violations(page) == []
    press(page, "j", "c")  # a dialog takes no shortcut
    assert page.url == f"{live.url}{ISSUE}"
    press(page, "Escape")
    expect(page.locator("#help-keys-dialog")).to_be_hidden()
    press(page, "?")
    expect(page.locator("#help-keys-dialog")).to_contain_text("Next, previous row")


def test_the_theme_switch(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/")
    page.locator(".rail-foot > summary").click()
    for theme in ("dark", "light", "dark"):
        with page.expect_response("**/accounts/theme/"):
            page.get_by_role("button", name=theme.capitalize(), exact=True).click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert page.url == f"{live.url}/projects/"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.clear_cookies()
    page.goto("/accounts/login/")  # the browser remembers it for the page where nobody is signed in yet
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_theme_switch_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("dev", java_script_enabled=False)
    page.goto("/projects/?q=pub")
    page.locator(".rail-foot > summary").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    page.wait_for_url("**/projects/?q=pub")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("path", ["profile", "preferences", "sessions", "tokens"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_account_pages(live: Live, page_as: PageAs, path: str, scheme: str) -> None:
    page = page_as("dev", color_scheme=scheme, bypass_csp=True)
    page.goto(f"/accounts/{path}/")
    assert violations(page) == []

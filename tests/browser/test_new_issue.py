"""Writing a new issue in a browser: by keys alone, one after the other, on a phone, in the dark, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from issues.services.opening import open_issue
from tests.browser.conftest import PHONE, Live, PageAs, violations

DIALOG = "#new-issue-dialog"


def open_dialog(page: Page) -> None:
    page.keyboard.press("c")
    expect(page.get_by_label("Title")).to_be_focused()


def test_by_keys_alone(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/projects/PRIV/")
    open_dialog(page)
    assert page.url.endswith("/projects/PRIV/")
    page.keyboard.type("The lamp is broken")
    page.keyboard.press("Tab")
    page.keyboard.type("Since *yesterday*.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/issues/PRIV-3/")
    assert live.world.issue("PRIV-3").description == "Since *yesterday*."


def test_one_after_the_other(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/projects/PUB/issues/")
    open_dialog(page)
    page.get_by_label("Type").select_option("BUG")
    for title in ("First lamp", "Second lamp"):
        page.get_by_label("Title").focus()
        page.keyboard.type(title)
        page.keyboard.press("Control+Shift+Enter")
        expect(page.locator("#toasts")).to_contain_text(title)
        expect(page.get_by_label("Title")).to_have_value("")
        expect(page.get_by_label("Title")).to_be_focused()
        expect(page.get_by_label("Type")).to_have_value("BUG")
    expect(page.locator("#toasts a[href='/issues/PUB-3/']")).to_have_text("PUB-3")
    assert live.world.issue("PUB-4").title == "Second lamp"
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()


def test_what_was_typed_stays(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/projects/PUB/issues/")
    open_dialog(page)
    page.keyboard.type("Half a tit")
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_be_hidden()
    open_dialog(page)
    expect(page.get_by_label("Title")).to_have_value("Half a tit")
    page.get_by_label("Project", exact=True).select_option("PRIV")
    expect(page.locator("#new-issue")).to_have_attribute("action", "/projects/PRIV/issues/new/")
    expect(page.get_by_label("Title")).to_have_value("Half a tit")


def test_errors_stand_beside_the_field_and_take_the_focus(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", bypass_csp=True)
    page.goto("/")
    open_dialog(page)
    page.get_by_label("Description").fill("Long text")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{DIALOG} [role=alert]")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Description")).to_have_value("Long text")
    assert violations(page) == []


def test_similar_issues_move_nothing(live: Live, page_as: PageAs) -> None:
    open_issue(live.world.actor("dev"), live.world.projects["PUB"].pk, title="The lamp in the hall flickers")
    page = page_as("viewer", bypass_csp=True)
    page.goto("/projects/PUB/issues/")
    open_dialog(page)
    before = page.get_by_label("Description").bounding_box()
    page.keyboard.type("Lamp in the hall flickers")
    expect(page.locator("#similar")).to_contain_text(
        "1 similar open issue: The lamp in the hall flickers".replace(": ", ":")
    )
    assert page.get_by_label("Description").bounding_box() == before
    page.locator("#similar summary").click()
    expect(page.locator("#similar a[href='/issues/PUB-3/']")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    "options", [{"viewport": PHONE}, {"color_scheme": "dark"}, {"viewport": PHONE, "color_scheme": "dark"}]
)
def test_it_fits_and_is_accessible(live: Live, page_as: PageAs, options: dict[str, object]) -> None:
    page = page_as("lead", bypass_csp=True, **options)
    page.goto("/projects/PUB/")
    if "viewport" in options:
        page.locator(".bottombar").get_by_text("New").click()
    else:
        page.get_by_role("link", name="New issue").first.click()
    expect(page.get_by_label("Title")).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("summary.pill").click()
    page.get_by_role("checkbox", name="ui").check()
    expect(page.locator("[data-names]")).to_have_text("ui")
    page.get_by_label("Title").fill("On the way")
    page.get_by_role("button", name="Create issue").last.click()
    page.wait_for_url("**/issues/PUB-3/")


def test_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", java_script_enabled=False)
    page.goto("/projects/PUB/")
    page.get_by_role("link", name="New issue").last.click()
    page.get_by_label("Title").fill("By hand")
    page.get_by_label("Project", exact=True).select_option("PRIV")
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_label("Title")).to_have_value("By hand")
    page.get_by_role("button", name="Create and add another").click()
    page.wait_for_url("**/projects/PRIV/issues/new/?**")
    expect(page.locator("#toasts")).to_contain_text("PRIV-3")
    page.get_by_label("Title").fill("By hand again")
    page.get_by_label("Title").press("Enter")
    page.wait_for_url("**/issues/PRIV-4/")

"""The filter box with its suggestions, saved views and exports, as somebody uses them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from issues.services.opening import open_issue
from projects.services.labels import create_label
from tests.browser.conftest import PHONE, Live, PageAs, violations

LIST = "/projects/PUB/issues/"


def test_typing_with_suggestions(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(LIST)
    query = page.get_by_role("combobox", name="Filter issues")
    query.fill("")
    before = page.locator(".rows, .empty").first.bounding_box()
    query.press_sequentially("lab")
    option = page.get_by_role("option", name="label:")
    expect(option).to_be_visible()
    assert query.get_attribute("aria-expanded") == "true"
    assert page.locator(".rows, .empty").first.bounding_box() == before, "nothing moves"
    assert violations(page) == []
    query.press("ArrowDown")
    assert query.get_attribute("aria-activedescendant") == option.get_attribute("id")
    query.press("Enter")
    expect(page.get_by_role("option", name="bug")).to_be_visible()
    expect(query).to_have_value("label:")
    query.press_sequentially("bu")
    expect(page.get_by_role("option")).to_have_count(1)
    query.press("ArrowDown")
    query.press("Tab")
    expect(query).to_have_value("label:bug ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    query.press("Enter")
    expect(page.get_by_text("Free issue of PUB")).to_have_count(0)
    expect(page.get_by_text("Taken issue of PUB")).to_be_visible()
    expect(query).to_be_focused()
    expect(page.locator("#list-said")).to_have_text("1 issue")
    assert "q=label%3Abug" in page.url
    page.go_back()
    expect(page.get_by_text("Free issue of PUB")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Free issue of PUB")).to_have_count(0)


def test_escape_closes_and_enter_without_a_choice_filters(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(LIST)
    query = page.get_by_role("combobox", name="Filter issues")
    query.fill("")
    query.press_sequentially("Free ty")
    expect(page.get_by_role("option", name="type:")).to_be_visible()
    query.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(query).to_have_value("Free ty")
    query.press("ArrowDown")
    page.get_by_role("option", name="type:").click()
    expect(query).to_have_value("Free type:")
    expect(query).to_be_focused()
    expect(page.get_by_role("option", name="bug")).to_be_visible()
    query.press("Enter")
    expect(page.locator("#list-said")).to_have_text("1 issue")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_menus_and_chips_change_the_list_alone(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(LIST)
    page.evaluate("window.same = true")
    page.locator("summary", has_text="Label").click()
    page.get_by_role("link", name="bug").click()
    expect(page.get_by_text("Free issue of PUB")).to_have_count(0)
    expect(page.locator("summary", has_text="Label")).to_be_focused()
    page.locator(".chips a", has_text="label:bug").click()
    expect(page.get_by_text("Free issue of PUB")).to_be_visible()
    expect(page.get_by_role("combobox", name="Filter issues")).to_be_focused()
    assert page.evaluate("window.same")
    page.get_by_role("combobox", name="Filter issues").fill("PUB-2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/issues/PUB-2/")


def test_a_long_menu_is_searched(live: Live, page_as: PageAs) -> None:
    lead, project = live.world.actor("lead"), live.world.projects["PUB"].pk
    for n in range(14):
        create_label(lead, project, name=f"area {n}", colour="#1d76db")
    page = page_as("dev", bypass_csp=True)
    page.goto(LIST)
    page.locator("summary", has_text="Label").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Find in the menu")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("bu")
    expect(page.locator("details[open] .menu-item:visible")).to_have_text(["bug"])
    page.keyboard.press("Enter")
    expect(page.get_by_text("Free issue of PUB")).to_have_count(0)
    expect(page.locator("summary", has_text="Label: bug")).to_be_focused()


def test_a_view_is_saved_shared_and_opened_by_another(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(f"{LIST}?q=label:bug")
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("Our bugs")
    dialog.get_by_label("Shared").check()
    dialog.get_by_role("button", name="Save view").click()
    expect(page.locator(".viewbar")).to_contain_text("Our bugs")
    other = page_as("viewer")
    other.goto("/")
    other.locator("#rail").get_by_role("link", name="Our bugs").click()
    expect(other.get_by_text("Taken issue of PUB")).to_be_visible()
    expect(other.get_by_text("Free issue of PUB")).to_have_count(0)
    expect(other.locator(".viewbar")).to_contain_text("by dev")
    assert other.get_by_role("button", name="Save changes").count() == 0
    assert violations(other) == []


def test_a_changed_view_is_saved_again(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/views/new/?project=PUB&query=label:bug")
    page.get_by_label("Name").fill("Bugs")
    page.get_by_role("button", name="Save view").click()
    query = page.get_by_role("combobox", name="Filter issues")
    query.fill("label:ui")
    query.press("Enter")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".viewbar")).not_to_contain_text("edited")
    expect(query).to_have_value("label:ui")


def test_an_export_is_downloaded(live: Live, page_as: PageAs, tmp_path: Path) -> None:
    for number in range(60):
        open_issue(live.world.actor("lead"), live.world.projects["PUB"].pk, title=f"Row {number}", labels=["ui"])
    page = page_as("dev")
    page.goto(f"{LIST}?q=label:ui")
    page.locator("summary[aria-label=Export]").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export as CSV").click()
    assert waiting.value.suggested_filename.startswith("PUB-issues-")
    waiting.value.save_as(tmp_path / "issues.csv")
    with open(tmp_path / "issues.csv", newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 60


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"viewport": PHONE}])
def test_on_a_phone_and_without_scripts(live: Live, page_as: PageAs, options: dict[str, object]) -> None:
    page = page_as("dev", **options)
    page.goto(LIST)
    query = page.get_by_role("combobox", name="Filter issues")
    query.fill("label:bug")
    query.press("Enter")
    expect(page.get_by_text("Free issue of PUB")).to_have_count(0)
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name").fill("Bugs")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".viewbar")).to_contain_text("Bugs")

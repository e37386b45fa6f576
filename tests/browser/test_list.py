"""The list as a place to work in: triage by keys, rows edited in place, undo, the panel beside it; without scripts; on
a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from issues.services.editing import edit_issue
from issues.services.opening import open_issue
from tests.browser.conftest import PHONE, Live, PageAs, violations

LIST = "/projects/PUB/issues/"
ALL = f"{LIST}?q=sort:key-desc"


def fill(live: Live, n: int = 20) -> None:
    for i in range(n):
        open_issue(live.world.actor("lead"), live.world.projects["PUB"].pk, title=f"To triage {i}")


def row(page: Page, key: str) -> Locator:
    return page.locator(f".row:has(a[href='/issues/{key}/'])")


def title(page: Page, key: str) -> Locator:
    return row(page, key).locator(".row-title")


def toast(page: Page) -> Locator:
    return page.locator(".toast").last


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_triage_of_twenty(live: Live, page_as: PageAs) -> None:
    fill(live)
    page = page_as("lead")
    page.goto(ALL)
    for n in range(22, 2, -1):
        press(page, "j", *("x" if n % 2 else ""))
        expect(title(page, f"PUB-{n}")).to_be_focused()
    expect(page.locator("[data-selected]")).to_have_text("10 selected")
    press(page, "p")
    page.wait_for_url("**/issues/bulk/")
    expect(page.get_by_label("Priority")).to_be_focused()
    page.get_by_label("Priority").select_option("HIGH")
    page.get_by_label("Put on label").select_option("ui")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table", name="What will change").locator("tbody tr")).to_have_count(10)
    expect(page.get_by_role("button", name="Change 10 issues")).to_be_focused()
    press(page, "Enter")
    page.wait_for_url(f"**{ALL}")
    expect(toast(page)).to_contain_text("10 issues changed.")
    assert [live.world.issue(f"PUB-{n}").priority for n in (22, 21, 3, 1)] == ["MEDIUM", "HIGH", "HIGH", "MEDIUM"]
    press(page, "z")
    expect(toast(page)).to_contain_text("10 issues are as they were.")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".row .p-high")).to_have_count(0)
    assert [live.world.issue(f"PUB-{n}").priority for n in (21, 3)] == ["MEDIUM", "MEDIUM"]


def test_taking_back_many_is_refused_when_one_was_changed_since(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "x", "j", "x", "e")
    page.get_by_role("button", name="Change 2 issues").click()
    expect(toast(page)).to_contain_text("2 issues changed.")
    edit_issue(live.world.actor("operator"), live.world.issue("PUB-1"), version=2, fields={"priority": "LOW"})
    toast(page).get_by_role("button", name="Undo").click()
    expect(page.locator(".toast.error")).to_contain_text("Nothing was taken back: PUB-1 was changed since.")
    assert [live.world.issue(key).status for key in ("PUB-1", "PUB-2")] == ["CLOSED"] * 2


def test_the_newest_way_back_is_the_one(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "i")
    expect(toast(page)).to_contain_text("PUB-2 is assigned to lead.")
    press(page, "j", "i")
    expect(page.locator(".toast")).to_have_count(1)
    expect(toast(page)).to_contain_text("PUB-1 is assigned to lead.")
    press(page, "z")
    expect(toast(page)).to_contain_text("PUB-1 is assigned to nobody now.")
    assert live.world.issue("PUB-2").assignee == live.world.users["lead"]


def test_ranges_all_and_none(live: Live, page_as: PageAs) -> None:
    fill(live, 6)
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "x", "j", "j", "j", "Shift+X")
    expect(page.locator(".row :checked")).to_have_count(4)
    expect(page.locator("[data-selected]")).to_have_text("4 selected")
    page.locator("[data-all]").click()
    expect(page.locator(".row :checked")).to_have_count(8)
    title(page, "PUB-8").focus()
    press(page, "Escape")
    expect(page.locator(".row :checked")).to_have_count(0)
    expect(page.locator(".bulk-bar")).to_be_hidden()
    row(page, "PUB-8").hover()
    row(page, "PUB-8").locator("input").click()
    row(page, "PUB-5").locator("input").click(modifiers=["Shift"])
    expect(page.locator(".row :checked")).to_have_count(4)


def test_a_status_by_keys_and_back(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "s")
    expect(page.locator(".pick .menu-item[aria-current]")).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".pick")).to_be_hidden()
    expect(title(page, "PUB-2")).to_be_focused()
    press(page, "s")
    expect(page.locator(".pick .menu-item[aria-current]")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    expect(row(page, "PUB-2").locator(".s-progress")).to_be_visible()
    expect(title(page, "PUB-2")).to_be_focused()
    expect(toast(page)).to_contain_text("PUB-2 is now in progress.")
    press(page, "z")
    expect(row(page, "PUB-2").locator(".s-open")).to_be_visible()
    assert live.world.issue("PUB-2").version == 3


def test_typing_filters_the_choices(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "a")
    expect(page.locator(".pick .menu-item[aria-current]")).to_be_focused()
    page.keyboard.type("dev")
    expect(page.locator(".pick .menu-item:visible")).to_have_count(1)
    press(page, "Enter")
    expect(toast(page)).to_contain_text("PUB-2 is assigned to dev.")
    expect(row(page, "PUB-2").locator(".avatar")).to_have_attribute("title", "dev")
    press(page, "l")
    expect(page.locator(".pick input[type=checkbox]").first).to_be_focused()
    page.keyboard.type("ui")
    press(page, "Enter")
    expect(row(page, "PUB-2").locator(".row-labels > span", has_text="ui")).to_be_visible()
    press(page, "i")
    expect(toast(page)).to_contain_text("PUB-2 is assigned to lead.")
    press(page, "d")
    expect(page.locator(".pick input[type=date]")).to_be_focused()
    page.locator(".pick").get_by_role("button", name="Today").click()
    expect(row(page, "PUB-2").locator(".due")).to_be_visible()


def test_by_mouse(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", bypass_csp=True)
    page.goto(ALL)
    row(page, "PUB-1").locator("[class^=p-]").click()
    expect(page.locator(".pick")).to_be_visible()
    assert violations(page) == []
    page.locator(".pick").get_by_role("button", name="Critical").click()
    expect(row(page, "PUB-1").locator(".p-critical")).to_be_visible()
    row(page, "PUB-1").hover()
    row(page, "PUB-1").get_by_role("button", name="Label").click()
    page.locator(".pick").get_by_label("bug").check()
    page.locator(".pick").get_by_role("button", name="Save").click()
    expect(row(page, "PUB-1").locator(".row-labels > span")).to_have_text("bug")
    row(page, "PUB-1").locator(".row-labels > span").click()
    expect(page.locator(".pick").get_by_label("bug")).to_be_checked()
    press(page, "Escape")
    title(page, "PUB-1").click()
    page.wait_for_url("**/issues/PUB-1/")


def test_what_leaves_the_filter_leaves_the_list(live: Live, page_as: PageAs) -> None:
    fill(live, 2)
    page = page_as("lead")
    page.goto(f"{LIST}?q=is:open+sort:key-desc")
    press(page, "j", "j", "e")
    expect(row(page, "PUB-3")).to_have_count(0)
    expect(title(page, "PUB-2")).to_be_focused()
    expect(page.locator("#list-count")).to_have_text("3 issues")
    expect(page.locator("#list-said")).to_have_text("3 issues")
    expect(toast(page)).to_contain_text("PUB-3 is now closed.")
    press(page, "z")
    expect(row(page, "PUB-3")).to_have_count(1)
    assert live.world.issue("PUB-3").status == "OPEN"


def test_a_row_moves_to_its_new_group(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(f"{ALL}&group=status")
    title(page, "PUB-1").focus()
    press(page, "s")
    expect(page.locator(".pick .menu-item[aria-current]")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    expect(page.locator(".group", has_text="In progress").locator(".num")).to_have_text("1")
    expect(title(page, "PUB-1")).to_be_focused()


def test_who_may_not_is_offered_nothing(live: Live, page_as: PageAs) -> None:
    page = page_as("viewer")
    page.goto(ALL)
    press(page, "j", "s", "p", "a", "i", "l", "d", "e", "x")
    page.wait_for_timeout(300)
    expect(page.locator(".pick:popover-open, .row input")).to_have_count(0)
    assert live.world.issue("PUB-2").version == 1
    row(page, "PUB-2").locator("[class^=s-]").click()
    page.wait_for_url("**/issues/PUB-2/")


def test_a_stale_row_is_merged_or_refused(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    press(page, "j", "p")
    expect(page.locator(".pick .menu-item[aria-current]")).to_be_focused()
    other = page_as("operator")
    other.goto(ALL)
    other.locator("body").click(position={"x": 5, "y": 790})
    press(other, "j", "p")
    expect(other.locator(".pick .menu-item[aria-current]")).to_be_focused()
    press(other, "ArrowUp", "Enter")
    expect(row(other, "PUB-2").locator(".p-high")).to_be_visible()
    press(page, "ArrowDown", "Enter")
    expect(page.locator(".toast.error")).to_be_visible()
    expect(row(page, "PUB-2").locator(".p-high")).to_be_visible()
    assert live.world.issue("PUB-2").version == 2


def test_the_panel_beside_the_list(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", bypass_csp=True)
    page.goto(ALL)
    press(page, "j", "Space")
    panel = page.locator("#peek")
    expect(panel.locator("h1")).to_contain_text("Taken issue of PUB")
    expect(title(page, "PUB-2")).to_be_focused()
    assert [fault for fault in violations(page) if "region" not in fault] == []
    press(page, "j")
    expect(panel.locator("h1")).to_contain_text("Free issue of PUB")
    panel.locator("textarea").fill("Seen beside the list.")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator("#timeline")).to_contain_text("Seen beside the list.")
    expect(row(page, "PUB-1").locator(".fact")).to_have_text("1")
    press(page, "Escape")
    expect(panel).to_have_count(0)
    expect(title(page, "PUB-1")).to_be_focused()
    press(page, "Space")
    expect(panel.locator("h1")).to_contain_text("Free issue of PUB")
    page.go_back()
    expect(panel).to_have_count(0)
    assert page.url.endswith(ALL)
    press(page, "Space", "Enter")
    page.wait_for_url("**/issues/PUB-1/")
    page.go_back()
    expect(panel.locator("h1")).to_contain_text("Free issue of PUB")


def test_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", java_script_enabled=False)
    page.goto(ALL)
    for key in ("PUB-1", "PUB-2"):
        row(page, key).locator("input").check()
    page.get_by_role("button", name="Change…").click()
    page.get_by_label("Status").select_option("RESOLVED")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Change 2 issues").click()
    expect(page.locator(".toasts")).to_contain_text("2 issues changed.")
    assert [live.world.issue(key).status for key in ("PUB-1", "PUB-2")] == ["RESOLVED"] * 2
    page.get_by_role("button", name="Undo").click()
    assert [live.world.issue(key).status for key in ("PUB-1", "PUB-2")] == ["OPEN"] * 2
    for glyph, choice, said in (("s-", "In progress", "in progress"), ("p-", "Low", "low"), ("avatar", "dev", "dev")):
        row(page, "PUB-2").locator(f"button[class^={glyph}]").click()
        page.wait_for_url("**/issues/PUB-2/choices/**")
        page.get_by_role("button", name=choice).click()
        page.wait_for_url(f"**{ALL}")
        expect(page.locator(".toasts")).to_contain_text(said)
    page.get_by_role("button", name="Undo").click()
    issue = live.world.issue("PUB-2")
    assert (issue.status, issue.priority, issue.assignee) == ("IN_PROGRESS", "LOW", live.world.users["assignee"])
    page.locator("summary", has_text="Label").click()
    page.locator("details[open]").get_by_role("link", name="Choose…").click()
    page.locator("section", has=page.get_by_role("heading", name="Label")).get_by_role("link", name="bug").click()
    expect(row(page, "PUB-2")).to_be_visible()
    expect(row(page, "PUB-1")).to_have_count(0)


def test_on_a_phone(live: Live, page_as: PageAs) -> None:
    page = page_as("lead", viewport=PHONE, has_touch=True, bypass_csp=True)
    page.goto(ALL)
    row(page, "PUB-1").locator("[class^=s-]").tap()
    page.locator(".pick").get_by_role("button", name="Resolved").tap()
    expect(row(page, "PUB-1").locator(".s-resolved")).to_be_visible()
    row(page, "PUB-1").locator("input").tap()
    expect(page.locator(".bulk-bar")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Close…").tap()
    page.get_by_role("button", name="Change 1 issue").tap()
    page.wait_for_url(f"**{ALL}")
    assert live.world.issue("PUB-1").status == "CLOSED"


def test_rows_lower_and_higher(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(ALL)
    page.locator("summary", has_text="Display").click()
    with page.expect_response("**/accounts/density/"):
        page.get_by_role("button", name="Compact").click()
    assert round(row(page, "PUB-1").bounding_box()["height"]) == 28  # type: ignore[index]
    page.reload()
    assert round(row(page, "PUB-1").bounding_box()["height"]) == 28  # type: ignore[index]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(live: Live, page_as: PageAs, scheme: str) -> None:
    page = page_as("lead", color_scheme=scheme, bypass_csp=True)
    page.goto(f"{ALL}&group=priority")
    press(page, "j", "x")
    assert violations(page) == []
    press(page, "s")
    page.wait_for_url("**/issues/bulk/")
    page.get_by_label("Status").select_option("CLOSED")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table", name="What will change")).to_be_visible()
    assert violations(page) == []

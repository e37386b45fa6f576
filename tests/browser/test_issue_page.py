"""The issue's page in a browser: writing, ticking, quoting, conflicts, history; and all of it without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from issues.services.commenting import add_comment
from issues.services.editing import edit_issue
from tests.browser.conftest import Live, PageAs, violations

ISSUE = "/issues/PUB-2/"
LIST = "Before\n\n- [ ] pay the bill\n- [x] call Ana\n- [ ] ship it"


def describe(live: Live, text: str, by: str = "lead") -> None:
    issue = live.world.issue("PUB-2")
    edit_issue(live.world.actor(by), issue, version=issue.version, fields={"description": text})


def write(page: Page, text: str) -> None:
    page.locator("#composer textarea").fill(text)
    page.locator("#composer").get_by_role("button", name="Comment", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_comment_its_edit_and_the_difference(live: Live, page_as: PageAs, scripts: bool) -> None:
    page = page_as("viewer", java_script_enabled=scripts)
    page.goto(ISSUE)
    write(page, "Call Ana at noon")
    page.locator(".comment").get_by_text("Call Ana at noon").wait_for()
    page.locator(".comment summary").click()
    page.get_by_role("link", name="Edit", exact=True).nth(-1).click()
    page.get_by_label("Comment").fill("Call Bob at noon")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="edited").click()
    expect(page.locator(".line.del del")).to_have_text("Ana")
    expect(page.locator(".line.add ins")).to_have_text("Bob")
    if scripts:
        assert violations(page) == []


def test_write_and_preview(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(ISSUE)
    composer = page.locator("#composer")
    composer.locator("textarea").fill("**Bold** and PUB-1 by @lead <b>x</b>")
    composer.get_by_role("button", name="Preview").click()
    shown = composer.locator(".editor-shown")
    expect(shown.locator("strong")).to_have_text("Bold")
    expect(shown.get_by_role("link", name="PUB-1")).to_be_visible()
    expect(composer.locator("textarea")).to_be_hidden()
    assert violations(page) == []
    composer.get_by_role("button", name="Write").click()
    expect(composer.locator("textarea")).to_be_focused()
    composer.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment strong").get_by_text("Bold")).to_be_visible()


def test_preview_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("dev", java_script_enabled=False)
    page.goto(ISSUE)
    page.locator("#composer textarea").fill("**Bold**")
    page.locator("#composer").get_by_role("button", name="Preview").click()
    expect(page.locator("#composer .editor-shown strong")).to_have_text("Bold")
    expect(page.locator("#composer textarea")).to_have_value("**Bold**")
    assert page.locator(".comment").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_task_is_ticked_where_one_stands(live: Live, page_as: PageAs, scripts: bool) -> None:
    describe(live, LIST)
    page = page_as("assignee", java_script_enabled=scripts)
    page.goto(ISSUE)
    expect(page.locator(".issue-meta")).to_contain_text("1 of 3")
    page.get_by_role("checkbox", name="ship it").click()
    expect(page.locator(".issue-meta")).to_contain_text("2 of 3")
    expect(page.get_by_role("checkbox", name="ship it")).to_have_attribute("aria-checked", "true")
    assert live.world.issue("PUB-2").description == LIST.replace("[ ] ship", "[x] ship")
    if scripts:
        expect(page.get_by_role("checkbox", name="ship it")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator(".issue-meta")).to_contain_text("1 of 3")
        assert violations(page) == []
    stranger = page_as("stranger")
    stranger.goto(ISSUE)
    assert stranger.locator(".task-box").count() == 0
    assert stranger.locator(".issue-body input[type=checkbox]").count() == 3


def test_selected_words_are_quoted(live: Live, page_as: PageAs) -> None:
    add_comment(live.world.actor("viewer"), live.world.issue("PUB-2"), body="First line\n\nSecond line")
    page = page_as("dev")
    page.goto(ISSUE)
    page.locator(".comment .prose p").first.select_text()
    page.keyboard.press("r")
    expect(page.locator("#composer textarea")).to_be_focused()
    expect(page.locator("#composer textarea")).to_have_value("> First line\n\n")
    page.locator(".comment summary").click()
    page.get_by_role("link", name="Quote reply").click()
    expect(page.locator("#reply textarea")).to_have_value("> First line\n>\n> Second line\n\n")


def test_a_draft_survives_a_reload_and_goes_when_it_is_sent(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto(ISSUE)
    area = page.locator("#composer textarea")
    area.fill("Not yet sent")
    page.reload()
    expect(area).to_have_value("Not yet sent")
    expect(page.get_by_text("Your draft is back.")).to_be_visible()
    page.goto("/issues/PUB-1/")
    expect(area).to_have_value("")
    page.goto(ISSUE)
    page.locator("#composer").get_by_role("button", name="Comment", exact=True).click()
    page.locator(".comment").get_by_text("Not yet sent").wait_for()
    expect(area).to_have_value("")
    page.goto("/")
    page.goto(ISSUE)
    expect(area).to_have_value("")
    area.fill("Private words")
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/accounts/login/")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_a_comment_that_closes(live: Live, page_as: PageAs) -> None:
    page = page_as("assignee")
    page.goto(ISSUE)
    page.locator("#composer textarea").fill("It is done")
    page.get_by_role("button", name="Comment and close").click()
    expect(page.locator(".issue-meta")).to_contain_text("Closed")
    expect(page.locator(".comment")).to_contain_text("It is done")
    expect(page.locator(".entry").last).to_contain_text("closed it")
    expect(page.get_by_role("button", name="Comment and reopen")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_two_browsers_edit_and_their_texts_are_merged(live: Live, page_as: PageAs, scripts: bool) -> None:
    describe(live, "one\ntwo\nthree")
    first, second = page_as("lead", java_script_enabled=scripts), page_as("assignee", java_script_enabled=scripts)
    for page, text in ((first, "ONE\ntwo\nthree"), (second, "one\ntwo\nTHREE")):
        page.goto(f"{ISSUE}edit/")
        page.get_by_label("Description").fill(text)
    for page in (first, second):
        page.get_by_role("button", name="Save").click()
    expect(second.get_by_label("Text to save")).to_have_value("ONE\ntwo\nTHREE")
    if scripts:
        assert violations(second) == []
    second.get_by_role("button", name="Save").click()
    second.wait_for_url(f"**{ISSUE}")
    assert live.world.issue("PUB-2").description == "ONE\ntwo\nTHREE"


@pytest.mark.parametrize("scripts", [True, False])
def test_versions_are_compared_and_a_field_restored(live: Live, page_as: PageAs, scripts: bool) -> None:
    for title, priority in (("Second title", "HIGH"), ("Third title", "LOW")):
        issue = live.world.issue("PUB-2")
        fields = {"title": title, "priority": priority}
        edit_issue(live.world.actor("lead"), issue, version=issue.version, fields=fields)
    page = page_as("lead", java_script_enabled=scripts)
    page.goto(f"{ISSUE}history/")
    if scripts:
        assert violations(page) == []
    page.get_by_label("From version 1").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Versions 1 and 3")
    expect(page.locator(".line.add")).to_contain_text("Third title")
    if scripts:
        assert violations(page) == []
    page.get_by_role("link", name="Restore title of version 1").click()
    expect(page.get_by_role("checkbox", name="Title")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Priority")).not_to_be_checked()
    if scripts:
        assert violations(page) == []
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken issue of PUB")
    assert live.world.issue("PUB-2").priority == "LOW"


def test_along_the_list_that_one_came_from(live: Live, page_as: PageAs) -> None:
    page = page_as("dev")
    page.goto("/projects/PUB/issues/?q=sort:key-desc")
    page.get_by_role("link", name="Taken issue of PUB").click()
    page.wait_for_url(f"**{ISSUE}")
    page.keyboard.press("]")
    page.wait_for_url("**/issues/PUB-1/")
    page.keyboard.press("[")
    page.wait_for_url(f"**{ISSUE}")

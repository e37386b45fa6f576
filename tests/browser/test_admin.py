"""The admin in a browser: every kind of page as an operator and as a Lead, light and dark, looked at by axe; and the
bar of acts on what is chosen, by hand."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from issues.models import Comment
from tests.admin.conftest import furnish
from tests.browser.conftest import Live, PageAs

# Faults of the theme's libraries, which its own markup brings and ours cannot mend:
THEIRS = {
    "aria-input-field-name",  # select2 names its box by the value that it shows, and shows none at first
    "landmark-unique",  # simplebar calls each area that scrolls a region of the same name
}
OPERATORS = ["accounts/user/", "accounts/user/add/", "accounts/token/", "accounts/user/{user}/change/"]
BOTH = [
    "",
    "projects/project/",
    "projects/project/{project}/change/",
    "projects/project/{project}/permissions/",
    "projects/project/{project}/history/",
    "projects/membership/",
    "projects/membership/add/",
    "projects/label/",
    "projects/label/add/",
    "issues/issue/",
    "issues/issue/{issue}/change/",
    "issues/issue/{issue}/history/",
    "issues/comment/",
    "issues/comment/{comment}/change/",
    "accounts/change/",
    "accounts/change/{change}/change/",
]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}" for rule in found if rule["id"] not in THEIRS for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["operator", "lead"])
def test_every_kind_of_page(live: Live, page_as: PageAs, who: str, scheme: str) -> None:
    furnish(live.world)
    issue = live.world.issue("PUB-2")
    values = {
        "user": live.world.users["dev"].pk,
        "project": live.world.projects["PUB"].pk,
        "issue": issue.pk,
        "comment": Comment.objects.get(body="A word.").pk,
        "change": issue.change_id,
    }
    page = page_as(who, color_scheme=scheme)
    for path in [*(OPERATORS if who == "operator" else []), *BOTH]:
        response = page.goto(f"/admin/{path.format(**values)}")
        assert response is not None and response.status == 200, path
        expect(page.locator("main")).to_be_visible()
        assert not violations(page), path


def test_issues_are_closed_from_the_bar_by_keyboard(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/admin/issues/issue/?project=PUB")
    boxes = page.locator("input[name=_selected_action]")
    expect(boxes).to_have_count(2)
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_label("Select action to run").select_option("close")
    page.get_by_label("Reason, for the history").fill("Cleaning up")
    page.get_by_role("button", name="Run").press("Enter")
    expect(page.get_by_text("2 issues closed.")).to_be_visible()
    issue = live.world.issue("PUB-1")
    assert issue.status == "CLOSED" and issue.change.reason == "Cleaning up" and issue.change.via == "admin"


def test_a_lead_changes_a_role(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto("/admin/projects/membership/?q=viewer")
    page.get_by_role("row", name="PUB").get_by_role("link", name="viewer").click()
    page.get_by_label("Role").select_option("DEVELOPER")
    page.get_by_label("Reason").fill("Promoted")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_it_is_there_without_scripts(live: Live, page_as: PageAs) -> None:
    page = page_as("operator", java_script_enabled=False)
    page.goto("/admin/issues/issue/")
    expect(page.locator("main")).to_be_visible()
    page.get_by_role("link", name="PUB-1").click()
    page.get_by_label("Title").fill("By hand")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert live.world.issue("PUB-1").title == "By hand"

"""The admin in a browser: every kind of page as an operator and as a Lead, light and dark, looked at by axe; and the
bar of acts on what is chosen, by hand."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from issues.models import Comment
from issues.services.deleting_project import delete_project
from tests.admin.conftest import furnish
from tests.browser.conftest import Live, PageAs

OPERATORS = ["accounts/user/", "accounts/user/add/", "accounts/token/", "accounts/user/{user}/change/"]
BOTH = [
    "",
    "projects/project/",
    "projects/project/add/",
    "projects/project/{project}/change/",
    "projects/project/{project}/delete/",
    "projects/project/{gone}/restore/",
    "projects/project/{project}/permissions/",
    "projects/project/{project}/history/",
    "projects/membership/",
    "projects/membership/add/",
    "projects/label/",
    "projects/label/add/",
    "issues/issue/",
    "issues/issue/add/",
    "issues/issue/{issue}/change/",
    "issues/issue/{issue}/delete/",
    "issues/issue/{issue}/history/",
    "issues/comment/",
    "issues/comment/{comment}/change/",
    "accounts/change/",
    "accounts/change/{change}/change/",
]


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["operator", "lead"])
def test_every_kind_of_page(live: Live, page_as: PageAs, who: str, scheme: str) -> None:
    furnish(live.world)
    issue = live.world.issue("PUB-2")
    old = live.world.projects["OLD"]
    delete_project(live.world.actor("lead"), old.pk, version=old.version)
    values = {
        "user": live.world.users["dev"].pk,
        "project": live.world.projects["PUB"].pk,
        "gone": live.world.projects["OLD"].pk,
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


def test_an_issue_is_deleted_and_restored(live: Live, page_as: PageAs) -> None:
    page = page_as("lead")
    page.goto(f"/admin/issues/issue/{live.world.issue('PUB-1').pk}/change/")
    page.get_by_role("link", name="Delete issue").click()
    page.get_by_label("Reason").fill("Twice there")
    page.get_by_role("button", name="Delete PUB-1").click()
    expect(page.get_by_text("PUB-1 is deleted; it can be restored.")).to_be_visible()
    page.get_by_role("link", name="Restore").click()
    page.get_by_role("button", name="Restore PUB-1").click()
    expect(page.get_by_text("PUB-1 is back.")).to_be_visible()
    assert live.world.issue("PUB-1").deleted_at is None


@pytest.mark.parametrize("scripts", [True, False])
def test_members_are_changed_on_the_page_of_the_project(live: Live, page_as: PageAs, scripts: bool) -> None:
    page = page_as("lead", java_script_enabled=scripts)
    page.goto(f"/admin/projects/project/{live.world.projects['PUB'].pk}/change/")
    page.locator("input[name^=memberships-][name$=-identifier]:not([disabled])").first.fill("stranger")
    page.locator("tr", has=page.locator("input[value=viewer]")).get_by_label("Role").select_option("DEVELOPER")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    members = live.world.projects["PUB"].memberships.filter(slot=0)
    assert dict(members.values_list("user__username", "role"))["viewer"] == "DEVELOPER"
    assert members.filter(user__username="stranger").exists()

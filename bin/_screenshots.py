"""Opens the demo's pages as lead1 and takes their pictures: `_screenshots.py ADDRESS FOLDER`."""

from __future__ import annotations

import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

# Name → address, or (address, what is done there: "press KEY", "type TEXT", "click SELECTOR", "see SELECTOR").
PAGES: dict[str, str | tuple[str, ...]] = {
    "my-work": "/",
    "projects": "/projects/",
    "overview": "/projects/APOLLO/",
    "issue-list": "/projects/APOLLO/issues/?q=sort:updated-desc",
    "all-issues": "/issues/",
    "selection": ("/projects/APOLLO/issues/", "press j", "press x", "press j", "press x", "see .bulk-bar"),
    "choices": ("/projects/APOLLO/issues/", "press j", "press s", "see .pick .menu-item"),
    "peek": ("/projects/APOLLO/issues/", "press j", "press j", "press Space", "see .issue-header"),
    "many-at-once": (
        "/projects/APOLLO/issues/",
        *("press j", "press x", "press j", "press x", "press p"),
        *("see #bulk-priority:focus", "type High", "click button:has-text('Preview')", "see .bulk-changes"),
    ),
    "board": "/projects/APOLLO/board/",
    "issue": "/issues/APOLLO-24/",
    "history": "/issues/APOLLO-24/history/",
    "two-versions": "/issues/APOLLO-24/history/?from=1&to=5",
    "past": "/issues/APOLLO-24/?version=2",
    "edit": "/issues/APOLLO-24/edit/",
    "new-issue": "/projects/APOLLO/issues/new/",
    "new-issue-dialog": (
        "/projects/APOLLO/issues/",
        "press c",
        "see #new-issue",
        "type Webhooks for one parcel arrive twice",
        "see #similar details",
    ),
    "palette": ("/issues/APOLLO-24/", "press Control+k", "type status", "see #palette [data-page] [role=option]"),
    "keys": ("/", "press ?", "see #help-keys"),
    "reports": "/projects/APOLLO/reports/",
    "activity": "/projects/APOLLO/activity/",
    "members": "/projects/APOLLO/members/",
    "labels": "/projects/APOLLO/labels/",
    "settings": "/projects/APOLLO/settings/",
    "new-project": "/projects/new/",
    "views": "/views/",
    "people": "/people/",
    "person": "/people/dev1/",
    "profile": "/accounts/profile/",
    "preferences": "/accounts/preferences/",
    "sessions": "/accounts/sessions/",
    "tokens": "/accounts/tokens/",
    "nothing-found": "/projects/APOLLO/issues/?q=zebra+label:docs",
    "gone": "/issues/APOLLO-9/",
    "not-found": "/issues/APOLLO-999/",
}
WIDTHS = {"": 1280, "-phone": 390}
# Each page is seen wide and light; these in the dark and on a phone too, those marked so in both at once.
MAIN = {
    "my-work",
    "projects",
    "overview",
    "issue-list",
    "selection",
    "many-at-once",
    "board",
    "issue",
    "new-issue-dialog",
}
MAIN |= {"two-versions", "members", "people", "not-found"}
BOTH = {"my-work", "issue-list", "issue", "new-issue-dialog"}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(address: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wait_for(address)
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        sys.exit("No browser: install chromium-headless-shell (Debian) or Chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        signed_in = sign_in(browser, address)
        for scheme in ("light", "dark"):
            for suffix, width in WIDTHS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme=scheme, storage_state=signed_in
                )
                page = context.new_page()
                for name, scene in PAGES.items():
                    special = (scheme == "dark") + bool(suffix)
                    if special and name not in (MAIN if special == 1 else BOTH):
                        continue
                    path, *steps = (scene,) if isinstance(scene, str) else scene
                    page.goto(address + path)
                    for step in steps:
                        act(page, *step.split(" ", 1))
                    page.screenshot(path=folder / f"{name}-{scheme}{suffix}.png", animations="disabled")
                context.close()
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def act(page: Page, verb: str, what: str) -> None:
    if verb == "press":
        page.keyboard.press(what)
    elif verb == "type":
        page.keyboard.type(what)
    elif verb == "click":
        page.locator(what).first.click()
    else:
        page.locator(what).first.wait_for()


def wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/accounts/login/").close()
            return
        except urllib.error.URLError:
            time.sleep(0.2)
    sys.exit(f"Nothing answers at {address}.")


def sign_in(browser: Browser, address: str) -> object:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", "lead1")
    page.fill("input[name=password]", "leadpass")
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)
    state = context.storage_state()
    context.close()
    return state


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

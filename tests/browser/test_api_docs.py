"""The API's page to try things out: it renders under our policy, and nothing on it comes from anywhere else."""

from __future__ import annotations

from tests.browser.conftest import Live, PageAs


def test_the_page_shows_every_endpoint(live: Live, page_as: PageAs) -> None:
    page = page_as(None)
    said: list[str] = []
    asked: list[str] = []
    failed: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: failed.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto("/api/v1/docs")
    page.click("#operations-issues-issues_api_issues_new_issue", timeout=60_000)
    page.wait_for_selector("text=Idempotency-Key", timeout=60_000)
    assert page.locator(".opblock").count() >= 35
    assert said == []
    assert failed == []
    assert [url for url in asked if not url.startswith((live.url, "data:"))] == []

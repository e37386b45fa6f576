"""The documentation names what is there: commands, guards, tests, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from itms_site.db.triggers import declared

ROOT = Path(__file__).resolve().parent.parent
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text()
    linked = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link and not link.startswith("/")]
    named = re.findall(
        r"`((?:tests|itms_site|accounts|projects|issues|bin|docs)/[\w./-]+?\.(?:py|md|txt|html))[:`]", text
    )
    missing = [link for link in linked if not (page.parent / link).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not missing, f"{page.name} names what is not there: {missing}"


def test_every_command_of_ours_is_in_the_readme() -> None:
    ours = {name for name, app in get_commands().items() if app in {"itms_site", "accounts", "projects", "issues"}}
    readme = DOCS[0].read_text()
    assert [name for name in sorted(ours) if name not in readme] == []


def test_guards_that_the_guarantees_name_are_declared() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text()
    names = {trigger.name for trigger in declared()}
    for named in re.findall(r"triggers? ((?:`[^`]+`(?:, | and )?)+)", text):
        for name in re.findall(r"`([^`]+)`", named):
            pattern = re.escape(name).replace("…", ".*")
            assert any(re.fullmatch(pattern, known) for known in names), f"no trigger is called {name}"

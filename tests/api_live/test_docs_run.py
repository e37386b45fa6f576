"""docs/api.md, run: its `sh` blocks in order in one shell against a server; what the last command of a block prints
is compared with the `json` block that follows, everything but moments and ids."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from accounts.services.tokens import create_token
from accounts.services.users import add_demo_user

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "--- end of block"


def blocks() -> list[tuple[str, str | None]]:
    """(commands, the JSON that they print or None)."""
    found: list[tuple[str, str | None]] = []
    for kind, text in BLOCK.findall(DOCS.read_text()):
        if kind == "sh":
            found.append((text, None))
        else:
            assert kind == "json", f"a block of another kind: {kind}"
            found[-1] = (found[-1][0], text)
    return found


def person(username: str, first: str, password: str) -> User:
    return add_demo_user(
        Actor.system(), username=username, email=f"{username}@example.com", first_name=first, last_name="One",
        time_zone="UTC", password=password, at=timezone.now(),
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_examples_do_what_they_say(live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.DEBUG = True  # demo accounts are made only then
    dev = person("dev1", "Dev", "devpass")
    person("viewer1", "Viewer", "viewpass")
    settings.DEBUG = False
    _row, token = create_token(Actor.system(), dev, name="docs", can_write=True)
    all_ = blocks()
    script = "set -euo pipefail\n" + f"\necho '{END}'\n".join(commands for commands, _printed in all_)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={"BASE": live_server.url, "TOKEN": token, "PATH": "/usr/bin:/bin", "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    printed = done.stdout.split(END)
    assert len(printed) == len(all_)
    for (commands, expected), output in zip(all_, printed, strict=True):
        if expected is None:
            assert not output.strip(), f"{commands} prints {output}"
        else:
            assert same(json.loads(output)) == same(json.loads(expected)), commands


def same(value: Any, name: str = "") -> Any:
    """The value with every moment and id as a mark of its form."""
    if isinstance(value, dict):
        return {key: same(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [same(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value):
        return "a moment"
    return "an id" if name == "id" and isinstance(value, int) else value

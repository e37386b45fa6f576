"""Every text field × every class of bad text: refused with its field, or stored and given back as it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from tests.api.calling import Answer, Caller

By = Callable[..., Caller]
BAD = {
    "NUL": "a\x00b",
    "C0": "a\x07b",
    "escape": "a\x1b[31mb",
    "DEL": "a\x7fb",
    "C1": "a\x85b",
}
BAD_IN_A_LINE = {
    **BAD,
    "newline": "a\nb",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "right-to-left override": "a\u202egpj.exe",
    "isolate": "a\u2066b",
    "zero-width space": "a\u200bb",
    "soft hyphen": "a\u00adb",
    "BOM": "a\ufeffb",
    "line separator": "a\u2028b",
    "noncharacter": "a\uffffb",
    "private use": "a\ue000b",
    "tag": "a\U000e0041b",
}
GOOD = {
    "emoji": "😀 family 👨‍👩‍👧‍👦 ✌️",
    "emoji of later years": "\U0001fae8 \U0001fae9 \U0001fac8",
    "combining": "Z̸̢͠a̷",
    "NFD": "e\u0301",
    "Arabic": "مرحبا بالعالم",
    "Hindi": "क्‍ष",
    "CJK": "日本語",
    "sharp s": "straße",
    "fullwidth": "ｆｕｌｌ",
    "markup": "<b>&amp;</b>",
    "percent": "100 %_\\",
    "quotes": "'\"`",
    "dollar": "$(touch x) ${y}",
    "leading equals": "=1+1",
    "null": "null",
    "true": "true",
    "zero": "0",
}
LINES: dict[str, tuple[Callable[[Caller, str], Answer], str]] = {
    "issue.title": (lambda c, text: c.post("/projects/PUB/issues", {"title": text}), "title"),
    "issue.title.edit": (lambda c, text: c.patch("/issues/PUB-1", {"title": text}, If_Match='"1"'), "title"),
    "project.name": (lambda c, text: c.post("/projects", {"key": "TXT", "name": text}), "name"),
    "project.name.edit": (lambda c, text: c.patch("/projects/PUB", {"name": text}, If_Match='"1"'), "name"),
    "label.name": (lambda c, text: c.post("/projects/PUB/labels", {"name": text}), "name"),
    "label.name.edit": (lambda c, text: c.patch("/projects/PUB/labels/ui", {"name": text}), "name"),
    "me.first_name": (lambda c, text: c.patch("/me", {"first_name": text}), "first_name"),
    "me.last_name": (lambda c, text: c.patch("/me", {"last_name": text}), "last_name"),
}
BLOCKS: dict[str, tuple[Callable[[Caller, str], Answer], str]] = {
    "issue.description": (
        lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "description": text}),
        "description",
    ),
    "issue.description.edit": (
        lambda c, text: c.patch("/issues/PUB-1", {"description": text}, If_Match='"1"'),
        "description",
    ),
    "project.description": (
        lambda c, text: c.post("/projects", {"key": "TXT", "name": "x", "description": text}),
        "description",
    ),
    "comment.body": (lambda c, text: c.post("/issues/PUB-1/comments", {"body": text}), "body"),
}
# Compared with what is there, never stored: refused, or not found, as any other name that is not there.
NAMES: dict[str, tuple[Callable[[Caller, str], Answer], str]] = {
    "member.identifier": (
        lambda c, text: c.post("/projects/PUB/members", {"identifier": text, "role": "VIEWER"}),
        "identifier",
    ),
    "member.role": (lambda c, text: c.post("/projects/PUB/members", {"identifier": "stranger", "role": text}), "role"),
    "issue.assignee": (lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "assignee": text}), "assignee"),
    "issue.labels": (lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "labels": [text]}), "labels"),
    "issue.type": (lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "type": text}), "type"),
    "issue.priority": (lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "priority": text}), "priority"),
    "issue.status": (lambda c, text: c.patch("/issues/PUB-1", {"status": text}, If_Match='"1"'), "status"),
    "issue.due_date": (lambda c, text: c.post("/projects/PUB/issues", {"title": "x", "due_date": text}), "due_date"),
    "label.colour": (lambda c, text: c.post("/projects/PUB/labels", {"name": "x", "colour": text}), "colour"),
    "label.into": (lambda c, text: c.post("/projects/PUB/labels/bug/merge", {"into": text}), "into"),
    "project.key": (lambda c, text: c.post("/projects", {"key": text, "name": "x"}), "key"),
    "me.username": (lambda c, text: c.patch("/me", {"username": text}), "username"),
    "me.time_zone": (lambda c, text: c.patch("/me", {"time_zone": text}), "time_zone"),
}


@pytest.mark.parametrize("field", LINES)
def test_a_line_refuses_what_shows_nothing(by: By, field: str) -> None:
    call, name = LINES[field]
    lead = by("lead", "session")
    for kind, text in BAD_IN_A_LINE.items():
        assert call(lead, text).is_problem(422, "invalid", name), kind


@pytest.mark.parametrize("field", BLOCKS)
def test_a_block_refuses_controls(by: By, field: str) -> None:
    call, name = BLOCKS[field]
    lead = by("lead")
    for kind, text in BAD.items():
        assert call(lead, text).is_problem(422, "invalid", name), kind


@pytest.mark.parametrize("kind", GOOD)
def test_good_text_comes_back(by: By, kind: str) -> None:
    lead, text = by("lead"), GOOD[kind]
    stored = unicodedata.normalize("NFC", text)
    made = lead.post("/projects/PUB/issues", {"title": f" {text}\t", "description": f"{text}\r\n\r\n{text}\n"})
    assert (made.json["title"], made.json["description"]) == (stored, f"{stored}\n\n{stored}")
    assert lead.get(f"/issues/{made.json['key']}").json == made.json
    said = lead.post("/issues/PUB-1/comments", {"body": text})
    assert said.json["body"] == stored


@pytest.mark.parametrize("field", NAMES)
def test_names_that_are_none(by: By, field: str) -> None:
    call, name = NAMES[field]
    lead = by("lead", "session")
    for kind, text in {**BAD_IN_A_LINE, **GOOD, "empty": "", "blank": " ", "long": "x" * 200}.items():
        if (field, kind) in {("me.username", "null"), ("me.username", "true"), ("me.username", "zero")}:
            continue
        assert call(lead, text).is_problem(422, "invalid", name), kind


@pytest.mark.parametrize("kind", {**BAD_IN_A_LINE, **GOOD})
def test_names_in_addresses(by: By, kind: str) -> None:
    from urllib.parse import quote

    text = quote({**BAD_IN_A_LINE, **GOOD}[kind], safe="")
    lead = by("lead")
    for method, path in (
        ("GET", "/projects/{}"), ("GET", "/issues/{}"), ("GET", "/issues/{}-1"), ("PATCH", "/projects/PUB/labels/{}"),
        ("PUT", "/issues/PUB-1/labels/{}"), ("DELETE", "/projects/PUB/members/{}"), ("GET", "/comments/{}"),
    ):  # fmt: skip
        lead(method, path.format(text), {} if method == "PATCH" else None).is_problem(404)


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("issue.title", 200),
        ("project.name", 64),
        ("label.name", 32),
        ("me.first_name", 64),
        ("issue.description", 65_535),
    ],
)
@pytest.mark.parametrize("character", ["x", "é", "😀", "ﬃ", "ǰ"])
def test_limits_count_characters(by: By, field: str, limit: int, character: str) -> None:
    """On every engine, though a character may take four bytes or grow when its case is folded."""
    call, name = {**LINES, **BLOCKS}[field]
    lead = by("lead", "session")
    call(lead, character * (limit + 1)).is_problem(422, field=name)
    assert call(lead, character * limit).status in {200, 201}

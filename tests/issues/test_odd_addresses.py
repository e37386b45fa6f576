"""Addresses that nobody would type: never a fault of the server, with DEBUG on either."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.issues.browsing import signed_in
from tests.world import World

LISTS = ["/", "/issues/", "/projects/PUB/issues/", "/projects/PUB/board/", "/projects/PUB/activity/", "/projects/"]
QUERIES = [
    "status:NOPE", "type:nope", "priority:nope", "priority:>=nope", "is:nope", "is:open is:closed", "label:nothing",
    "assignee:nobody_here", "author:nobody_here", "project:NOPE", "number:0", "#0", "due:<2026-99-99", "sort:nope",
    "NOPE-1", "status:NOPE OR is:open", "-status:NOPE", "status:NOPE,open", "\x00", "((", '"', "x" * 3000, "is:deleted",
]  # fmt: skip
PARAMETERS = [
    "q=a&q=b", "after=x", "after=%00", "row=x", "row=PUB-1", "group=nope", "group=status&q=status:NOPE", "by=nope",
    "view=x", "view=99999999999999999999", "fold=x", "help=1&q=status:NOPE", "%00=1", "a[]=1", "page=-1", "show=x",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_queries_and_parameters_of_lists(world: World, path: str) -> None:
    client = signed_in(world, "lead")
    for odd in [f"q={quote(q)}" for q in QUERIES] + PARAMETERS:
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(f"{path}?{odd}", headers=headers)
            assert answer.status_code in {200, 404, 422}, (odd, headers, answer.status_code)


@pytest.mark.parametrize("debug", [True, False])
def test_a_form_without_the_slash_keeps_its_words(world: World, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    client = signed_in(world, "stranger")
    for method in ("post", "put", "patch", "delete"):
        for key in ("PUB", "PRIV", "NONE"):  # which of them are there is not told
            for path in (f"/projects/{key}", f"/issues/{key}-1", f"/issues/{key}-1/comments"):
                answer = getattr(client, method)(f"{path}?a=1")
                assert (answer.status_code, answer["Location"]) == (308, f"{path}/?a=1"), (method, path)
    assert client.get("/projects/PUB")["Location"] == "/projects/PUB/"
    assert client.post("/nothing").status_code == 404

"""Who asks, and what they may: at most three statements of any request."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, Token, User
from projects.models import Membership, ProjectGroupObjectPermission, ProjectUserObjectPermission
from tests.api.calling import Caller
from tests.issues.browsing import signed_in
from tests.world import World

MOST = 3
TABLES = {
    model._meta.db_table
    for model in (Session, User, Token, Membership, ProjectUserObjectPermission, ProjectGroupObjectPermission)
}
PAGES = ["/issues/PRIV-1/", "/projects/PRIV/issues/", "/issues/", "/projects/PRIV/", "/"]
CALLS = ["/issues/PRIV-1", "/projects/PRIV/issues", "/projects/PRIV"]
# What a statement begins with; a sub-select, which costs no way to the database of its own, has U0 and the like.
BEGINS = re.compile(r"""FROM [`"](\w+)[`"](?! U\d)""")


def asked(ask: Callable[[], int]) -> list[str]:
    """The statements about people, sessions and rights, of a request that was made before."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        assert ask() == 200
    return [query["sql"] for query in queries if not TABLES.isdisjoint(BEGINS.findall(query["sql"]))]


@pytest.mark.parametrize("name", ["lead", "dev", "operator"])
def test_of_a_page(world: World, name: str) -> None:
    client = signed_in(world, name)
    found = {path: asked(lambda path=path: client.get(path).status_code) for path in PAGES}  # type: ignore[misc]
    assert {path: len(statements) for path, statements in found.items() if len(statements) > MOST} == {}, found
    assert all(found.values()), "who asks is asked by each"


@pytest.mark.parametrize("name", ["lead", "dev", "operator"])
@pytest.mark.parametrize("how", ["session", "read"])
def test_of_a_call(world: World, name: str, how: str) -> None:
    caller = Caller(world, name, how)
    found = {path: asked(lambda path=path: caller.get(path).status) for path in CALLS}  # type: ignore[misc]
    assert {path: len(statements) for path, statements in found.items() if len(statements) > MOST} == {}, found
    assert all(found.values()), "who asks is asked by each"

"""The address of every page that there is, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client

from accounts.services.tokens import create_token
from issues.services.commenting import add_comment
from issues.services.saving_views import create_view
from tests.test_permission_matrix import path_of, routes
from tests.world import World


def every_page(world: World, client: Client, person: str = "lead") -> Iterator[tuple[str, str]]:
    """(route, address) of all that answer this reader with a whole page of PUB, or of none."""
    comments = {
        "PUB": add_comment(world.actor(person), world.issue("PUB-2"), body="A **first** word.\n\n```py\nx = 1\n```")
    }
    create_token(world.actor("dev"), world.users["dev"], name="Of dev", can_write=False)
    create_view(world.actor(person), world.projects["PUB"].pk, name="A view", query="label:bug")
    for name, text in sorted(set(routes())):
        path = path_of(world, name, text, "PUB", comments)
        response = client.get(path)
        if response.status_code == 200 and not response.streaming and b"<html" in response.content[:300]:
            yield name, path

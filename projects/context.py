"""What the frame of every page needs: who is signed in and which projects the rail shows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import cached_property

from itms_site.addresses import reverse
from projects.selectors import own_first

RAIL = 12


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`nav` for base.html. One query, made only when the frame is drawn."""
    return {"nav": Navigation(request)}


class SignedIn(NamedTuple):
    username: str
    name: str


class RailProject(NamedTuple):
    key: str
    name: str
    url: str


class Navigation:
    """Reads nothing until a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._actor = getattr(request, "actor", None)
        self._request = request

    @cached_property
    def user(self) -> SignedIn | None:
        if self._actor is None:
            return None
        user = self._actor.user
        return SignedIn(user.username, user.name)

    @cached_property
    def projects(self) -> tuple[RailProject, ...]:
        if self._actor is None:
            return ()
        return tuple(RailProject(p.key, p.name, f"/projects/{p.key}/") for p in own_first(self._actor)[:RAIL])

    @property
    def theme(self) -> str:
        """auto, light or dark."""
        return str(self._actor.user.theme) if self._actor else "auto"

    @property
    def density(self) -> str:
        """compact, normal or comfortable."""
        return str(self._actor.user.density) if self._actor else "normal"

    @property
    def single_keys(self) -> bool:
        return bool(self._actor and self._actor.user.single_keys)

    @property
    def here(self) -> str:
        """The page that a form in the frame comes back to."""
        return self._request.get_full_path() if self._request.method == "GET" else "/"

    @property
    def is_operator(self) -> bool:
        return self._actor is not None and self._actor.is_operator

    @property
    def admin_url(self) -> str:
        return reverse("admin:index")

    @property
    def profile_url(self) -> str:
        return reverse("account_profile")

    @property
    def people_url(self) -> str:
        return "/people/"

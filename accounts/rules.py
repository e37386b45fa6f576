"""Who may act on accounts: everyone on their own, operators on all."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.models import User
from itms_site.errors import Forbidden


def may_manage(actor: Actor, user: User) -> bool:
    return actor.is_operator or actor.user_id == user.pk


def require_operator(actor: Actor) -> None:
    if not actor.is_operator:
        raise Forbidden("Only operators may do this.")


def require_self_or_operator(actor: Actor, user: User) -> None:
    if not may_manage(actor, user):
        raise Forbidden("This is somebody else's account.")

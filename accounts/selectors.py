"""Finding people."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from itms_site.db.prepared import Prepared
from itms_site.db.text import canonical


def find_user(identifier: str) -> User | None:
    """The user with that user name or e-mail address, in any case; None if there is none."""
    wanted = canonical(identifier.strip())
    if not wanted:
        return None
    return User.objects.filter(Q(username_canonical=wanted) | Q(email_canonical=wanted)).first()


def get_user(user_id: int) -> User:
    return User.objects.get(pk=user_id)


def usernames(ids: set[int]) -> dict[int, str]:
    """id → user name."""
    return dict(_named.fetch(given=sorted(ids))) if ids else {}


def _named_users(*ids: int) -> QuerySet[User, Any]:
    return User.objects.filter(pk__in=ids).values_list("pk", "username")


_named = Prepared(_named_users)

"""The actor: who acts, through which door, in which request. Every service takes one, nothing looks it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from accounts.models import User, Via


@dataclass(frozen=True)
class Actor:
    """user        None is the system (imports without an author, maintenance)
    via         one of Via
    request_id  the request's id for the ledger, '' outside requests
    memo        what rules have looked up for this actor; a refreshed actor starts with none"""

    user: User | None
    via: str = Via.WEB
    request_id: str = ""
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def system(cls, via: str = Via.COMMAND) -> Actor:
        return cls(None, via)

    @classmethod
    def stand_in(cls, user_id: int, is_operator: bool, time_zone: str = "UTC", name: str = "") -> Actor:
        """Of an active user of that id, for building the queries that are the same for every such actor. `name`: the
        canonical user name, where it decides the query."""
        return cls(User(pk=user_id, is_superuser=is_operator, time_zone=time_zone, username_canonical=name))

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def is_operator(self) -> bool:
        """An active superuser, or the system itself."""
        return self.user is None or (self.user.is_superuser and self.user.is_active)

    def refreshed(self) -> Actor:
        """The same actor with the user's row read again, for decisions under a lock."""
        if self.user is None:
            return self
        return Actor(User.objects.get(pk=self.user.pk), self.via, self.request_id)

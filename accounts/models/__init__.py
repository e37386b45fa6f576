"""People and the ledger of what they did."""

from accounts.models.attempt import Attempt
from accounts.models.history import TrackedHistory
from accounts.models.idempotency import IdempotentRequest
from accounts.models.ledger import Change, Head, Tracked, Via
from accounts.models.token import Token
from accounts.models.user import User

__all__ = [
    "Attempt",
    "Change",
    "Head",
    "IdempotentRequest",
    "Token",
    "Tracked",
    "TrackedHistory",
    "User",
    "Via",
]

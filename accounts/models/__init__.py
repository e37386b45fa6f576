"""People and the ledger of what they did."""

from accounts.models.attempt import Attempt
from accounts.models.history import TrackedHistory
from accounts.models.idempotency import IdempotentRequest
from accounts.models.ledger import Change, Head, Tracked, Via
from accounts.models.session import Session
from accounts.models.token import Token
from accounts.models.user import Density, Theme, User

__all__ = [
    "Attempt",
    "Change",
    "Density",
    "Head",
    "IdempotentRequest",
    "Session",
    "Theme",
    "Token",
    "Tracked",
    "TrackedHistory",
    "User",
    "Via",
]

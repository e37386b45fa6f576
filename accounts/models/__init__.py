"""People and the ledger of what they did."""

from accounts.models.history import TrackedHistory
from accounts.models.idempotency import IdempotentRequest
from accounts.models.ledger import Change, Head, Tracked, Via
from accounts.models.user import User

__all__ = ["Change", "Head", "IdempotentRequest", "Tracked", "TrackedHistory", "User", "Via"]

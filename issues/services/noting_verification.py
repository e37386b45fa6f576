"""Keeping in the ledger that the database was verified, and what came of it."""

from __future__ import annotations

from accounts.actor import Actor
from accounts.services.ledger import recording
from issues.selectors.standing import VERIFIED
from itms_site.retry import transactional


@transactional
def note_verification(*, differences: int, seconds: float) -> None:
    """A Change of no project, by the system."""
    data = {"differences": differences, "seconds": round(seconds, 1)}
    with recording(Actor.system(), VERIFIED, None, data=data) as record:
        _ = record.change

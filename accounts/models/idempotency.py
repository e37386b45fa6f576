"""Requests that may be sent again and act once."""

from __future__ import annotations

from django.db import models

from itms_site.db.text import CanonicalField


class IdempotentRequest(models.Model):
    """Written in the transaction of the act that it stands for: the row is there exactly when the act is.

    scope         whose key it is: `user:12`, or `anonymous`
    fingerprint   SHA-256 in hex of method, path and body
    answer        what the act made (ids, not words): the answer is built again from the objects, with today's rights"""

    scope = CanonicalField(max_length=40)
    key = CanonicalField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_unique")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"

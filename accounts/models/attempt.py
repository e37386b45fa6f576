"""Sign-ins and registrations that were tried, counted by account and by address."""

from __future__ import annotations

from django.db import models

from itms_site.db.text import CanonicalField


class Attempt(models.Model):
    """One try, in the database and not in a cache: every worker counts the same. Old rows go as new ones come.

    kind    `sign_in` or `register`
    scope   `address:192.0.2.1` or `account:<SHA-256 of the canonical identifier>`"""

    kind = models.CharField(max_length=10)
    scope = CanonicalField(max_length=80)
    failed = models.BooleanField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "kind", "at"], name="attempt_of_scope")]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}"

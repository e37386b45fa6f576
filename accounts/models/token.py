"""API tokens: what a script shows instead of a session."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from itms_site.db.text import CanonicalField, validate_line


class Token(models.Model):
    """The token `itms_<prefix>_<secret>` is shown once; only the SHA-256 of the whole is kept.

    can_write     False: only reading. What it may do is this ∩ the owner's rights at that moment
    last_used_at  within five minutes
    revoked_at    set once, never cleared"""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=64, validators=[validate_line])
    prefix = CanonicalField(max_length=12)
    digest = CanonicalField(max_length=64)
    can_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="token_prefix_unique"),
            models.CheckConstraint(condition=models.Q(digest__length=64), name="token_digest_form"),
            models.CheckConstraint(condition=models.Q(name__length__range=(1, 64)), name="token_name_form"),
        ]

    def __str__(self) -> str:
        return f"itms_{self.prefix}_…"

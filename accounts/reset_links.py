"""What a password reset link proves. Works once, for PASSWORD_RESET_TIMEOUT, and reads only.

allauth's own generator writes address rows whenever a link is made or followed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.models import User


class ResetLinks(PasswordResetTokenGenerator):
    """A link ends with a new password, a sign-in, another e-mail address and deactivation (it bumps the generation)."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        value: str = super()._make_hash_value(user, timestamp)
        return f"{value}:{user.session_generation}"

    def check_token(self, user: Any, token: str | None) -> bool:
        return isinstance(user, User) and user.is_active and bool(super().check_token(user, token))

"""The one sign-in backend: user name or e-mail address, compared in canonical form."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User
from itms_site.db.text import canonical, storable


class IdentifierBackend(ModelBackend):
    """Takes as long for an unknown name as for a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **_: Any,
    ) -> User | None:
        identifier = canonical(username or email or "")
        if not identifier or password is None or not storable(password):
            return None
        user = User.objects.filter(Q(username_canonical=identifier) | Q(email_canonical=identifier)).first()
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

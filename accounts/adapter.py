"""allauth's door to our services: it reads requests and draws pages, users are written by accounts/services alone."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse

from accounts.actor import Actor
from accounts.address import address_of
from accounts.models import User, Via
from accounts.services import attempts, users
from accounts.services.idempotency import fingerprint, once
from itms_site.errors import Taken

WRONG = "The user name, e-mail address or password is wrong."
_KEY = re.compile(r"\A[A-Za-z0-9_-]{8,128}\Z")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "enter_current_password": "This is not your present password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.REGISTRATION_OPEN)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Counted like the API's sign-ins, in the same rows. Raises TooMany."""
        identifier = str(credentials.get("username") or credentials.get("email") or "")
        address = address_of(request)
        attempts.check("sign_in", address, identifier)
        user = authenticate(request, **credentials)
        attempts.note("sign_in", address, identifier, failed=user is None)
        return user

    def save_user(self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True) -> User:
        """Registers; a form that is sent twice makes one account. Raises Invalid, Taken."""
        data = form.cleaned_data
        password = data["password1"]

        def act() -> User:
            return users.register(
                None,
                username=data["username"],
                email=data["email"],
                password=password,
                first_name=data.get("first_name", ""),
                last_name=data.get("last_name", ""),
                request_id=getattr(request, "request_id", ""),
            )

        def again(stored: dict[str, Any]) -> User:
            made = User.objects.get(pk=stored["user"])
            if not made.check_password(password):
                raise Taken("username", "This user name is taken.")
            return made

        key = request.POST.get("idempotency_key", "")
        if not _KEY.match(key):
            return act()
        # The password stays out of the fingerprint: that is a quick hash, and it is stored.
        print_ = fingerprint("register", data["username"], data["email"])
        return once(None, key, print_, act, remember=lambda made: {"user": made.pk}, recall=again)

    def set_password(self, user: Any, password: str) -> None:
        """Ends all sessions of the user; allauth keeps the present one by the new hash on `user`. Raises Invalid."""
        request = self.request
        actor = Actor(user, Via.WEB, getattr(request, "request_id", ""))
        user.password = users.set_password(actor, user.pk, password).password

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def format_email_subject(self, subject: str) -> str:
        return f"ITMS: {subject}"

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        """allauth's JSON answers stay shut: the API is the one door for programs."""
        return False

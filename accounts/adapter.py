"""allauth's door to our services: it reads requests and draws pages, users are written by accounts/services alone."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import setup_user_email
from django.conf import settings
from django.contrib.auth import authenticate
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.address import address_of
from accounts.entering import note_client
from accounts.models import User, Via
from accounts.posting import answer_once
from accounts.selectors import find_user, get_user
from accounts.services import attempts, users
from itms_site.db.text import canonical
from itms_site.errors import Taken

WRONG = "The user name, e-mail address or password is wrong."
TWINS = datetime.timedelta(minutes=1)


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

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        note_client(request)

    def save_user(self, request: HttpRequest, user: Any, form: BaseForm, commit: bool = True) -> User:
        """Registers; the same form sent twice makes one account. Raises Invalid, Taken."""
        data = form.cleaned_data
        try:
            made = users.register(
                None,
                username=data["username"],
                email=data["email"],
                password=data["password1"],
                first_name=data.get("first_name", ""),
                last_name=data.get("last_name", ""),
                request_id=getattr(request, "request_id", ""),
            )
        except Taken:
            twin = self._made_just_now(data)
            if twin is None:
                raise
            return twin
        if settings.ACCOUNT_EMAIL_VERIFICATION != "none":
            # Elsewhere allauth's address rows do not come into being at all: they would grow old beside the users.
            setup_user_email(request, made, [])
        return made

    def _made_just_now(self, data: dict[str, Any]) -> User | None:
        """The account that the first of two equal forms has made: whoever knows its password sent both. Only within
        a minute, so that this is no second way of trying passwords."""
        found = find_user(data["username"])
        if found is None or timezone.now() - found.date_joined > TWINS:
            return None
        same = found.email_canonical == canonical(data["email"]) and found.check_password(data["password1"])
        return found if same else None

    def set_password(self, user: Any, password: str) -> None:
        """Ends all sessions of the user; allauth keeps the present one by the new hash on `user`. Raises Invalid."""
        request = self.request
        actor = Actor(user, Via.WEB, getattr(request, "request_id", ""))

        def act() -> User:
            return users.set_password(actor, user.pk, password)

        if getattr(request, "actor", None) is None:  # by a link from a mail, which works once
            user.password = act().password
            return
        to = {"to": reverse("account_profile")}
        user.password = answer_once(request, act, remember=lambda _: to, recall=lambda _: get_user(user.pk)).password

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def format_email_subject(self, subject: str) -> str:
        return f"ITMS: {subject}"

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        """allauth's JSON answers stay shut: the API is the one door for programs."""
        return False

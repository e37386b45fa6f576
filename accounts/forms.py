"""Forms of the account pages: the shape of what is typed. What exists and what is free, the services say."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.account.fields import PasswordField
from allauth.account.internal.flows.password_reset import request_password_reset
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy

from accounts.models import Density, Theme, User
from accounts.models.user import time_zones
from accounts.reset_links import ResetLinks
from accounts.selectors import find_user


def _password_hint() -> str:
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    lengths = [each["OPTIONS"]["min_length"] for each in validators if each["NAME"].endswith("MinimumLengthValidator")]
    least = lengths[0] if lengths else 1
    return f"At least {least} characters. Not a common password, not your name, not digits alone."


PASSWORD_HINT = lazy(_password_hint, str)()


def _plain(field: forms.Field, **attrs: str) -> None:
    """The label says it already; a placeholder would say it twice."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _new_password(label: str) -> PasswordField:
    return PasswordField(label=label, autocomplete="new-password", help_text=PASSWORD_HINT)


class LoginForm(allauth.LoginForm):
    """login (user name or e-mail address), password, remember."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name or e-mail address"
        self.fields["login"].max_length = 254
        _plain(
            self.fields["login"],
            autocomplete="username",
            autocapitalize="none",
            spellcheck="false",
            autofocus="autofocus",
        )
        _plain(self.fields["password"])
        self.fields["remember"].label = "Keep me signed in"

    def user_credentials(self) -> dict[str, Any]:
        """Our backend takes both in one; allauth would ask it twice and look at its own address rows."""
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class SignupForm(allauth.SignupForm):
    field_order = ("first_name", "last_name", "username", "email", "password1")

    first_name = forms.CharField(label="First name", max_length=64, required=False)
    last_name = forms.CharField(label="Last name", max_length=64, required=False)
    email = forms.EmailField(max_length=254)  # allauth's own makes it lower case

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"first_name": "given-name", "last_name": "family-name", "username": "username", "email": "email"}
        for name, token in names.items():
            _plain(self.fields[name], autocomplete=token)
        _plain(self.fields["password1"])
        self.fields["username"].label = "User name"
        self.fields["username"].help_text = "1 to 32 letters, digits or underscores. Others mention you by it."
        _plain(self.fields["username"], autocapitalize="none", spellcheck="false")
        self.fields["email"].label = "E-mail address"
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"])

    def clean_email(self) -> str:
        """As typed. Whether it is free, the service knows: allauth's address rows may be older than the users."""
        return str(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        names = ("username", "email", "first_name", "last_name")
        user = User(**{name: found.get(name, "") for name in names})
        wrong = [field.name for field in User._meta.fields if field.name not in names or field.name in self.errors]
        try:
            user.clean_fields(exclude=wrong)
        except ValidationError as error:
            for name, complaints in error.error_dict.items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, complaints)
        return found

    def save(self, request: HttpRequest) -> Any:
        """All of it is the adapter's: allauth's own would write an address row beside it."""
        adapter = allauth.get_adapter()
        return adapter.save_user(request, adapter.new_user(request), self)


class ChangePasswordForm(allauth.ChangePasswordForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Present password"
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HINT
        for field in self.fields.values():
            _plain(field)


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HINT
        _plain(self.fields["password1"])


class ResetPasswordForm(allauth.ResetPasswordForm):
    """The answer is the same whether the address is known or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        _plain(self.fields["email"], autocomplete="email", autofocus="autofocus")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        user = find_user(email)
        self.users = [user] if user is not None and user.is_active else []
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """The link goes to the address that the account has, never to the typed one, which may only look like it."""
        email: str = self.users[0].email if self.users else self.cleaned_data["email"]
        request_password_reset(request, email, self.users, ResetLinks())
        return email


class EmailForm(forms.Form):
    email = forms.EmailField(label="New e-mail address", max_length=254)
    password = PasswordField(label="Present password", autocomplete="current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], autocomplete="email", autofocus="autofocus")
        _plain(self.fields["password"])


class ProfileForm(forms.Form):
    username = forms.CharField(label="User name", max_length=32, help_text="Others mention and assign you by it.")
    first_name = forms.CharField(label="First name", max_length=64, required=False)
    last_name = forms.CharField(label="Last name", max_length=64, required=False)
    time_zone = forms.ChoiceField(label="Time zone", help_text="Times and days are shown in it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = _zones()  # type: ignore[attr-defined]
        tokens = {"username": "username", "first_name": "given-name", "last_name": "family-name"}
        for name, token in tokens.items():
            self.fields[name].widget.attrs["autocomplete"] = token


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(label="Theme", choices=Theme.choices)
    density = forms.ChoiceField(label="Density of lists", choices=Density.choices)
    single_keys = forms.BooleanField(
        label="Shortcuts of a single key",
        required=False,
        help_text="Such as c for a new issue. Off: only Ctrl+K or ⌘K is left, which opens the command palette.",
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=64, help_text="What will use it, so that you know it again: “Release script”."
    )
    scope = forms.ChoiceField(
        label="It may",
        choices=[("read", "Read"), ("write", "Read and write")],
        help_text="Never more than you may yourself at that moment.",
    )
    days = forms.IntegerField(
        label="Days until it expires", min_value=1, initial=90, help_text="At least 1, at most 3,650."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["days"].widget.attrs["max"] = 3650


def _zones() -> list[tuple[str, Any]]:
    """All zones, by region."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(time_zones()):
        region, _, place = name.partition("/")
        regions.setdefault(region if place else "Other", []).append((name, (place or name).replace("_", " ")))
    other = regions.pop("Other")
    return [*sorted(regions.items()), ("Other", other)]

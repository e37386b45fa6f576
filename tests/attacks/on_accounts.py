"""Attacks on people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.attacks.forging import NOON, Forge
from tests.attacks.registry import attack

LONG_S, KELVIN = "\u017f", "\u212a"  # equal to s and k for whoever folds case


def user_with(forge: Forge, **other: Any) -> dict[str, Any]:
    row = {
        "password": "!",
        "last_login": None,
        "is_superuser": 0,
        "username": "forged",
        "username_canonical": "forged",
        "email": "forged@example.com",
        "email_canonical": "forged@example.com",
        "first_name": "",
        "last_name": "",
        "time_zone": "UTC",
        "theme": "auto",
        "density": "normal",
        "single_keys": 1,
        "is_active": 1,
        "is_staff": 0,
        "sessions_version": 0,
        "session_generation": 0,
        "date_joined": NOON,
    }
    return row | other


def _attack(rule: str, how: str, *, length: bool = False, also: Iterable[str] = (), **wrong: Any) -> None:
    @attack(rule, how, length=length, also=also)
    def _(forge: Forge) -> None:
        forge.strike().insert("accounts_user", **user_with(forge, **wrong))


_attack("user_username_unique", "taken", username="LEAD", username_canonical="lead")
_attack("user_email_unique", "in use", email_canonical="lead@example.com")
_attack("user_email_there", "none", email="", email_canonical="")
_attack("user_username_form", "nothing", username="")
_attack("user_username_form", "a blank", username="a b")
_attack("user_username_form", "an @", username="a@b")
_attack("user_username_form", "a letter beyond A to Z", username="é")
_attack("user_username_form", "a line break behind", username="ann\n")
_attack("user_username_form", "a long s", username=f"{LONG_S}am")
_attack("user_username_form", "a Kelvin sign", username=f"{KELVIN}im")
_attack("user_username_form", "33 letters", username="a" * 33, length=True)
_attack("user_username_reserved", "me", username="me", username_canonical="me")
_attack("user_username_reserved", "NONE", username="NONE", username_canonical="none")
_attack("user_theme_known", "a theme that does not exist", theme="sepia")
_attack("user_density_known", "a density that does not exist", density="dense")
_attack("user_preferences_exact", "a theme in capitals", theme="DARK", also=["user_theme_known"])
_attack("user_name_length", "first", first_name="ä" * 65, length=True)
_attack("user_name_length", "last", last_name="ä" * 65, length=True)


@attack("itms_user_delete", "a user of whom nothing tells")
def _(forge: Forge) -> None:
    pk = forge.insert("accounts_user", **user_with(forge))
    forge.strike().sql("DELETE FROM accounts_user WHERE id = %s", pk)


@attack("itms_user_delete", "everybody", alone=False)
def _(forge: Forge) -> None:
    forge.strike().sql("DELETE FROM accounts_user")


def _token(forge: Forge, **other: Any) -> dict[str, Any]:
    row = {
        "user_id": forge.user("dev"),
        "name": "forged",
        "prefix": "abcdefgh",
        "digest": "0" * 64,
        "can_write": 0,
        "created_at": NOON,
        "expires_at": NOON,
        "last_used_at": None,
        "revoked_at": None,
    }
    return row | other


@attack("token_prefix_unique", "two of the same prefix")
def _(forge: Forge) -> None:
    forge.insert("accounts_token", **_token(forge))
    forge.strike().insert("accounts_token", **_token(forge, digest="1" * 64))


@attack("token_digest_form", "no digest")
def _(forge: Forge) -> None:
    forge.strike().insert("accounts_token", **_token(forge, digest=""))


@attack("token_name_form", "no name")
def _(forge: Forge) -> None:
    forge.strike().insert("accounts_token", **_token(forge, name=""))

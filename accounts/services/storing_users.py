"""Inner: rows of users, with the words for what is wrong with them or taken. The acts are in the other files here."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.services.ledger import clean
from itms_site.errors import Invalid, ItmsError, Taken


def clean_user(user: User) -> None:
    clean(user)
    try:
        user.validate_constraints()
    except ValidationError as error:
        raise _taken(Invalid.from_messages(error.error_dict)) from None


def insert_user(user: User) -> None:
    user.pk = None  # a try that was rolled back left its number there
    clean_user(user)
    try:
        user.save(force_insert=True)
    except IntegrityError:
        raise Taken("username", "This user name or e-mail address is in use.") from None


def save_user(user: User, *fields: str) -> None:
    try:
        user.save(update_fields=sorted(set(fields)))
    except IntegrityError:
        if "email" in fields:
            raise Taken("email", "This e-mail address is in use.") from None
        raise Taken("username", "This user name is taken.") from None


def _taken(error: Invalid) -> ItmsError:
    """An Invalid whose every complaint is that something is in use becomes a Taken."""
    if error.errors and all(e.code == "taken" for e in error.errors):
        field = "email" if "e-mail" in error.detail else "username"
        return Taken(field, error.detail)
    return error

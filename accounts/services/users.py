"""Acts on accounts. Each is a Change without a project; `data.user` says whom it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.actor import Actor
from accounts.models import User
from accounts.rules import require_operator, require_self_or_operator
from accounts.services.ledger import recording
from accounts.services.sessions import end_all
from accounts.services.shape import only
from accounts.services.storing_users import clean_user, insert_user, save_user
from itms_site.db.text import clean_line, storable
from itms_site.errors import FieldError, Forbidden, Invalid
from itms_site.retry import transactional


class Profile(TypedDict, total=False):
    username: str
    first_name: str
    last_name: str
    time_zone: str
    theme: str
    density: str
    single_keys: bool


PROFILE = ("username", "first_name", "last_name", "time_zone", "theme", "density", "single_keys")


def register(
    actor: Actor | None,
    *,
    username: str,
    email: str,
    password: str,
    first_name: str = "",
    last_name: str = "",
    time_zone: str = "UTC",
    via: str = "web",
    request_id: str = "",
) -> User:
    """A new active user. `actor` is None when people sign up themselves.

    Raises Invalid (fields), Taken (user name or e-mail in use)."""
    user = User(username=username, email=email, first_name=first_name, last_name=last_name, time_zone=time_zone)
    _check_password(user, password)
    user.set_password(password)  # takes long on purpose: no lock is held yet
    return _register(actor, user, via, request_id)


@transactional
def _register(actor: Actor | None, user: User, via: str, request_id: str) -> User:
    insert_user(user)
    data = {"user": user.username}
    with recording(actor or Actor(user, via, request_id), "user.register", None, data=data) as record:
        _ = record.change
    return user


def add_user(
    actor: Actor, *, username: str, email: str, password: str | None, operator: bool = False, reason: str = ""
) -> User:
    """An operator makes an account; without a password nobody can sign in to it.

    Raises Forbidden, Invalid, Taken."""
    require_operator(actor)
    user = User(username=username, email=email, is_superuser=operator, is_staff=operator)
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(user, password)
        user.set_password(password)
    return _add(actor, user, reason)


@transactional
def _add(actor: Actor, user: User, reason: str) -> User:
    data = {"user": user.username, "operator": user.is_superuser}
    with recording(actor, "user.add", None, data=data, reason=reason) as record:
        require_operator(record.actor)
        insert_user(user)
        _ = record.change
    return user


@transactional
def add_placeholder(actor: Actor, *, username: str, email: str, first_name: str, last_name: str) -> User:
    """A person of an import: named in history, inactive, without a password."""
    require_operator(actor)
    user = User(username=username, email=email, first_name=first_name, last_name=last_name, is_active=False)
    user.set_unusable_password()
    insert_user(user)
    with recording(actor, "user.import", None, data={"user": username}) as record:
        _ = record.change
    return user


@transactional
def add_demo_user(
    actor: Actor,
    *,
    username: str,
    email: str,
    first_name: str,
    last_name: str,
    time_zone: str,
    password: str | None,
    at: datetime,
) -> User:
    """A person of the demo, here since `at`. Their passwords are printed in the README and shorter than the rules
    allow, so such an account is never made where DEBUG is off; None: nobody can sign in to it.

    Raises Forbidden, Invalid, Taken."""
    require_operator(actor)
    if not settings.DEBUG:
        raise Forbidden("Demo accounts have known passwords; they are made only where DEBUG is on.")
    user = User(
        username=username,
        email=email,
        first_name=first_name,
        last_name=last_name,
        time_zone=time_zone,
        date_joined=at,
    )
    user.set_password(password)
    with recording(actor, "user.add", None, at=at, data={"user": username, "demo": True}) as record:
        require_operator(record.actor)
        insert_user(user)
        _ = record.change
    return user


@transactional
def edit_profile(actor: Actor, user_id: int, fields: Profile, *, reason: str = "") -> User:
    """Raises Forbidden, Invalid, Taken."""
    only(fields, PROFILE)
    user = User.objects.select_for_update().get(pk=user_id)
    require_self_or_operator(actor, user)
    wanted = {name: clean_line(str(value)) if name.endswith("_name") else value for name, value in fields.items()}
    changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    for name, value in changed.items():
        setattr(user, name, value)
    if not changed:
        return user
    clean_user(user)
    data = {"user": user.username, "fields": sorted(changed)}
    with recording(actor, "user.edit", None, data=data, reason=reason) as record:
        require_self_or_operator(record.actor, user)
        _ = record.change
        save_user(user, *changed, "username_canonical")
    return user


def set_password(actor: Actor, user_id: int, password: str, *, reason: str = "") -> User:
    """Ends every session of the user. Raises Forbidden, Invalid."""
    user = User.objects.get(pk=user_id)
    require_self_or_operator(actor, user)
    _check_password(user, password)
    return _store_password(actor, user_id, make_password(password), reason)  # hashed before anything is locked


@transactional
def _store_password(actor: Actor, user_id: int, hashed: str, reason: str) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    with recording(actor, "user.password", None, data={"user": user.username}, reason=reason) as record:
        require_self_or_operator(record.actor, user)
        _ = record.change
        user.password = hashed
        save_user(user, "password")
        end_all(user.pk)
    return user


@transactional
def set_operator(actor: Actor, user_id: int, *, operator: bool, reason: str = "") -> User:
    """Makes somebody an operator, or no longer. Raises Forbidden, Invalid when nobody would be left."""
    require_operator(actor)
    operators = list(User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk"))
    user = User.objects.select_for_update().get(pk=user_id)
    if user.is_superuser == operator:
        return user
    if not operator and [o.pk for o in operators] == [user.pk]:
        raise Invalid.one("is_superuser", "This is the last active operator; make somebody else one first.")
    user.is_superuser = user.is_staff = operator
    data = {"user": user.username, "operator": operator}
    with recording(actor, "user.operator", None, data=data, reason=reason) as record:
        require_operator(record.actor)
        _ = record.change
        save_user(user, "is_superuser", "is_staff")
    return user


def set_active(actor: Actor, user: User, *, active: bool, reason: str = "") -> None:
    """Inner half of projects/services/deactivating.py, which guards the last Leads first. Ends all sessions."""
    require_operator(actor)
    if user.is_active == active:
        return
    if not active and user.pk == actor.user_id:
        raise Forbidden("Nobody deactivates their own account here; ask another operator.")
    user.is_active = active
    user.session_generation += 1
    verb = "user.activate" if active else "user.deactivate"
    with recording(actor, verb, None, data={"user": user.username}, reason=reason) as record:
        require_operator(record.actor)
        _ = record.change
        save_user(user, "is_active", "session_generation")
        end_all(user.pk)


def _check_password(user: User, password: str) -> None:
    if not storable(password) or len(password.encode()) > 1024:
        raise Invalid.one("password", "The password is longer than 1,024 bytes or holds a NUL or half a character.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(
            *[FieldError("password", e.code or "invalid", " ".join(e.messages)) for e in error.error_list]
        ) from None

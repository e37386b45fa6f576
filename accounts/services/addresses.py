"""Changing somebody's e-mail address."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.actor import Actor
from accounts.models import User
from accounts.rules import require_operator, require_self_or_operator
from accounts.services.ledger import recording
from accounts.services.storing_users import clean_user, save_user
from itms_site.db.text import clean_line
from itms_site.errors import Invalid
from itms_site.retry import transactional


def change_email(actor: Actor, user_id: int, email: str, *, password: str | None, reason: str = "") -> User:
    """`password` is asked of people for their own account; None is for operators alone. Sessions stay. Reset links
    that were sent to the old address die with it.

    Raises Forbidden, Invalid, Taken."""
    user = User.objects.get(pk=user_id)
    require_self_or_operator(actor, user)
    if password is None:
        require_operator(actor)
    elif not user.check_password(password):  # takes long on purpose: no lock is held yet
        raise Invalid.one("password", "This is not your present password.")
    return _store(actor, user.pk, user.password, email, reason)


@transactional
def _store(actor: Actor, user_id: int, hashed: str, email: str, reason: str) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    if user.email == clean_line(email):
        return user
    if user.password != hashed:
        raise Invalid.one("password", "The password was changed meanwhile; type the new one.")
    user.email = email
    clean_user(user)
    data = {"user": user.username, "fields": ["email"]}
    with recording(actor, "user.email", None, data=data, reason=reason) as record:
        require_self_or_operator(record.actor, user)
        _ = record.change
        save_user(user, "email", "email_canonical")
        # Where addresses are confirmed, the new one is asked to be at the next sign-in; the old one counts no more.
        EmailAddress.objects.filter(user=user).delete()
    return user

"""Making, using and revoking API tokens."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import logging
import re
import secrets

from django.db.utils import OperationalError
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Token, User
from accounts.rules import require_self_or_operator
from accounts.services.ledger import clean, recording
from itms_site.db.text import clean_line
from itms_site.errors import Invalid, NotFound
from itms_site.retry import AGAIN, AWAY, code_of, transactional

log = logging.getLogger(__name__)
LONGEST_DAYS = 3650
_FORM = re.compile(r"\Aitms_([a-z0-9]{12})_[A-Za-z0-9_-]{43}\Z", re.ASCII)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@transactional
def create_token(actor: Actor, user: User, *, name: str, can_write: bool, days: int = 90) -> tuple[Token, str]:
    """(row, the token itself: shown now and never again). `days` 1 to 3650. Raises Forbidden, Invalid."""
    require_self_or_operator(actor, user)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid.one("days", f"A token lives 1 to {LONGEST_DAYS:,} days.", "range")
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    text = f"itms_{prefix}_{secrets.token_urlsafe(32)}"
    now = timezone.now()
    token = Token(
        user=user,
        name=clean_line(name),
        prefix=prefix,
        digest=_digest(text),
        can_write=can_write,
        created_at=now,
        expires_at=now + datetime.timedelta(days=days),
    )
    clean(token)
    with recording(actor, "token.create", None, data={"user": user.username, "token": prefix}) as record:
        _ = record.change
        token.save(force_insert=True)
    return token, text


@transactional
def revoke_token(actor: Actor, token_id: int, *, reason: str = "") -> Token:
    """Raises NotFound when it is not the actor's own (or the actor no operator)."""
    token = Token.objects.select_for_update().select_related("user").filter(pk=token_id).first()
    if token is None or not (actor.is_operator or token.user_id == actor.user_id):
        raise NotFound("You have no such token.")
    if token.revoked_at is None:
        data = {"user": token.user.username, "token": token.prefix}
        with recording(actor, "token.revoke", None, data=data, reason=reason) as record:
            _ = record.change
            token.revoked_at = record.at
            token.save(update_fields=["revoked_at"])
    return token


def find_token(text: str) -> Token | None:
    """The living token of an active user, None for anything else. One query; notes the use at most every 5 minutes."""
    match = _FORM.match(text)
    if not match:
        return None
    token = Token.objects.select_related("user").filter(prefix=match[1]).first()
    if token is None or not hmac.compare_digest(token.digest, _digest(text)):
        return None
    now = timezone.now()
    if token.revoked_at is not None or token.expires_at <= now or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > datetime.timedelta(minutes=5):
        _note_use(token, now)
    return token


def _note_use(token: Token, now: datetime.datetime) -> None:
    """A database that takes no writes just now (a failover) still lets tokens read."""
    try:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    except OperationalError as error:
        if code_of(error) not in AGAIN | AWAY:
            raise
        log.warning("the use of token %s was not noted: %s", token.prefix, error)


def tokens_of(user: User) -> list[Token]:
    """The living ones, newest first."""
    return list(Token.objects.filter(user=user, revoked_at=None).order_by("-created_at"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

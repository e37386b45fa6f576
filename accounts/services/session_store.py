"""The session engine (SESSION_ENGINE): rows in the database, read together with their user, with copies of them in a
shared cache where there is one."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Session, User
from accounts.models.session import CLIENT
from accounts.services import session_copies
from accounts.services.session_copies import Copy
from itms_site.db.prepared import Prepared


def _living_session(key: str, now: datetime.datetime) -> QuerySet[Session]:
    return Session.objects.select_related("user").filter(session_key=key, expire_date__gt=now)


_living = Prepared(_living_session)


class SessionStore(db.SessionStore):
    """row   the session as it was read, None for one that is new
    user  its user as they are in the database in the moment of this request's reading"""

    row: Session | None = None
    user: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        if self.session_key and session_copies.are_kept() and (copy := session_copies.read(self.session_key)):
            user = User.objects.filter(pk=copy.user).first()
            if user is not None and user.sessions_version == copy.version and copy.expires > timezone.now().timestamp():
                self.user, self.row = user, _row_of(self.session_key, copy)
                return copy.data
        row = self._get_session_from_db()
        if row is None:
            return {}
        data: dict[str, Any] = self.decode(row.session_data)
        if row.user is not None and session_copies.are_kept():
            session_copies.keep(row.session_key, _copy_of(row, row.user, data))
        return data

    def _get_session_from_db(self) -> Session | None:
        """One statement for both, so that the version is that of the moment in which the row was there."""
        found: list[Session] = _living.fetch(given=(self.session_key, timezone.now())) if self.session_key else []
        self.row = found[0] if found else None
        if self.row is None:
            self._session_key = None
            return None
        self.user = self.row.user
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        client = data.get(CLIENT, {})
        row.user_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.address, row.agent = client.get("address", ""), client.get("agent", "")
        row.seen_at = timezone.now()
        row.started_at = self.row.started_at if self.row is not None else row.seen_at
        if "at" in client:
            row.started_at = datetime.datetime.fromisoformat(client["at"])
        return row

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()  # comes back here with a key
        data: dict[str, Any] = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                if data.get(SESSION_KEY):
                    forget_copies(int(data[SESSION_KEY]))
                super().save(must_create)
        except DatabaseError:
            if must_create:
                raise
            raise UpdateError from None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        with transaction.atomic():
            for user_id in Session.objects.filter(pk=key, user__isnull=False).values_list("user_id", flat=True):
                forget_copies(user_id)
            Session.objects.filter(pk=key).delete()


def forget_copies(user_id: int) -> None:
    """In the transaction that writes to a session of this user, before that: the user's row is locked first."""
    User.objects.filter(pk=user_id).update(sessions_version=F("sessions_version") + 1)


def _copy_of(row: Session, user: User, data: dict[str, Any]) -> Copy:
    moments = (row.expire_date.timestamp(), row.started_at.timestamp(), row.seen_at.timestamp())
    return Copy(user.pk, user.sessions_version, data, *moments)


def _row_of(session_key: str, copy: Copy) -> Session:
    """What of the row is asked for after the session was read."""
    return Session(
        session_key=session_key,
        user_id=copy.user,
        started_at=datetime.datetime.fromtimestamp(copy.started, datetime.UTC),
        seen_at=datetime.datetime.fromtimestamp(copy.seen, datetime.UTC),
    )

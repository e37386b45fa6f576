"""The tree of domain errors: what can be refused, with which code, HTTP status and data.

    ItmsError
    ├── NotSignedIn         401
    ├── Moved               308  another key or spelling leads to it
    ├── NotFound            404  also for what exists and may not be seen
    ├── Gone                410  deleted; says who and when
    ├── Invalid             422  a value or a transition; errors by field
    ├── Forbidden           403  visible, but not permitted
    ├── VersionRequired     428
    ├── Stale               412  based on an older version
    ├── Conflict            409
    │   ├── Archived              the project is read-only
    │   ├── LastLead              a project keeps at least one active Lead
    │   ├── Taken                 a key or name is in use
    │   └── InFlight              the first request with this idempotency key still runs
    ├── TooMany             429  says how long to wait
    └── Unavailable         503  the database cannot answer now

Services raise; `itms_site.middleware` is the one place that answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class ItmsError(Exception):
    """Base of all refusals. `str()` is the sentence that a person reads."""

    code = "error"
    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)

    @property
    def detail(self) -> str:
        return str(self)


class NotSignedIn(ItmsError):
    code, status, title = "not_signed_in", 401, "Sign in first"


class NotFound(ItmsError):
    code, status, title = "not_found", 404, "There is nothing here"


class Moved(ItmsError):
    """The same address with `old` replaced by `new` is the right one."""

    code, status, title = "moved", 308, "It has another key"

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        super().__init__(f"{old} is now {new}.")


class Gone(ItmsError):
    """Deleted. `what` names it (`ITMS-12`), `by` is a username or None, `at` the moment."""

    code, status, title = "gone", 410, "This was deleted"

    def __init__(self, what: str, by: str | None, at: datetime | None, *, can_restore: bool = False) -> None:
        self.what, self.by, self.at, self.can_restore = what, by, at, can_restore
        when = f" on {at:%d %b %Y at %H:%M} UTC" if at else ""
        super().__init__(f"{what} was deleted by {by or 'the system'}{when}.")

    @property
    def exactly(self) -> str:
        """For machines: the moment as RFC 3339 has it."""
        when = f" at {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if self.at else ""
        return f"{self.what} was deleted by {self.by or 'the system'}{when}."


@dataclass(frozen=True)
class FieldError:
    """One wrong value: the field's name ('' for the whole), a code and a sentence."""

    field: str
    code: str
    message: str


class Invalid(ItmsError):
    """Wrong values, each with its field."""

    code, status, title = "invalid", 422, "Some values are not right"

    def __init__(self, *errors: FieldError) -> None:
        self.errors: Sequence[FieldError] = errors
        super().__init__(" ".join(e.message for e in errors))

    @classmethod
    def one(cls, field_name: str, message: str, code: str = "invalid") -> Invalid:
        return cls(FieldError(field_name, code, message))

    @classmethod
    def from_messages(cls, messages: Mapping[str, Sequence[Any]]) -> Invalid:
        """From the `error_dict` of a Django ValidationError."""
        found = [
            FieldError("" if name == "__all__" else name, error.code or "invalid", " ".join(error.messages))
            for name, errors in messages.items()
            for error in errors
        ]
        return cls(*found)


class Forbidden(ItmsError):
    code, status, title = "forbidden", 403, "You may not do this"


class VersionRequired(ItmsError):
    code, status, title = "version_required", 428, "Say which version this is based on"


@dataclass(frozen=True)
class FieldChange:
    """One field's difference; `old` and `new` as in the API (user names, label names, ISO dates)."""

    field: str
    old: Any
    new: Any


class Stale(ItmsError):
    """The write is based on an older version.

    current      the object as it is now (a model instance)
    base         the version that the writer started from
    changes      what others changed since then, a list of FieldChange
    mine         what the writer wanted to change, a list of FieldChange
    colliding    names of the fields that both changed to different values
    """

    code, status, title = "stale", 412, "Somebody changed this in the meantime"

    def __init__(
        self,
        current: Any,
        base: int,
        changes: Sequence[FieldChange],
        mine: Sequence[FieldChange] = (),
        colliding: Sequence[str] = (),
        detail: str = "",
    ) -> None:
        self.current, self.base, self.changes = current, base, list(changes)
        self.mine, self.colliding = list(mine), list(colliding)
        super().__init__(detail or "It was changed since the version that you started from; nothing was saved.")

    @property
    def mergeable(self) -> bool:
        return not self.colliding


class Conflict(ItmsError):
    code, status, title = "conflict", 409, "This does not fit the present state"


class Archived(Conflict):
    code, title = "archived", "The project is archived"

    def __init__(self, detail: str = "The project is archived and read-only. Un-archive it first.") -> None:
        super().__init__(detail)


class LastLead(Conflict):
    code, title = "last_lead", "A project keeps at least one active Lead"

    def __init__(self, projects: Sequence[str] = (), detail: str = "") -> None:
        self.projects = list(projects)
        super().__init__(detail or f"The last active Lead of {', '.join(projects)}: make someone else Lead first.")


class Taken(Conflict):
    code, title = "taken", "Already in use"

    def __init__(self, field_name: str, detail: str) -> None:
        self.field = field_name
        super().__init__(detail)


class InFlight(Conflict):
    code, title = "in_flight", "The same request is still running"
    retry_after = 1


class TooMany(ItmsError):
    code, status, title = "too_many_requests", 429, "Too many requests"

    def __init__(self, detail: str = "", retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(detail)


class Unavailable(ItmsError):
    code, status, title = "unavailable", 503, "The database cannot answer right now"

    def __init__(self, detail: str = "", retry_after: int = 5) -> None:
        self.retry_after = retry_after
        super().__init__(detail or "The database is busy or away. Nothing was saved; please try again.")
